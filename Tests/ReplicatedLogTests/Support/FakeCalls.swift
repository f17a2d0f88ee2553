import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// Calls to fake servers. Nothing is delivered by itself, unless it was made with a core: then every
/// call is delivered in that pool's next turns.
final class FakeCalls: ClusterCalls {
  final class Call: ClusterCall {
    let server: ServerKey
    let operation: LogOperation
    let head: [UInt8]
    fileprivate let payload: UnsafeRawBufferPointer?
    fileprivate let destination: UnsafeMutableRawBufferPointer?
    fileprivate let onReady: (any ClusterCall) -> Void
    fileprivate(set) var outcome: RPCOutcome?
    private(set) var placedCount = 0
    private(set) var placedChecksum: UInt32 = 0
    fileprivate weak var calls: FakeCalls?

    fileprivate init(
      _ server: ServerKey, _ operation: LogOperation, _ head: [UInt8],
      _ payload: UnsafeRawBufferPointer?, _ destination: UnsafeMutableRawBufferPointer?,
      _ onReady: @escaping (any ClusterCall) -> Void
    ) {
      self.server = server
      self.operation = operation
      self.head = head
      self.payload = payload
      self.destination = destination
      self.onReady = onReady
    }

    /// As an RPC does: a reply that fits goes to where it is wanted.
    fileprivate func end(_ outcome: RPCOutcome) {
      self.outcome = outcome
      guard let destination, case .ok(let reply) = outcome, reply.count <= destination.count else {
        return
      }
      destination.copyBytes(from: reply)
      placedCount = reply.count
      placedChecksum = reply.withUnsafeBytes { crc32c($0) }
      self.outcome = .ok([])
    }

    func cancel() { calls?.outstanding.removeAll { $0 === self } }

    /// The write that it asks for; nil when it asks for something else.
    var write: ReplicaWrite? {
      guard [.openReplica, .writeReplica, .closeReplica].contains(operation) else { return nil }
      var reader = WireReader(head)
      return try? ReplicaWrite(from: &reader)
    }
  }

  let servers: FakeServers
  private weak var core: PoolCore?
  private(set) var outstanding: [Call] = []
  /// Writes in the order in which they were started.
  private(set) var writes: [(server: ServerKey, operation: LogOperation, write: ReplicaWrite)] = []

  /// Reads that were started.
  private var reads: [ReadReplica] = []

  /// How many reads of a segment were started.
  func reads(of segment: UInt64) -> Int { reads.count { $0.key.segment == segment } }

  init(_ servers: FakeServers, deliversOn core: PoolCore? = nil) {
    self.servers = servers
    self.core = core
  }

  func add(_ server: ServerKey, at address: NetworkAddress) {}
  func add(_ server: ServerKey, at addresses: [NetworkAddress]) {}

  func remove(_ server: ServerKey) {
    for call in outstanding where call.server == server { finish(call, .targetLeft) }
  }

  func close() { outstanding = [] }

  func call(
    _ server: ServerKey, _ operation: LogOperation, head: [UInt8],
    payload: UnsafeRawBufferPointer?, payloadChecksum: UInt32?,
    destination: UnsafeMutableRawBufferPointer?, onReady: @escaping (any ClusterCall) -> Void
  ) -> any ClusterCall {
    #expect(payloadChecksum == nil || payloadChecksum == payload.map { crc32c($0) })
    let call = Call(server, operation, head, payload, destination, onReady)
    call.calls = self
    outstanding.append(call)
    if operation == .readReplica, let read = try? ReadReplica(decoding: head) {
      reads.append(read)
    }
    if let write = call.write { writes.append((server, operation, write)) }
    deliverLater(call, after: .zero)
    return call
  }

  /// Has the server answer a call.
  /// - Returns: false when it does not answer.
  @discardableResult
  func deliver(_ call: Call) -> Bool {
    guard
      let outcome = servers.handle(
        call.server, call.operation, call.head + (call.payload ?? .init(start: nil, count: 0)))
    else { return false }
    finish(call, outcome)
    return true
  }

  /// Ends a call, unless it was cancelled.
  /// - Parameter late: ends a cancelled one too, which no client may do.
  func finish(_ call: Call, _ outcome: RPCOutcome, late: Bool = false) {
    guard late || outstanding.contains(where: { $0 === call }) else { return }
    outstanding.removeAll { $0 === call }
    call.end(outcome)
    call.onReady(call)
  }

  private func deliverLater(_ call: Call, after delay: Duration) {
    core?.schedule(after: delay) { [weak self] in
      guard let self, outstanding.contains(where: { $0 === call }) else { return }
      if !deliver(call) { deliverLater(call, after: .milliseconds(2)) }
    }
  }
}
