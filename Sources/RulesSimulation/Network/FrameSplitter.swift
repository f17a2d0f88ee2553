/// Cuts the bytes of a stream into frames.
struct FrameSplitter {
  enum Unit {
    /// A frame.
    case whole([UInt8])
    /// Some bytes of a frame that leaves as it comes.
    case part([UInt8])
  }

  private let length: (UnsafeRawBufferPointer) -> Int?
  /// The beginning of a frame. `buffer[passed...]` has not left.
  private var buffer: [UInt8] = []
  private var passed = 0
  /// Bytes that are still to come of a frame that leaves as it comes.
  private var rest = 0

  /// Longer frames leave as they come, so that a connection's buffer is enough for any.
  private static let longestFrame = 64 << 10
  /// No beginning of a frame of so many bytes leaves its length open; else the bytes are no frames.
  private static let longestHeader = 4096

  init(length: @escaping (UnsafeRawBufferPointer) -> Int?) { self.length = length }

  /// Whether all that has left are whole frames.
  var isBetweenFrames: Bool { passed == 0 && rest == 0 }

  /// O(bytes).
  /// - Parameter holds: a frame that is not whole waits until it is.
  mutating func add(_ bytes: [UInt8], holds: Bool) -> [Unit] {
    if isOneFrame(bytes) { return [.whole(bytes)] }
    var units: [Unit] = []
    buffer += bytes
    var begin = 0
    while begin < buffer.count {
      let available = buffer.count - begin
      if rest > 0 {
        let count = min(rest, available)
        units.append(.part(Array(buffer[begin..<begin + count])))
        begin += count
        if rest != .max { rest -= count }
        continue
      }
      let told = buffer.withUnsafeBytes { self.length(.init(rebasing: $0[begin...])) }
      guard let length = told ?? (available > Self.longestHeader ? .max : nil) else { break }
      if length <= passed || passed > 0 || length > Self.longestFrame {
        // A length that what has left already belies is none.
        rest = length <= passed || length == .max ? .max : length - passed
        begin += passed
        passed = 0
      } else if length <= available {
        units.append(.whole(Array(buffer[begin..<begin + length])))
        begin += length
      } else {
        break
      }
    }
    buffer.removeFirst(begin)
    if !holds { units += release() }
    return units
  }

  /// Whether nothing else is to be looked at, as mostly.
  private func isOneFrame(_ bytes: [UInt8]) -> Bool {
    guard buffer.isEmpty, isBetweenFrames, bytes.count <= Self.longestFrame else { return false }
    return bytes.withUnsafeBytes { length($0) } == bytes.count
  }

  /// What waits leaves, the rest of its frame later.
  mutating func release() -> [Unit] {
    guard passed < buffer.count else { return [] }
    let part = Array(buffer[passed...])
    passed = buffer.count
    return [.part(part)]
  }
}
