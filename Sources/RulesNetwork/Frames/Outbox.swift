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

  /// A payload that is not copied: it leaves when so much of what is copied has left.
  private struct Insert {
    var position: Int
    var payload: Payload
    var start = 0

    var count: Int { payload.count - start }
  }

  /// Bytes ever put in.
  private(set) var enqueued: UInt64 = 0
  /// Bytes that have left.
  private(set) var sent: UInt64 = 0
  private var copied: [UInt8] = []
  /// How much of `copied` has left.
  private var copiedSent = 0
  private var inserts: [Insert] = []
  /// The first insert that has not left whole; those before it are dropped from time to time.
  private var first = 0

  /// Payloads up to this size are copied: that costs less than one more piece for the kernel.
  static let copiedSize = 1024
  /// So many pieces at most go into one call.
  private static let batch = 32

  var isEmpty: Bool { enqueued == sent }

  /// Bytes that have not left yet.
  var byteCount: Int { Int(enqueued - sent) }

  /// Puts a frame in: its header, the head of its body and the rest.
  mutating func append(
    _ header: FrameHeader, head: UnsafeRawBufferPointer, _ payload: Payload
  ) {
    enqueued += UInt64(FrameHeader.size + head.count + payload.count)
    header.append(to: &copied)
    copied.append(contentsOf: head)
    guard payload.count <= Self.copiedSize else {
      inserts.append(Insert(position: copied.count, payload: payload))
      return
    }
    switch payload {
    case .none: break
    case .owned(let bytes): bytes.withUnsafeBytes { copied.append(contentsOf: $0) }
    case .borrowed(let bytes, _): copied.append(contentsOf: bytes)
    }
  }

  /// Hands the next pieces to `send` and takes note of what left; nil when there is nothing.
  mutating func send(
    _ send: (UnsafeBufferPointer<UnsafeRawBufferPointer>) -> TransferResult
  ) -> TransferResult? {
    guard !isEmpty else { return nil }
    let result = copied.withUnsafeBytes { copied in
      if first == inserts.count {
        let rest = copied.dropping(copiedSent)
        return withUnsafePointer(to: rest) { send(UnsafeBufferPointer(start: $0, count: 1)) }
      }
      return withUnsafeTemporaryAllocation(
        of: UnsafeRawBufferPointer.self, capacity: Self.batch
      ) { gather(first, copiedSent, 0, copied, $0, send) }
    }
    if case .bytes(let count) = result { advance(count) }
    return result
  }

  /// Recursive, because the memory of an array is valid only while it shows it.
  private func gather(
    _ index: Int, _ copiedStart: Int, _ count: Int, _ copied: UnsafeRawBufferPointer,
    _ vector: UnsafeMutableBufferPointer<UnsafeRawBufferPointer>,
    _ send: (UnsafeBufferPointer<UnsafeRawBufferPointer>) -> TransferResult
  ) -> TransferResult {
    var count = count
    let position = index < inserts.count ? inserts[index].position : copied.count
    if copiedStart < position {
      vector.initializeElement(
        at: count, to: UnsafeRawBufferPointer(rebasing: copied[copiedStart..<position]))
      count += 1
    }
    guard index < inserts.count, count + 2 <= Self.batch else {
      return send(UnsafeBufferPointer(rebasing: vector[..<count]))
    }
    func proceed(_ bytes: UnsafeRawBufferPointer) -> TransferResult {
      vector.initializeElement(at: count, to: bytes.dropping(inserts[index].start))
      return gather(index + 1, position, count + 1, copied, vector, send)
    }
    return switch inserts[index].payload {
    case .none: gather(index + 1, position, count, copied, vector, send)
    case .owned(let bytes): bytes.withUnsafeBytes(proceed)
    case .borrowed(let bytes, _): proceed(bytes)
    }
  }

  private mutating func advance(_ count: Int) {
    sent += UInt64(count)
    guard !isEmpty else { return reset() }
    var count = count
    while count > 0 {
      let position = first < inserts.count ? inserts[first].position : copied.count
      let step = min(count, position - copiedSent)
      copiedSent += step
      count -= step
      guard count > 0, first < inserts.count else { break }
      let part = min(count, inserts[first].count)
      inserts[first].start += part
      count -= part
      if inserts[first].count == 0 {
        inserts[first].payload = .none
        first += 1
      }
    }
    if copiedSent >= Self.keptCapacity { dropSent() }
  }

  private mutating func reset() {
    copied.removeAll(keepingCapacity: copied.capacity <= Self.keptCapacity)
    copiedSent = 0
    guard !inserts.isEmpty else { return }
    inserts.removeAll(keepingCapacity: inserts.count <= 1024)
    first = 0
  }

  /// A box that never gets empty does not keep what has left. Amortised constant time.
  private mutating func dropSent() {
    copied.removeFirst(copiedSent)
    inserts.removeFirst(first)
    first = 0
    for index in inserts.indices { inserts[index].position -= copiedSent }
    copiedSent = 0
  }

  private static let keptCapacity = 256 << 10

  /// The caller takes back the memory it lent: what has not left is copied, for a frame that has
  /// begun must leave whole.
  mutating func takeBack(_ owner: UInt64) {
    for index in first..<inserts.count {
      guard case .borrowed(let bytes, owner) = inserts[index].payload else { continue }
      inserts[index].payload = .owned([UInt8](copying: bytes))
    }
  }
}
