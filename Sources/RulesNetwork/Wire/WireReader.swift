/// Reads what came over the wire, little-endian: every access is checked, nothing traps, and nothing
/// is allocated on the word of the sender alone. After an error the position is unspecified.
public struct WireReader: Sendable {
  private let bytes: [UInt8]
  /// At most `bytes.count`.
  private var position = 0

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// How many bytes are not yet read.
  public var remaining: Int { bytes.count - position }

  public mutating func uint8() throws(WireError) -> UInt8 { try integer() }
  public mutating func uint16() throws(WireError) -> UInt16 { try integer() }
  public mutating func uint32() throws(WireError) -> UInt32 { try integer() }
  public mutating func uint64() throws(WireError) -> UInt64 { try integer() }

  /// One byte, 0 or 1.
  public mutating func bool() throws(WireError) -> Bool {
    switch try uint8() {
    case 0: return false
    case 1: return true
    case let byte: throw WireError("\(byte) where 0 or 1 is expected")
    }
  }

  /// A length (UInt32) and so many bytes; `limit` is checked before anything is allocated.
  public mutating func bytes(limit: Int) throws(WireError) -> [UInt8] {
    let range = try lengthAndRange(limit: limit)
    return bytes.withUnsafeBytes { [UInt8](copying: UnsafeRawBufferPointer(rebasing: $0[range])) }
  }

  /// UTF-8 text with a length (UInt32) in bytes, at most `limit`.
  public mutating func string(limit: Int) throws(WireError) -> String {
    let range = try lengthAndRange(limit: limit)
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw WireError("text that is not UTF-8")
    }
    return text
  }

  /// A count (UInt32) of elements of at least `minimumSize` bytes each, checked against what is left.
  public mutating func count(minimumSize: Int) throws(WireError) -> Int {
    let count = Int(try uint32())
    guard count <= remaining / max(minimumSize, 1) else {
      throw WireError("\(count) elements in \(remaining) bytes")
    }
    return count
  }

  /// All bytes not yet read, which are read with it.
  public mutating func rest() -> ArraySlice<UInt8> {
    defer { position = bytes.count }
    return bytes[position...]
  }

  /// - Throws: when bytes are left.
  public func finish() throws(WireError) {
    guard remaining == 0 else { throw WireError("\(remaining) bytes too many") }
  }

  private mutating func integer<Integer: FixedWidthInteger & BitwiseCopyable>()
    throws(WireError) -> Integer
  {
    let size = MemoryLayout<Integer>.size
    guard remaining >= size else { throw WireError("\(size) bytes expected, \(remaining) left") }
    defer { position += size }
    return bytes.withUnsafeBytes {
      Integer(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Integer.self))
    }
  }

  private mutating func lengthAndRange(limit: Int) throws(WireError) -> Range<Int> {
    let length = Int(try uint32())
    guard length <= limit else { throw WireError("length \(length) above \(limit)") }
    guard length <= remaining else {
      throw WireError("\(length) bytes expected, \(remaining) left")
    }
    defer { position += length }
    return position..<position + length
  }
}
