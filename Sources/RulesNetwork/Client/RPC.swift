internal import RulesRuntime

/// One asynchronous call. Belongs to its client's thread.
///
/// Ask `outcome` or be told by `onReady`. Once it has ended, the object can be started again, and
/// uses its memory again: who keeps one for each thing that makes calls allocates nothing per call.
/// The client keeps it until it has ended; dropping it does not cancel it.
public final class RPC {
  // `@exclusivity(unchecked)`: sound for the reason that `FrameStream` has.

  /// nil while it is under way, and before it was ever started.
  @exclusivity(unchecked) public private(set) var outcome: RPCOutcome?
  /// Runs once for each start, on the pool's thread, never inside `start`, after `outcome` is set; not
  /// when it was cancelled.
  @exclusivity(unchecked) public var onReady: ((RPC) -> Void)?
  /// Where the body of the reply goes if it fits; then `ok` has no bytes and `placedCount` says how
  /// many came. Must stay valid as long as the RPC is under way.
  @exclusivity(unchecked) public var destination: UnsafeMutableRawBufferPointer?
  /// Bytes of the reply in `destination`.
  @exclusivity(unchecked) public private(set) var placedCount = 0
  /// CRC-32C of these, as the server said and the connection has checked.
  @exclusivity(unchecked) public private(set) var placedChecksum: UInt32 = 0

  /// What traces call its replies: a number of `PoolCore.causeName(_:)`; zero: nothing.
  @exclusivity(unchecked) public var causeName: UInt8 = 0
  /// The firing that started it, so that what its end brings about can be led back to that.
  private var origin = CauseOrigin.none

  /// Grows with every start at its client; what is on the wire is known by it.
  @exclusivity(unchecked) private(set) var id: UInt64 = 0
  @exclusivity(unchecked) private(set) var opcode: UInt16 = 0
  @exclusivity(unchecked) private(set) var trace = RPCTrace.none
  private(set) var head: [UInt8] = []
  @exclusivity(unchecked) private(set) var payload: UnsafeRawBufferPointer?
  @exclusivity(unchecked) private var checksum: UInt32 = 0
  /// Memory for the next reply.
  private var spare: [UInt8] = []
  /// Where it is unfinished; nil: it is not under way.
  @exclusivity(unchecked) private(set) var channel: RPCChannel?
  /// How far the connection must have sent for the request to have left; nil: not sent on this one.
  @exclusivity(unchecked) var sentEnd: UInt64?
  /// Runs when the server that said "not now" is to be asked again.
  @exclusivity(unchecked) var isResting = false

  public init() {}

  /// Whether it has ended.
  public var isReady: Bool { outcome != nil }

  /// Whether it was started and has neither ended nor been cancelled.
  public var isUnderWay: Bool { channel != nil || isFailing }
  /// It has ended in advance and will say so.
  @exclusivity(unchecked) var isFailing = false

  /// Bytes of the request's body.
  var byteCount: Int { head.count + (payload?.count ?? 0) }

  /// Forgets the call: `onReady` will not run and a late reply is dropped. The server is told, and may
  /// act all the same. The payload's memory is free again when this returns. No effect on an RPC that
  /// is not under way.
  public func cancel() {
    isFailing = false
    guard let channel else { return }
    self.channel = nil
    channel.forget(self)
    payload = nil
  }

  // MARK: - For the client

  /// - Precondition: it is not under way, and the body is at most 4 GiB.
  func prepare(
    opcode: UInt16, payload: UnsafeRawBufferPointer?, payloadChecksum: UInt32?, trace: RPCTrace,
    writeHead: (inout WireWriter) -> Void
  ) {
    precondition(!isUnderWay, "an RPC is started again before it has ended")
    takeMemoryBack()
    outcome = nil
    placedCount = 0
    self.opcode = opcode
    self.payload = payload
    self.trace = trace
    var writer = WireWriter(reusing: &head)
    writeHead(&writer)
    head = writer.bytes
    checksum = head.withUnsafeBytes { crc32c($0) }
    if let payload { checksum = crc32c(payload, seed: checksum, known: payloadChecksum) }
  }

  /// Memory of the last reply, unless somebody still holds it.
  private func takeMemoryBack() {
    if case .ok(let bytes) = outcome, bytes.capacity > 0 { spare = bytes }
  }

  func begin(in channel: RPCChannel, id: UInt64) {
    self.channel = channel
    // One that is asked again is still the same call.
    if !isResting { origin = channel.core.origin }
    self.id = id
    sentEnd = nil
    isResting = false
  }

  /// Queues the request, once more where a connection was lost.
  func send(over stream: FrameStream) {
    var header = FrameHeader(type: .request)
    header.code = opcode
    header.id = id
    header.trace = trace
    head.withUnsafeBytes {
      stream.send(
        header, head: $0, payload.map { .borrowed($0, owner: id) } ?? .none, checksum: checksum)
    }
    sentEnd = stream.enqueuedBytes
  }

  /// An array of exactly so many bytes for the reply.
  func memory(of count: Int) -> [UInt8] {
    guard spare.count == count else { return [UInt8](unwritten: count) }
    defer { spare = [] }
    return spare
  }

  /// Ends with a reply.
  func succeed(_ content: FrameContent, length: Int, checksum: UInt32) {
    placedChecksum = checksum
    switch content {
    case .inPlace(let bytes):
      if let destination, bytes.count <= destination.count {
        destination.copyMemory(from: bytes)
        placedCount = bytes.count
        end(.ok([]))
      } else {
        var reply = spare
        spare = []
        reply.assign(bytes)
        end(.ok(reply))
      }
    case .owned(let bytes): end(.ok(bytes))
    case .placed:
      placedCount = length
      end(.ok([]))
    case .discarded: end(.ok([]))
    }
  }

  func end(_ outcome: RPCOutcome) {
    guard isUnderWay else { return }
    let core = channel?.core
    channel = nil
    isFailing = false
    payload = nil
    self.outcome = outcome
    if let core {
      core.perform(.reply, named: causeName, from: origin) { onReady?(self) }
    } else {
      onReady?(self)
    }
  }
}
