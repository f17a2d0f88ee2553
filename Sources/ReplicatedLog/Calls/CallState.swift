import RulesNetwork
import RulesRuntime

/// The state of a pool that makes calls on behalf of asynchronous code.
final class CallState {
  let core: PoolCore
  let calls: any ClusterCalls

  init(core: PoolCore, calls: any ClusterCalls) {
    self.core = core
    self.calls = calls
  }

  deinit { calls.close() }

  /// Starts a call that ends within `limit`, one way or the other.
  func call(
    _ server: ServerKey, _ operation: LogOperation, head: [UInt8], limit: Duration,
    completion: @escaping (RPCOutcome?) -> Void
  ) {
    var timer: PoolTimer?
    let call = calls.call(server, operation, head: head, payload: nil) { call in
      timer?.cancel()
      completion(call.outcome)
    }
    timer = core.schedule(after: limit) {
      call.cancel()
      completion(nil)
    }
  }
}
