import RulesNetwork

/// One call to a server, under way or ended.
protocol ClusterCall: AnyObject {
  /// nil while it is under way.
  var outcome: RPCOutcome? { get }
  /// Forgets the call: its closure will not run.
  func cancel()
}

/// What the log asks of the network: the seam at which a test puts a cluster that is not there.
protocol ClusterCalls: AnyObject {
  func add(_ server: ServerKey, at address: NetworkAddress)
  /// It is at one of these addresses.
  func add(_ server: ServerKey, at addresses: [NetworkAddress])
  /// Calls to the server end with `targetLeft`.
  func remove(_ server: ServerKey)
  /// Starts a call. `payload` stays valid and unchanged until the call ends or is cancelled.
  /// `onReady` runs on the pool's thread, once, never inside `call`.
  func call(
    _ server: ServerKey, _ operation: LogOperation, head: [UInt8],
    payload: UnsafeRawBufferPointer?, onReady: @escaping (any ClusterCall) -> Void
  ) -> any ClusterCall
  func close()
}

extension RPC: ClusterCall {}

extension RPCClient: ClusterCalls {
  func call(
    _ server: ServerKey, _ operation: LogOperation, head: [UInt8],
    payload: UnsafeRawBufferPointer?, onReady: @escaping (any ClusterCall) -> Void
  ) -> any ClusterCall {
    start(server, opcode: operation.rawValue, head: head, payload: payload) { onReady($0) }
  }
}
