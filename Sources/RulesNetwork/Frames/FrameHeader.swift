import PlantedBugs

/// What stands before each body: 72 bytes, little-endian.
///
///     0  magic "RPCs"       4 bytes
///     4  version            1
///     5  type               1
///     6  flags, all zero    2
///     8  code               2   opcode of a request, reason of a refusal; else zero
///     10 length of the head 2   of a request's body, the beginning; else zero
///     12 length of the body 4
///     16 request id         8   zero where no request is meant
///     24 session            8   the connection's nonce; zero in a handshake
///     32 sequence           4   of the frames of one direction, from 0, wrapping
///     36 received           4   how many frames the sender has received on this connection, wrapping
///     40 trace id           16  with the span, as in W3C trace contexts; zero: none
///     56 span id            8
///     64 CRC-32C of body    4
///     68 CRC-32C of 0..<68  4
struct FrameHeader: Hashable, Sendable {
  static let size = 72
  static let magic: UInt32 = 0x7343_5052
  static let magicSize = 4
  /// The only version of the protocol there is.
  static let version: UInt8 = 2
  /// Bytes of the body of a handshake frame.
  static let handshakeLimit = 512

  var type: FrameType
  var code: UInt16 = 0
  var headLength: UInt16 = 0
  var length: UInt32 = 0
  var id: UInt64 = 0
  var session: UInt64 = 0
  var sequence: UInt32 = 0
  var received: UInt32 = 0
  var trace = RPCTrace.none
  var bodyChecksum: UInt32 = 0

  init(type: FrameType) { self.type = type }

  /// Reads and checks a header.
  /// - Parameters:
  ///   - bytes: exactly `size` bytes.
  ///   - limit: the longest body that is accepted now; a handshake's is never above 512 bytes.
  init(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(FrameError) {
    precondition(bytes.count == Self.size, "a header has \(Self.size) bytes")
    // Magic and version first: they say whether the rest means anything to us.
    let magic = Self.magic(of: bytes)
    guard magic == Self.magic else { throw .magic(magic) }
    guard bytes[4] == Self.version else { throw .version(bytes[4]) }
    let checksum = crc32c(UnsafeRawBufferPointer(rebasing: bytes[0..<68]))
    guard bytes.integer(at: 68, as: UInt32.self) == checksum else { throw .headerChecksum }
    guard let type = FrameType(rawValue: bytes[5]) else { throw .type(bytes[5]) }
    guard bytes.integer(at: 6, as: UInt16.self) == 0 else { throw .reservedBits }
    self.type = type
    code = bytes.integer(at: 8, as: UInt16.self)
    headLength = bytes.integer(at: 10, as: UInt16.self)
    length = bytes.integer(at: 12, as: UInt32.self)
    id = bytes.integer(at: 16, as: UInt64.self)
    session = bytes.integer(at: 24, as: UInt64.self)
    sequence = bytes.integer(at: 32, as: UInt32.self)
    received = bytes.integer(at: 36, as: UInt32.self)
    trace = RPCTrace(
      high: bytes.integer(at: 40, as: UInt64.self), low: bytes.integer(at: 48, as: UInt64.self),
      span: bytes.integer(at: 56, as: UInt64.self))
    bodyChecksum = bytes.integer(at: 64, as: UInt32.self)
    let bound = type.isHandshake ? min(limit, Self.handshakeLimit) : limit
    guard length <= bound || planted(.b54) else { throw .length(length, limit: bound) }
    guard headLength <= length else { throw .headLength(headLength, of: length) }
  }

  /// What stands where the magic should.
  /// - Parameter bytes: at least `magicSize` bytes.
  static func magic(of bytes: UnsafeRawBufferPointer) -> UInt32 {
    bytes.integer(at: 0, as: UInt32.self)
  }

  /// Appends the header's bytes. Allocates nothing where there is capacity.
  func append(to bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(byteCount: Self.size, alignment: 8) { buffer in
      buffer.store(Self.magic, at: 0)
      buffer.store(Self.version, at: 4)
      buffer.store(type.rawValue, at: 5)
      buffer.store(UInt16(0), at: 6)
      buffer.store(code, at: 8)
      buffer.store(headLength, at: 10)
      buffer.store(length, at: 12)
      buffer.store(id, at: 16)
      buffer.store(session, at: 24)
      buffer.store(sequence, at: 32)
      buffer.store(received, at: 36)
      buffer.store(trace.high, at: 40)
      buffer.store(trace.low, at: 48)
      buffer.store(trace.span, at: 56)
      buffer.store(bodyChecksum, at: 64)
      buffer.store(crc32c(UnsafeRawBufferPointer(rebasing: buffer[0..<68])), at: 68)
      bytes.append(contentsOf: UnsafeRawBufferPointer(buffer))
    }
  }

  /// The header's bytes.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Integer.Type
  ) -> Integer {
    Integer(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate func store<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ value: Integer, at offset: Int
  ) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: Integer.self)
  }
}
