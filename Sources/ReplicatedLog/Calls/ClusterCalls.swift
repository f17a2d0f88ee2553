import RulesNetwork

/// One call to a server, under way or ended.
protocol ClusterCall: AnyObject {
  /// nil while it is under way.
  var outcome: RPCOutcome? { get }
  /// Bytes of the reply that are in the destination of the call, and their CRC-32C.
  var placedCount: Int { get }
  var placedChecksum: UInt32 { get }
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
  /// Starts a call. `payload` stays valid and unchanged until the call ends or is cancelled;
  /// `payloadChecksum` is its CRC-32C, if it is known.
  /// `onReady` runs on the pool's thread, once, never inside `call`. The reply goes to `destination` if it
  /// fits there, which stays valid as long as `onReady` does or until the call is cancelled.
  func call(
    _ server: ServerKey, _ operation: LogOperation, head: [UInt8],
    payload: UnsafeRawBufferPointer?, payloadChecksum: UInt32?,
    destination: UnsafeMutableRawBufferPointer?, onReady: @escaping (any ClusterCall) -> Void
  ) -> any ClusterCall
  func close()
}

extension ClusterCalls {
  /// A call whose reply has memory of its own, unless it is given some.
  func call(
    _ server: ServerKey, _ operation: LogOperation, head: [UInt8],
    payload: UnsafeRawBufferPointer? = nil, destination: UnsafeMutableRawBufferPointer? = nil,
    onReady: @escaping (any ClusterCall) -> Void
  ) -> any ClusterCall {
    call(
      server, operation, head: head, payload: payload, payloadChecksum: nil,
      destination: destination, onReady: onReady)
  }
}

extension RPC: ClusterCall {}

extension RPCClient: ClusterCalls {
  func call(
    _ server: ServerKey, _ operation: LogOperation, head: [UInt8],
    payload: UnsafeRawBufferPointer?, payloadChecksum: UInt32?,
    destination: UnsafeMutableRawBufferPointer?, onReady: @escaping (any ClusterCall) -> Void
  ) -> any ClusterCall {
    start(
      server, opcode: operation.rawValue, head: head, payload: payload,
      payloadChecksum: payloadChecksum, destination: destination
    ) { onReady($0) }
  }
}
