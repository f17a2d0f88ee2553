internal import Glibc

/// Turns a byte stream into frames.
///
/// Bytes are received into a fixed buffer, from which small frames are cut; the bulk of a large body
/// is received where it stays. After an error the stream has lost its meaning: it must be closed.
struct FrameDecoder {
  /// The longest body accepted, besides the limit of handshake frames.
  var bodyLimit: Int
  /// How many frames came.
  private(set) var frameCount = 0

  private var buffer = [UInt8](unwritten: Self.capacity)
  /// `buffer[start..<end]` is received and not yet used.
  private var start = 0
  private var end = 0
  /// The frame that is being received once its header is known.
  private var header: FrameHeader?
  private var body: [UInt8] = []
  private var bodyCount = 0

  /// A body that lacks more than this is received in place, for at most that much is then copied.
  static let capacity = 64 << 10

  init(bodyLimit: Int) { self.bodyLimit = bodyLimit }

  /// Whether a frame has begun that is not finished.
  var isInsideFrame: Bool { header != nil || start < end }

  /// Has `receive` write the next bytes of the stream into the buffer it is given, which is not empty.
  /// All frames must have been taken with `next` before.
  /// - Parameter receive: returns how many bytes it wrote, and what it has to say besides.
  /// - Returns: that, and whether the buffer was filled, so that there may be more.
  mutating func fill<Result>(
    _ receive: (UnsafeMutableRawBufferPointer) -> (count: Int, Result)
  ) -> (wasFilled: Bool, Result) {
    if header != nil, start == end, body.count - bodyCount >= Self.capacity {
      let from = bodyCount
      return body.withUnsafeMutableBytes { body in
        let rest = UnsafeMutableRawBufferPointer(rebasing: body[from...])
        let (count, result) = receive(rest)
        bodyCount += count
        return (count == rest.count, result)
      }
    }
    makeRoom()
    let from = end
    return buffer.withUnsafeMutableBytes { buffer in
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[from...])
      let (count, result) = receive(rest)
      end += count
      return (count == rest.count, result)
    }
  }

  /// The next whole frame, nil when more bytes are needed.
  mutating func next() throws(FrameError) -> Frame? {
    if header == nil {
      // Who speaks another protocol may never send as much as a header.
      if end - start >= FrameHeader.magicSize { try checkMagic() }
      guard end - start >= FrameHeader.size else { return nil }
      let result = buffer.withUnsafeBytes { [start, bodyLimit] buffer in
        Result { () throws(FrameError) in
          try FrameHeader(
            UnsafeRawBufferPointer(rebasing: buffer[start..<start + FrameHeader.size]),
            limit: bodyLimit)
        }
      }
      let received = try result.get()
      start += FrameHeader.size
      header = received
      body = [UInt8](unwritten: Int(received.length))
      bodyCount = 0
    }
    guard let header else { return nil }
    moveIntoBody()
    guard bodyCount == body.count else { return nil }
    guard body.withUnsafeBytes({ crc32c($0) }) == header.bodyChecksum else { throw .bodyChecksum }
    let frame = Frame(header: header, body: body)
    self.header = nil
    body = []
    frameCount += 1
    return frame
  }

  private func checkMagic() throws(FrameError) {
    let magic = buffer.withUnsafeBytes {
      FrameHeader.magic(of: UnsafeRawBufferPointer(rebasing: $0[start..<end]))
    }
    guard magic == FrameHeader.magic else { throw .magic(magic) }
  }

  private mutating func moveIntoBody() {
    let count = min(body.count - bodyCount, end - start)
    guard count > 0 else { return }
    buffer.withUnsafeBytes { buffer in
      body.withUnsafeMutableBytes { body in
        UnsafeMutableRawBufferPointer(rebasing: body[bodyCount..<bodyCount + count])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]))
      }
    }
    start += count
    bodyCount += count
  }

  /// What is unused is less than a header, or nothing when a body is being received.
  private mutating func makeRoom() {
    let count = end - start
    if count > 0, start > 0 {
      buffer.withUnsafeMutableBytes { buffer in
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
      }
    }
    start = 0
    end = count
  }
}
