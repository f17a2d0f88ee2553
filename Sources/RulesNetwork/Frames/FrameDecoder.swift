internal import Glibc

/// Where the payload of a frame goes whose header and head are known.
enum FramePlacement {
  /// Behind the head, in the body that is handed over.
  case body
  /// To memory of the application, of at least the payload's size.
  case memory(UnsafeMutableRawBufferPointer)
  /// Nowhere: there is no room for it. Its checksum is not looked at.
  case discard
}

/// The body of a frame that has been received.
enum FrameContent {
  /// Where it was received; valid only during the call.
  case inPlace(UnsafeRawBufferPointer)
  /// In memory of its own.
  case owned([UInt8])
  /// The head; the payload is where it was to go.
  case placed(head: UnsafeRawBufferPointer)
  case discarded
}

/// Who gets the frames that a decoder finds. May not use the decoder meanwhile.
protocol FrameSink: AnyObject {
  /// Asked once for each frame, before any memory is taken for its payload.
  func placement(_ header: FrameHeader, head: UnsafeRawBufferPointer) -> FramePlacement
  /// An array of exactly so many bytes, of any value, for a body.
  func memory(of count: Int) -> [UInt8]
  /// - Returns: whether the next frame is wanted now.
  func received(_ header: FrameHeader, _ content: FrameContent) -> Bool
}

/// Turns a byte stream into frames.
///
/// What has been received whole is handed on from where it was received. The rest of a larger body
/// is received where it stays. After an error the stream has lost its meaning: it must be closed.
struct FrameDecoder {
  /// How many frames came.
  private(set) var frameCount = 0

  /// Header and head of a frame, as long as they are not complete; the head, while the payload comes.
  private var prefix: [UInt8] = []
  /// The frame whose payload is being received.
  private var header: FrameHeader?
  private var target = Target.discard
  /// Bytes of the body that have come.
  private var count = 0
  private var checksum: UInt32 = 0

  private enum Target {
    case body([UInt8])
    case memory(UnsafeMutableRawBufferPointer)
    case discard
  }

  /// A body that lacks at least this much is received in place; less would then be copied.
  static let directSize = 16 << 10

  /// Whether a frame has begun that is not finished.
  var isInsideFrame: Bool { header != nil || !prefix.isEmpty }

  /// Whether the next bytes should be received by `receive`, not into a buffer for `decode`.
  var isDirect: Bool {
    guard let header, missing(header) >= Self.directSize else { return false }
    if case .discard = target { return false }
    return true
  }

  private func missing(_ header: FrameHeader) -> Int { Int(header.length) - count }

  // MARK: - From a buffer

  /// Takes frames out of `input`, which gets shorter, until it is empty or the sink wants no more.
  /// - Parameter bodyLimit: the longest body accepted, besides the limit of handshake frames; asked
  ///   again for each frame.
  mutating func decode(
    _ input: inout UnsafeRawBufferPointer, bodyLimit: () -> Int, sink: any FrameSink
  ) throws(FrameError) {
    while true {
      if let header {
        try take(from: &input, header)
        guard missing(header) == 0 else { return }
        guard try finish(header, sink) else { return }
      } else if input.isEmpty {
        return
      } else if prefix.isEmpty, input.count >= FrameHeader.size {
        guard try decodeWhole(&input, bodyLimit(), sink) else { return }
      } else {
        guard try collectPrefix(&input, bodyLimit(), sink) else { return }
      }
    }
  }

  /// The header, and perhaps everything, is in the input.
  private mutating func decodeWhole(
    _ input: inout UnsafeRawBufferPointer, _ bodyLimit: Int, _ sink: any FrameSink
  ) throws(FrameError) -> Bool {
    let header = try FrameHeader(input.first(FrameHeader.size), limit: bodyLimit)
    let end = FrameHeader.size + Int(header.length)
    guard input.count >= end else {
      let headEnd = FrameHeader.size + Int(header.headLength)
      if input.count < headEnd { return try collectPrefix(&input, bodyLimit, sink) }
      let head = input.first(headEnd).dropping(FrameHeader.size)
      if begin(header, head: head, sink) { prefix.append(contentsOf: head) }
      input = input.dropping(headEnd)
      return true
    }
    let body = input.first(end).dropping(FrameHeader.size)
    let (head, payload) = (
      body.first(Int(header.headLength)), body.dropping(Int(header.headLength))
    )
    input = input.dropping(end)
    let content: FrameContent
    switch sink.placement(header, head: head) {
    case .body: content = .inPlace(body)
    case .memory(let memory):
      copy(payload, to: memory)
      content = .placed(head: head)
    case .discard: content = .discarded
    }
    if case .discarded = content {
    } else {
      guard crc32c(body) == header.bodyChecksum else { throw .bodyChecksum }
    }
    frameCount += 1
    return sink.received(header, content)
  }

  /// Header and head come in pieces.
  private mutating func collectPrefix(
    _ input: inout UnsafeRawBufferPointer, _ bodyLimit: Int, _ sink: any FrameSink
  ) throws(FrameError) -> Bool {
    collect(&input, upTo: FrameHeader.magicSize)
    // Who speaks another protocol may never send as much as a header.
    if prefix.count >= FrameHeader.magicSize {
      let magic = prefix.withUnsafeBytes { FrameHeader.magic(of: $0) }
      guard magic == FrameHeader.magic else { throw .magic(magic) }
    }
    collect(&input, upTo: FrameHeader.size)
    guard prefix.count >= FrameHeader.size else { return true }
    let header = try prefix.withUnsafeBytes { bytes in
      Result { () throws(FrameError) in
        try FrameHeader(bytes.first(FrameHeader.size), limit: bodyLimit)
      }
    }.get()
    let end = FrameHeader.size + Int(header.headLength)
    collect(&input, upTo: end)
    guard prefix.count == end else { return true }
    // Taken out, so that it is changed in place.
    var collected = prefix
    prefix = []
    let keepsHead = collected.withUnsafeBytes {
      begin(header, head: $0.dropping(FrameHeader.size), sink)
    }
    collected.removeSubrange(..<(keepsHead ? FrameHeader.size : end))
    prefix = collected
    return true
  }

  private mutating func collect(_ input: inout UnsafeRawBufferPointer, upTo end: Int) {
    let count = min(input.count, end - prefix.count)
    guard count > 0 else { return }
    prefix.append(contentsOf: input.first(count))
    input = input.dropping(count)
  }

  /// Header and head are known; the payload is to come.
  /// - Returns: whether `prefix` has to keep the head meanwhile.
  private mutating func begin(
    _ header: FrameHeader, head: UnsafeRawBufferPointer, _ sink: any FrameSink
  ) -> Bool {
    self.header = header
    count = head.count
    checksum = crc32c(head)
    switch sink.placement(header, head: head) {
    case .discard: target = .discard
    case .memory(let memory):
      precondition(memory.count >= Int(header.length) - head.count, "memory for the payload")
      target = .memory(memory)
      return true
    case .body:
      var body = sink.memory(of: Int(header.length))
      body.withUnsafeMutableBytes { copy(head, to: $0) }
      target = .body(body)
    }
    return false
  }

  private mutating func take(from input: inout UnsafeRawBufferPointer, _ header: FrameHeader)
    throws(FrameError)
  {
    let bytes = input.first(min(input.count, missing(header)))
    guard !bytes.isEmpty else { return }
    input = input.dropping(bytes.count)
    withTarget(header) { rest in
      if let rest { copy(bytes, to: rest) }
      return ((), bytes.count)
    }
  }

  // MARK: - In place

  /// Has `receive` write the next bytes of the stream to where they stay. Only while `isDirect`.
  /// - Parameter receive: returns how many bytes it wrote, and what it has to say besides.
  /// - Returns: that, and whether as much came as was asked for, so that there may be more.
  mutating func receive<Result>(
    _ receive: (UnsafeMutableRawBufferPointer) -> (count: Int, Result)
  ) -> (wasFilled: Bool, Result) {
    guard let header else { preconditionFailure("no frame is being received") }
    return withTarget(header) { rest in
      guard let rest else { preconditionFailure("what is discarded is not received in place") }
      let piece = UnsafeMutableRawBufferPointer(rebasing: rest.prefix(Self.piece))
      let (count, result) = receive(piece)
      return ((count == piece.count, result), count)
    }
  }

  /// So much is received at a time: it is still in the processor's cache when its checksum is taken.
  private static let piece = 256 << 10

  /// Hands the memory of what is missing to `use`, which says how much it wrote there.
  private mutating func withTarget<Result>(
    _ header: FrameHeader, _ use: (UnsafeMutableRawBufferPointer?) -> (Result, count: Int)
  ) -> Result {
    let from = count
    let (result, added): (Result, Int)
    switch target {
    case .discard:
      (result, added) = use(nil)
    case .memory(let memory):
      let rest = UnsafeMutableRawBufferPointer(
        rebasing: memory[
          (from - Int(header.headLength))..<Int(header.length) - Int(header.headLength)])
      (result, added) = use(rest)
      checksum = crc32c(UnsafeRawBufferPointer(rest).first(added), seed: checksum)
    case .body(var body):
      // Alone with its owner, or the first write would copy it.
      target = .discard
      (result, added) = body.withUnsafeMutableBytes { body in
        let rest = UnsafeMutableRawBufferPointer(rebasing: body[from...])
        let (result, added) = use(rest)
        checksum = crc32c(UnsafeRawBufferPointer(rest).first(added), seed: checksum)
        return (result, added)
      }
      target = .body(body)
    }
    count += added
    return result
  }

  /// Hands on a frame whose body has come. `decode` calls it; after `receive` an empty `decode` does.
  private mutating func finish(_ header: FrameHeader, _ sink: any FrameSink) throws(FrameError)
    -> Bool
  {
    let target = self.target
    self.target = .discard
    self.header = nil
    frameCount += 1
    switch target {
    case .discard: return sink.received(header, .discarded)
    case .body(let body):
      guard checksum == header.bodyChecksum else { throw .bodyChecksum }
      return sink.received(header, .owned(body))
    case .memory:
      guard checksum == header.bodyChecksum else { throw .bodyChecksum }
      var head = prefix
      prefix = []
      let goesOn = head.withUnsafeBytes { sink.received(header, .placed(head: $0)) }
      head.removeAll(keepingCapacity: true)
      prefix = head
      return goesOn
    }
  }
}

private func copy(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) {
  if let from = bytes.baseAddress, let to = target.baseAddress { memcpy(to, from, bytes.count) }
}

extension UnsafeRawBufferPointer {
  /// The first bytes, as a buffer that starts at zero.
  func first(_ count: Int) -> Self { Self(rebasing: self[..<count]) }

  /// The bytes after the first ones, as a buffer that starts at zero.
  func dropping(_ count: Int) -> Self { Self(rebasing: self[count...]) }
}
