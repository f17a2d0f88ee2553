/// What stands before each body: 32 bytes, little-endian.
///
///     0  magic "RPCs"       4 bytes
///     4  version            1
///     5  type               1
///     6  flags, all zero    2
///     8  code               2   opcode of a request or refusal code; else zero
///     10 zero               2
///     12 length of the body 4
///     16 request id         8   zero in a handshake
///     24 CRC-32C of body    4
///     28 CRC-32C of 0..<28  4
struct FrameHeader: Hashable, Sendable {
  static let size = 32
  static let magic: UInt32 = 0x7343_5052
  static let magicSize = 4
  /// The only version of the protocol there is.
  static let version: UInt8 = 1
  /// Bytes of the body of a handshake frame.
  static let handshakeLimit = 256

  var type: FrameType
  var code: UInt16
  var length: UInt32
  var id: UInt64
  var bodyChecksum: UInt32

  /// - Precondition: the body is at most 4 GiB.
  init(type: FrameType, code: UInt16 = 0, id: UInt64 = 0, length: Int, bodyChecksum: UInt32) {
    self.type = type
    self.code = code
    self.id = id
    self.length = UInt32(length)
    self.bodyChecksum = bodyChecksum
  }

  /// Reads and checks a header.
  /// - Parameters:
  ///   - bytes: exactly `size` bytes.
  ///   - limit: the longest body that is accepted now; a handshake's is never above 256 bytes.
  init(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(FrameError) {
    precondition(bytes.count == Self.size, "a header has \(Self.size) bytes")
    // Magic and version first: they say whether the rest means anything to us.
    let magic = Self.magic(of: bytes)
    guard magic == Self.magic else { throw .magic(magic) }
    guard bytes[4] == Self.version else { throw .version(bytes[4]) }
    let checksum = crc32c(UnsafeRawBufferPointer(rebasing: bytes[0..<28]))
    guard bytes.integer(at: 28, as: UInt32.self) == checksum else { throw .headerChecksum }
    guard let type = FrameType(rawValue: bytes[5]) else { throw .type(bytes[5]) }
    guard bytes.integer(at: 6, as: UInt16.self) == 0, bytes.integer(at: 10, as: UInt16.self) == 0
    else { throw .reservedBits }
    self.type = type
    code = bytes.integer(at: 8, as: UInt16.self)
    length = bytes.integer(at: 12, as: UInt32.self)
    id = bytes.integer(at: 16, as: UInt64.self)
    bodyChecksum = bytes.integer(at: 24, as: UInt32.self)
    let bound = type.isHandshake ? min(limit, Self.handshakeLimit) : limit
    guard length <= bound else { throw .length(length, limit: bound) }
  }

  /// What stands where the magic should.
  /// - Parameter bytes: at least `magicSize` bytes.
  static func magic(of bytes: UnsafeRawBufferPointer) -> UInt32 {
    bytes.integer(at: 0, as: UInt32.self)
  }

  /// The header's bytes.
  var encoded: [UInt8] {
    var writer = WireWriter()
    writer.uint32(Self.magic)
    writer.uint8(Self.version)
    writer.uint8(type.rawValue)
    writer.uint16(0)
    writer.uint16(code)
    writer.uint16(0)
    writer.uint32(length)
    writer.uint64(id)
    writer.uint32(bodyChecksum)
    writer.uint32(writer.bytes.withUnsafeBytes { crc32c($0) })
    return writer.bytes
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Integer.Type
  ) -> Integer {
    Integer(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}
