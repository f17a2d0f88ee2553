/// Writes messages, little-endian; the counterpart of `WireReader`.
public struct WireWriter: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Writes into the memory of an array whose bytes are not needed any more; leaves it empty.
  public init(reusing memory: inout [UInt8]) {
    // Swapped, not copied: an array that two refer to would be allocated anew.
    swap(&bytes, &memory)
    bytes.removeAll(keepingCapacity: true)
  }

  public mutating func uint8(_ value: UInt8) { bytes.append(value) }
  public mutating func uint16(_ value: UInt16) { integer(value) }
  public mutating func uint32(_ value: UInt32) { integer(value) }
  public mutating func uint64(_ value: UInt64) { integer(value) }
  public mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }

  /// A length (UInt32) and the bytes, fewer than 4 GiB.
  public mutating func bytes(_ value: some Collection<UInt8>) {
    integer(UInt32(value.count))
    bytes.append(contentsOf: value)
  }

  /// The bytes and nothing else.
  public mutating func raw(_ value: [UInt8]) { bytes.append(contentsOf: value) }

  /// The bytes and nothing else.
  public mutating func raw(_ value: UnsafeRawBufferPointer) { bytes.append(contentsOf: value) }

  /// A length (UInt32) in bytes and UTF-8, shorter than 4 GiB.
  public mutating func string(_ value: String) {
    integer(UInt32(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  private mutating func integer<Integer: FixedWidthInteger>(_ value: Integer) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
