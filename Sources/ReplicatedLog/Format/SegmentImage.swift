internal import Glibc
import RulesNetwork

/// The bytes of one segment: a header, then entries. Bytes that are in use never change and never
/// move, so that RPCs send straight from here.
///
/// `@unchecked Sendable` is sound because an image has one owner at a time: the pool that filled it
/// touches it no more once it is lent to the task of a reader, which only reads it.
final class SegmentImage: @unchecked Sendable {
  /// Bytes that fit.
  let capacity: Int
  /// Bytes in use.
  private(set) var length = 0
  /// Owned; `capacity` bytes, of which `length` are initialised.
  private let memory: UnsafeMutableRawPointer

  /// An image that has nothing yet.
  init(capacity: Int) {
    self.capacity = capacity
    let isLarge = capacity >= 2 * Self.largePage
    memory = .allocate(byteCount: capacity, alignment: isLarge ? Self.largePage : 64)
    // Advice: else a segment's first bytes cost thousands of page faults.
    if isLarge { _ = madvise(memory, capacity / Self.largePage * Self.largePage, MADV_HUGEPAGE) }
  }

  private static let largePage = 2 << 20

  /// An image that has a header and no entry.
  convenience init(header: SegmentHeader, capacity: Int) {
    self.init(capacity: capacity)
    append(header.encoded)
  }

  deinit { memory.deallocate() }

  /// Bytes that are left.
  var room: Int { capacity - length }

  /// All bytes in use.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: length) }

  /// The bytes in use of one part. Valid and unchanged as long as the image lives.
  func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[range])
  }

  /// The part whose checksum was asked for last: the replicas of a segment are sent the same parts.
  private var checked: (range: Range<Int>, checksum: UInt32)?

  /// The CRC-32C of one part alone. For the image's owner only.
  func checksum(_ range: Range<Int>) -> UInt32 {
    if let checked, checked.range == range { return checked.checksum }
    let checksum = crc32c(bytes(range))
    checked = (range, checksum)
    return checksum
  }

  /// The CRC-32C of the bytes up to the end of `range`; `seed` is that of the bytes before it.
  func crc(_ range: Range<Int>, seed: UInt32) -> UInt32 {
    crc32c(bytes(range), seed: seed)
  }

  /// Adds bytes as they are, which must fit.
  func append(_ source: [UInt8]) {
    source.withUnsafeBytes { append($0) }
  }

  /// Adds bytes as they are, which must fit.
  func append(_ source: UnsafeRawBufferPointer) {
    precondition(source.count <= room, "a segment image is full")
    guard let start = source.baseAddress else { return }
    (memory + length).copyMemory(from: start, byteCount: source.count)
    length += source.count
  }

  /// Memory behind the bytes in use, for others to write to before `extend` takes it in. Valid as long as
  /// the image lives.
  func memory(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
    precondition(range.lowerBound >= length && range.upperBound <= capacity, "memory in use")
    return UnsafeMutableRawBufferPointer(start: memory + range.lowerBound, count: range.count)
  }

  /// Takes in bytes that were written behind those in use.
  func extend(by count: Int) {
    precondition(count <= room, "a segment image is full")
    length += count
  }

  /// Adds the entry of a record, which must fit.
  /// - Returns: where the entry starts.
  func append(entryOf record: [UInt8]) -> Int {
    precondition(Entry.overhead + record.count <= room, "a segment image is full")
    let start = length
    record.withUnsafeBytes { Entry.write($0, to: memory + start) }
    length += Entry.overhead + record.count
    return start
  }

  /// Forgets the bytes from `end` on. Only before any of them was sent.
  func truncate(to end: Int) {
    precondition(end <= length, "an image cannot be truncated to more than it has")
    checked = nil
    length = end
  }
}
