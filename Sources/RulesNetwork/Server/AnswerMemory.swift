/// Memory of long answers that have left, for the next ones of their size: to be given a megabyte anew takes about
/// as long as to fill it.
struct AnswerMemory {
  /// So many are kept, the newest.
  private static let limit = 8
  /// Bytes of one that is worth it, and of one that may be kept.
  private static let sizes = 64 << 10...1 << 20

  private(set) var spare: [[UInt8]] = []

  mutating func keep(_ bytes: [UInt8]) {
    guard Self.sizes.contains(bytes.count) else { return }
    if spare.count == Self.limit { spare.removeFirst() }
    spare.append(bytes)
  }

  /// An array of exactly so many bytes, with any content.
  mutating func take(_ count: Int) -> [UInt8] {
    guard let index = spare.lastIndex(where: { $0.count == count }) else {
      return [UInt8](unwritten: count)
    }
    return spare.remove(at: index)
  }
}
