/// Why bytes are not a frame.
enum FrameError: Error, Hashable, CustomStringConvertible {
  case magic(UInt32)
  case version(UInt8)
  case headerChecksum
  case type(UInt8)
  case reservedBits
  case length(UInt32, limit: Int)
  case headLength(UInt16, of: UInt32)
  case bodyChecksum

  var description: String {
    switch self {
    case .magic(let magic): "no frame (it starts with 0x\(String(magic, radix: 16)))"
    case .version(let version): "protocol version \(version), not \(FrameHeader.version)"
    case .headerChecksum: "checksum of a frame header"
    case .type(let type): "frame of unknown type \(type)"
    case .reservedBits: "reserved bits of a frame header"
    case .length(let length, let limit): "body of \(length) bytes, limit \(limit)"
    case .headLength(let head, let length): "head of \(head) bytes in a body of \(length)"
    case .bodyChecksum: "checksum of a body"
    }
  }
}
