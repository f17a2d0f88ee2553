import RulesNetwork

/// The first bytes of every segment image. Little-endian, no padding:
///
/// | offset | size | field |
/// |---|---|---|
/// | 0 | 4 | magic, the characters `RSEG` |
/// | 4 | 4 | version of the format, 2 |
/// | 8 | 8 | id of the log |
/// | 16 | 8 | id of the segment |
/// | 24 | 8 | id of the log's first segment |
/// | 32 | 4 | epoch of the owner that created the segment |
/// | 36 | 4 | CRC-32C of bytes 0 ..< 36, rotated by 15 bits |
struct SegmentHeader: Hashable, Sendable {
  /// Bytes of an encoded header.
  static let size = 40
  /// The id of the first segment of a log whose beginning was never given up.
  static let firstSegment: UInt64 = 1

  private static let magic: UInt32 = 0x4745_5352
  private static let version: UInt32 = 2

  var log: UInt64
  var segment: UInt64
  var firstSegment: UInt64 = SegmentHeader.firstSegment
  /// A segment keeps the epoch of its creator, also where a later owner makes a replica of it.
  var epoch: UInt32

  init(log: UInt64, segment: UInt64, epoch: UInt32) {
    self.log = log
    self.segment = segment
    self.epoch = epoch
  }

  /// Decodes the header at the start of an image.
  /// - Throws: when it is too short, of another format or version, or its CRC does not hold.
  init(decoding image: UnsafeRawBufferPointer) throws(WireError) {
    guard image.count >= Self.size else {
      throw WireError("a segment header has \(Self.size) bytes, not \(image.count)")
    }
    let bytes = UnsafeRawBufferPointer(rebasing: image[..<Self.size])
    var reader = WireReader([UInt8](bytes))
    guard try reader.uint32() == Self.magic else { throw WireError("this is no segment header") }
    let version = try reader.uint32()
    guard version == Self.version else {
      throw WireError("segment header of version \(version), not \(Self.version)")
    }
    log = try reader.uint64()
    segment = try reader.uint64()
    firstSegment = try reader.uint64()
    epoch = try reader.uint32()
    guard try reader.uint32() == Self.checksum(of: bytes[..<36]) else {
      throw WireError("the segment header's checksum does not hold")
    }
  }

  var encoded: [UInt8] {
    var writer = WireWriter()
    writer.uint32(Self.magic)
    writer.uint32(Self.version)
    writer.uint64(log)
    writer.uint64(segment)
    writer.uint64(firstSegment)
    writer.uint32(epoch)
    let checksum = writer.bytes.withUnsafeBytes { Self.checksum(of: $0[...]) }
    writer.uint32(checksum)
    return writer.bytes
  }

  /// Behind what it covers, a CRC as it is would give all headers the same one, and a certificate, which is
  /// the CRC of the image, would hold for the header of any segment.
  private static func checksum(of bytes: Slice<UnsafeRawBufferPointer>) -> UInt32 {
    let crc = crc32c(UnsafeRawBufferPointer(rebasing: bytes))
    return crc << 15 | crc >> 17
  }
}
