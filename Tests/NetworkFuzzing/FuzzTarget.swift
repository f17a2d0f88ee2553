import RulesRuntime

@testable import RulesNetwork

/// What the fuzzer calls with arbitrary bytes, by the name it is chosen with.
enum FuzzTarget: String, CaseIterable {
  /// The frame decoder: the bytes are a stream, cut into pieces of sizes that its beginning says.
  case frames
  /// The messages of a handshake.
  case handshake
  /// The messages of the replicated log.
  case messages

  func run(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .frames: fuzzFrames(bytes)
    case .handshake: fuzzHandshake([UInt8](copying: bytes))
    case .messages: fuzzMessages([UInt8](copying: bytes))
    }
  }
}

// MARK: - Frames

/// Whatever the pieces, the same frames come out, or the same error.
private func fuzzFrames(_ bytes: UnsafeRawBufferPointer) {
  guard bytes.count > 4 else { return }
  let sizes = bytes.prefix(4).map { Int($0) + 1 }
  let mode = bytes[4]
  var stream = [UInt8](copying: bytes.dropping(5))
  if mode & 1 != 0 { seal(&stream) }
  let whole = decoded(stream, pieces: [stream.count + 1], mode)
  let cut = decoded(stream, pieces: sizes, mode)
  require(whole.error == cut.error, "the same error")
  require(whole.frames == cut.frames, "the same frames")
}

/// Makes the checksums right, so that what is behind them is reached: of frames that follow each
/// other, as long as they are whole.
private func seal(_ stream: inout [UInt8]) {
  var start = 0
  while stream.count - start >= FrameHeader.size {
    stream.replaceSubrange(start..<start + 5, with: [0x52, 0x50, 0x43, 0x73, FrameHeader.version])
    stream[start + 6] = 0
    stream[start + 7] = 0
    // Short bodies: half a megabyte would never be there.
    stream[start + 14] = 0
    stream[start + 15] = 0
    let length = Int(stream[start + 12]) + Int(stream[start + 13]) << 8
    let end = min(start + FrameHeader.size + length, stream.count)
    let body = stream[(start + FrameHeader.size)..<end].withUnsafeBytes { crc32c($0) }
    withUnsafeBytes(of: body.littleEndian) {
      stream.replaceSubrange(start + 64..<start + 68, with: $0)
    }
    let header = stream[start..<start + 68].withUnsafeBytes { crc32c($0) }
    withUnsafeBytes(of: header.littleEndian) {
      stream.replaceSubrange(start + 68..<start + 72, with: $0)
    }
    start = end
  }
}

private func decoded(
  _ stream: [UInt8], pieces: [Int], _ mode: UInt8
) -> (frames: [Collector.Frame], error: FrameError?) {
  let collector = Collector(places: mode & 2 != 0, discards: mode & 4 != 0)
  var decoder = FrameDecoder()
  var position = 0
  var piece = 0
  do throws(FrameError) {
    while position < stream.count {
      let count = min(pieces[piece % pieces.count], stream.count - position)
      piece += 1
      if decoder.isDirect {
        let (_, taken) = decoder.receive { target in
          let count = min(count, target.count)
          for index in 0..<count { target[index] = stream[position + index] }
          return (count, count)
        }
        position += taken
        var nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        try decoder.decode(&nothing, bodyLimit: { 1 << 20 }, sink: collector)
      } else {
        let result = stream.withUnsafeBytes { bytes in
          Result { () throws(FrameError) in
            var input = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
            try decoder.decode(&input, bodyLimit: { 1 << 20 }, sink: collector)
            require(input.isEmpty, "all of it is taken")
          }
        }
        try result.get()
        position += count
      }
    }
    return (collector.frames, nil)
  } catch {
    return (collector.frames, error)
  }
}

private final class Collector: FrameSink {
  struct Frame: Equatable {
    var header: FrameHeader
    var body: [UInt8]?
  }

  private(set) var frames: [Frame] = []
  private let places: Bool
  private let discards: Bool
  private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 8)

  init(places: Bool, discards: Bool) {
    self.places = places
    self.discards = discards
  }

  deinit { memory.deallocate() }

  func placement(_ header: FrameHeader, head: UnsafeRawBufferPointer) -> FramePlacement {
    require(head.count == Int(header.headLength), "the whole head")
    if discards, header.type == .request { return .discard }
    return places && header.type != .hello ? .memory(memory) : .body
  }

  func memory(of count: Int) -> [UInt8] { [UInt8](unwritten: count) }

  func received(_ header: FrameHeader, _ content: FrameContent) -> Bool {
    let body: [UInt8]?
    switch content {
    case .inPlace(let bytes): body = [UInt8](copying: bytes)
    case .owned(let bytes): body = bytes
    case .placed(let head):
      let payload = Int(header.length) - head.count
      body = [UInt8](copying: head) + memory[..<payload]
    case .discarded: body = nil
    }
    require(body.map { $0.count == Int(header.length) } ?? true, "the whole body")
    frames.append(Frame(header: header, body: body))
    return true
  }
}

// MARK: - Messages

private func fuzzHandshake(_ bytes: [UInt8]) {
  if let hello = try? Hello(decoding: bytes) {
    require((try? Hello(decoding: hello.encoded)) == hello, "a hello survives")
  }
  if let challenge = try? Challenge(decoding: bytes) {
    require((try? Challenge(decoding: challenge.encoded)) == challenge, "a challenge survives")
  }
  if let welcome = try? Welcome(decoding: bytes) {
    require((try? Welcome(decoding: welcome.encoded)) == welcome, "a welcome survives")
  }
  if let rejection = try? Rejection(decoding: bytes) {
    require((try? Rejection(decoding: rejection.encoded)) == rejection, "a rejection survives")
  }
}

private func fuzzMessages(_ bytes: [UInt8]) {
  func check<Message: WireMessage & Equatable>(_ type: Message.Type) {
    guard let message = try? Message(decoding: bytes) else { return }
    require((try? Message(decoding: message.encoded)) == message, "\(type) survives")
  }
  check(Enlist.self)
  check(Enlisted.self)
  check(Watch.self)
  check(Membership.self)
  check(LogName.self)
  check(LogMark.self)
  check(NoteMark.self)
  check(LogQuery.self)
  check(LogSurvey.self)
  check(LogOwnership.self)
  check(ListLogs.self)
  check(LogList.self)
  check(ReplicaKey.self)
  check(ReplicaWrite.self)
  check(ListReplicas.self)
  check(ReplicaList.self)
  check(ReadReplica.self)
}

func require(_ condition: Bool, _ what: String) {
  if !condition { fatalError("not \(what)") }
}
