/// The frames that one connection has yet to send, in order.
struct SendQueue {
  /// Bytes that have not left yet, those of cancelled frames included until they are skipped.
  private(set) var byteCount = 0
  private var frames: [OutgoingFrame] = []
  /// The first frame that is not done; those before it are dropped from time to time.
  private var first = 0

  /// So many frames at most go into one call: 32 of two pieces each.
  private static let batch = 32

  var isEmpty: Bool { first == frames.count }

  mutating func append(_ frame: OutgoingFrame) {
    frames.append(frame)
    byteCount += frame.count
  }

  /// Hands the next pieces to `send` and takes note of what left.
  mutating func send(
    _ send: (UnsafeBufferPointer<UnsafeRawBufferPointer>) -> TransferResult
  ) -> TransferResult? {
    skipCancelled()
    guard !isEmpty else { return nil }
    var pieces: [UnsafeRawBufferPointer] = []
    pieces.reserveCapacity(2 * Self.batch)
    let result = gather(first, min(frames.count, first + Self.batch), &pieces, send)
    if case .bytes(let count) = result { advance(count) }
    return result
  }

  /// Recursive, because the pieces of one frame are valid only while it shows them.
  private func gather(
    _ index: Int, _ end: Int, _ pieces: inout [UnsafeRawBufferPointer],
    _ send: (UnsafeBufferPointer<UnsafeRawBufferPointer>) -> TransferResult
  ) -> TransferResult {
    guard index < end else { return pieces.withUnsafeBufferPointer(send) }
    if frames[index].isCancelled { return gather(index + 1, end, &pieces, send) }
    return frames[index].withPieces { front, body in
      if front.count > 0 { pieces.append(front) }
      if let body, body.count > 0 { pieces.append(body) }
      return gather(index + 1, end, &pieces, send)
    }
  }

  private mutating func advance(_ count: Int) {
    var count = count
    while count > 0 {
      skipCancelled()
      let frame = frames[first]
      let step = min(count, frame.count - frame.sent)
      frame.sent += step
      byteCount -= step
      count -= step
      if frame.sent == frame.count {
        frame.isDone = true
        frame.release()
        removeFirst()
      }
    }
    skipCancelled()
  }

  private mutating func skipCancelled() {
    while !isEmpty, frames[first].isCancelled {
      byteCount -= frames[first].count
      removeFirst()
    }
  }

  /// Amortised constant time.
  private mutating func removeFirst() {
    first += 1
    if first == frames.count {
      frames.removeAll(keepingCapacity: first <= 1024)
      first = 0
    } else if first >= 1024, first * 2 >= frames.count {
      frames.removeFirst(first)
      first = 0
    }
  }
}
