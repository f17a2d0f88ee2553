internal import Glibc

/// The bytes that one connection has yet to send, in order.
///
/// Headers, heads and small payloads are copied one behind the other; larger payloads are sent from
/// where they are. Allocates nothing once it has grown to what the connection needs.
struct Outbox {
  /// The body of a frame, behind what is copied.
  enum Payload {
    case none
    /// Kept until it has left.
    case owned([UInt8])
    /// Memory of the caller, who keeps it valid and unchanged until it has left or `takeBack(owner)`.
    case borrowed(UnsafeRawBufferPointer, owner: UInt64)

    var count: Int {
      switch self {
      case .none: 0
      case .owned(let bytes): bytes.count
      case .borrowed(let bytes, _): bytes.count
      }
    }
  }

  private struct Piece {
    var payload: Payload
    /// How much of it has left; for copied bytes (`payload` is none): where they begin.
    var start: Int
    /// How much has not.
    var count: Int
  }

  /// Bytes ever put in.
  private(set) var enqueued: UInt64 = 0
  /// Bytes that have left.
  private(set) var sent: UInt64 = 0
  private var copied: [UInt8] = []
  private var pieces: [Piece] = []
  /// The first piece that has not left whole; those before it are dropped from time to time.
  private var first = 0

  /// Payloads up to this size are copied: that costs less than one more piece for the kernel.
  static let copiedSize = 1024
  /// So many pieces at most go into one call.
  private static let batch = 32

  var isEmpty: Bool { first == pieces.count }

  /// Bytes that have not left yet.
  var byteCount: Int { Int(enqueued - sent) }

  /// Puts a frame in: its header, the head of its body and the rest.
  mutating func append(
    _ header: FrameHeader, head: UnsafeRawBufferPointer, _ payload: Payload
  ) {
    let start = copied.count
    header.append(to: &copied)
    copied.append(contentsOf: head)
    let isCopied = payload.count <= Self.copiedSize
    if isCopied {
      switch payload {
      case .none: break
      case .owned(let bytes): copied.append(contentsOf: bytes)
      case .borrowed(let bytes, _): copied.append(contentsOf: bytes)
      }
    }
    let count = copied.count - start
    enqueued += UInt64(count)
    if let last = pieces.last, !isEmpty, case .none = last.payload {
      pieces[pieces.count - 1].count += count
    } else {
      pieces.append(Piece(payload: .none, start: start, count: count))
    }
    guard !isCopied else { return }
    pieces.append(Piece(payload: payload, start: 0, count: payload.count))
    enqueued += UInt64(payload.count)
  }

  /// Hands the next pieces to `send` and takes note of what left; nil when there is nothing.
  mutating func send(
    _ send: (UnsafeBufferPointer<UnsafeRawBufferPointer>) -> TransferResult
  ) -> TransferResult? {
    guard !isEmpty else { return nil }
    let end = min(pieces.count, first + Self.batch)
    let result = copied.withUnsafeBytes { copied in
      withUnsafeTemporaryAllocation(of: UnsafeRawBufferPointer.self, capacity: Self.batch) {
        gather(first, end, 0, copied, $0, send)
      }
    }
    if case .bytes(let count) = result { advance(count) }
    return result
  }

  /// Recursive, because the memory of an array is valid only while it shows it.
  private func gather(
    _ index: Int, _ end: Int, _ count: Int, _ copied: UnsafeRawBufferPointer,
    _ vector: UnsafeMutableBufferPointer<UnsafeRawBufferPointer>,
    _ send: (UnsafeBufferPointer<UnsafeRawBufferPointer>) -> TransferResult
  ) -> TransferResult {
    guard index < end else { return send(UnsafeBufferPointer(rebasing: vector[..<count])) }
    let piece = pieces[index]
    func proceed(_ bytes: UnsafeRawBufferPointer) -> TransferResult {
      vector.initializeElement(
        at: count, to: UnsafeRawBufferPointer(rebasing: bytes[piece.start...].prefix(piece.count)))
      return gather(index + 1, end, count + 1, copied, vector, send)
    }
    return switch piece.payload {
    case .none: proceed(copied)
    case .owned(let bytes): bytes.withUnsafeBytes(proceed)
    case .borrowed(let bytes, _): proceed(bytes)
    }
  }

  private mutating func advance(_ count: Int) {
    sent += UInt64(count)
    var count = count
    while count > 0 {
      let step = min(count, pieces[first].count)
      pieces[first].start += step
      pieces[first].count -= step
      count -= step
      if pieces[first].count == 0 { removeFirst() }
    }
  }

  /// Amortised constant time.
  private mutating func removeFirst() {
    pieces[first].payload = .none
    first += 1
    if first == pieces.count {
      pieces.removeAll(keepingCapacity: first <= 1024)
      first = 0
      copied.removeAll(keepingCapacity: copied.capacity <= Self.keptCapacity)
    } else if first >= 1024, first * 2 >= pieces.count {
      pieces.removeFirst(first)
      first = 0
      dropSent()
    }
  }

  /// A box that never gets empty does not keep what has left.
  private mutating func dropSent() {
    guard let begin = pieces.first(where: { if case .none = $0.payload { true } else { false } })
    else { return copied.removeAll(keepingCapacity: true) }
    let unused = begin.start
    guard unused > 0 else { return }
    copied.removeFirst(unused)
    for index in pieces.indices {
      if case .none = pieces[index].payload { pieces[index].start -= unused }
    }
  }

  private static let keptCapacity = 256 << 10

  /// The caller takes back the memory it lent: what has not left is copied, for a frame that has
  /// begun must leave whole.
  mutating func takeBack(_ owner: UInt64) {
    for index in first..<pieces.count {
      guard case .borrowed(let bytes, owner) = pieces[index].payload else { continue }
      pieces[index].payload = .owned([UInt8](copying: bytes))
    }
  }
}
