import RulesNetwork

/// One record as a segment stores it: its length (UInt32), its CRC-32C (UInt32), both little-endian,
/// then its bytes. Entries follow each other without gaps; none spans two segments.
enum Entry {
  /// Bytes that an entry has beyond its record.
  static let overhead = 8
  /// Bytes of the largest record: its entry fits into one megabyte.
  static let maximumRecord = (1 << 20) - overhead

  /// Writes the entry of `record` at `target`, which must have room for it.
  static func write(_ record: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) {
    target.storeBytes(of: UInt32(record.count).littleEndian, as: UInt32.self)
    target.storeBytes(of: crc32c(record).littleEndian, toByteOffset: 4, as: UInt32.self)
    if let source = record.baseAddress, record.count > 0 {
      (target + overhead).copyMemory(from: source, byteCount: record.count)
    }
  }

  /// What stands at one place of a segment's data.
  enum Step: Hashable {
    /// A whole record whose checksum holds; the next entry starts where it ends.
    case record(Range<Int>)
    /// No byte is left.
    case end
    /// The bytes end inside an entry.
    case partial
    /// The length is impossible or the checksum does not hold.
    case corrupt
  }

  /// Looks at the entry that starts at `offset`; all offsets count from the start of `bytes`.
  static func step(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Step {
    let left = bytes.count - offset
    if left == 0 { return .end }
    guard left >= overhead else { return .partial }
    let length = Int(
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    let crc = UInt32(
      littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
    guard length <= maximumRecord else { return .corrupt }
    guard left - overhead >= length else { return .partial }
    let start = offset + overhead
    let record = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
    return crc32c(record) == crc ? .record(start..<start + length) : .corrupt
  }

  /// Where the last whole entry ends, by lengths alone: for bytes that a certificate vouches for.
  /// - Returns: nil when a length is impossible.
  static func lastEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var offset = start
    while bytes.count - offset >= overhead {
      let length = Int(
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      guard length <= maximumRecord else { return nil }
      guard length <= bytes.count - offset - overhead else { return offset }
      offset += overhead + length
    }
    return offset
  }

  /// Where the entry that starts at `offset` ends, by its length alone; nil when it is not whole.
  static func end(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int? {
    let left = bytes.count - offset
    guard left >= overhead else { return nil }
    let length = Int(
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    return length <= left - overhead ? offset + overhead + length : nil
  }

  /// Where the last whole entry ends.
  /// - Returns: nil when an entry is corrupt.
  static func wholePrefix(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var offset = start
    while true {
      switch step(bytes, at: offset) {
      case .record(let range): offset = range.upperBound
      case .end, .partial: return offset
      case .corrupt: return nil
      }
    }
  }
}
