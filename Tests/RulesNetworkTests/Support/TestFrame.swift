@testable import RulesNetwork

/// A whole frame.
struct TestFrame: Equatable {
  var header: FrameHeader
  var body: [UInt8]

  /// A frame as a peer would send it whose connection has the nonce 7, as those of `TestWorld` servers.
  init(
    _ type: FrameType, code: UInt16 = 0, id: UInt64 = 0, body: [UInt8] = [], sequence: UInt32 = 0
  ) {
    header = FrameHeader(type: type)
    header.code = code
    header.id = id
    header.length = UInt32(body.count)
    header.sequence = sequence
    header.session = type.isHandshake ? 0 : TestWorld.nonce
    header.bodyChecksum = body.withUnsafeBytes { crc32c($0) }
    self.body = body
  }

  init(header: FrameHeader, body: [UInt8]) {
    self.header = header
    self.body = body
  }

  var bytes: [UInt8] { header.encoded + body }

  /// A hello, and requests with these numbers: all that a raw client needs.
  static let hello = TestFrame(.hello, body: Hello().encoded).bytes

  static func requests(_ ids: ClosedRange<UInt64>, body: [UInt8] = []) -> [UInt8] {
    ids.flatMap {
      TestFrame(.request, code: 1, id: $0, body: body, sequence: UInt32($0 - ids.lowerBound) + 1)
        .bytes
    }
  }

  /// The answer to a hello.
  static func welcome(to hello: Hello) -> [UInt8] {
    let welcome = Welcome(nonce: TestWorld.nonce, isResumed: false, helloNonce: hello.nonce)
    return TestFrame(.welcome, body: welcome.encoded).bytes
  }
}

/// Collects the frames that a decoder finds.
final class FrameCollector: FrameSink {
  var frames: [TestFrame] = []
  /// Where the payloads of requests go, one after the other.
  var memory: [UnsafeMutableRawBufferPointer] = []
  var discardsRequests = false
  var discarded = 0

  func placement(_ header: FrameHeader, head: UnsafeRawBufferPointer) -> FramePlacement {
    if discardsRequests, header.type == .request { return .discard }
    if header.type == .request, let next = memory.first { return .memory(next) }
    return .body
  }

  func memory(of count: Int) -> [UInt8] { [UInt8](unwritten: count) }

  func received(_ header: FrameHeader, _ content: FrameContent) -> Bool {
    var body = content.array
    if case .placed(let head) = content {
      let payload = memory.removeFirst()
      body = [UInt8](head) + [UInt8](payload.prefix(Int(header.length) - head.count))
    }
    if case .discarded = content { discarded += 1 }
    frames.append(TestFrame(header: header, body: body))
    return true
  }
}

extension FrameDecoder {
  /// Feeds all bytes, in pieces of at most the given sizes (the last one for all that follow).
  mutating func feed(
    _ bytes: [UInt8], pieces: [Int] = [.max], limit: Int = .max, to sink: FrameCollector
  ) throws {
    var position = 0
    var piece = 0
    while position < bytes.count {
      let size = min(pieces[min(piece, pieces.count - 1)], bytes.count - position)
      piece += 1
      if isDirect {
        _ = receive { target in
          let count = min(size, target.count)
          bytes.withUnsafeBytes {
            target.copyMemory(
              from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
          }
          position += count
          return (count, ())
        }
        var nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        try decode(&nothing, bodyLimit: { limit }, sink: sink)
      } else {
        try bytes.withUnsafeBytes {
          var input = UnsafeRawBufferPointer(rebasing: $0[position..<position + size])
          try decode(&input, bodyLimit: { limit }, sink: sink)
        }
        position += size
      }
    }
  }
}
