/// One asynchronous call. Belongs to its client's thread.
///
/// The client keeps it until it has ended; dropping it does not cancel it.
public final class RPC {
  /// nil while it is under way.
  public private(set) var outcome: RPCOutcome?
  /// Grows with every RPC of its client.
  let id: UInt64
  /// What it looks like on the wire: the same bytes each time it is sent.
  private let prefix: [UInt8]
  private var payload: UnsafeRawBufferPointer?
  private var onReady: ((RPC) -> Void)?
  /// The sending that is under way or was the last one.
  private var frame: OutgoingFrame?
  /// Where it is unfinished.
  weak var channel: RPCChannel?

  /// - Precondition: the body is at most 4 GiB.
  init(
    id: UInt64, opcode: UInt16, head: [UInt8], payload: UnsafeRawBufferPointer?,
    onReady: @escaping (RPC) -> Void
  ) {
    self.id = id
    self.payload = payload
    self.onReady = onReady
    let headChecksum = head.withUnsafeBytes { crc32c($0) }
    let header = FrameHeader(
      type: .request, code: opcode, id: id, length: head.count + (payload?.count ?? 0),
      bodyChecksum: payload.map { crc32c($0, seed: headChecksum) } ?? headChecksum)
    prefix = header.encoded + head
  }

  /// An RPC that is never sent.
  init(failing onReady: @escaping (RPC) -> Void) {
    id = 0
    prefix = []
    self.onReady = onReady
  }

  /// Whether it has ended.
  public var isReady: Bool { outcome != nil }

  /// Forgets the call: `onReady` will not run and a late reply is dropped. The server may still act.
  /// The payload's memory is free again when this returns. No effect on an RPC that has ended.
  public func cancel() {
    guard outcome == nil else { return }
    onReady = nil
    channel?.forget(self)
    takeBackPayload()
  }

  /// Begins to send it, once more where a connection was lost.
  func makeFrame() -> OutgoingFrame {
    let frame = OutgoingFrame(prefix: prefix, body: payload.map { .borrowed($0) } ?? .none)
    self.frame = frame
    return frame
  }

  /// Whether it has left whole on the present connection: only then can there be a reply.
  var isSent: Bool { frame?.isDone ?? false }

  func end(_ outcome: RPCOutcome) {
    guard self.outcome == nil else { return }
    self.outcome = outcome
    channel = nil
    takeBackPayload()
    // nil when it was cancelled; dropped, because the caller's closure may refer to this object.
    let onReady = onReady
    self.onReady = nil
    onReady?(self)
  }

  private func takeBackPayload() {
    frame?.release()
    frame = nil
    payload = nil
  }
}
