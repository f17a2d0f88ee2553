import Synchronization

/// A value that comes once, from any thread, for any number of waiters.
final class Promise<Value: Sendable>: Sendable {
  private enum State {
    case waiting([CheckedContinuation<Value, Never>])
    case fulfilled(Value)
  }

  private let state = Mutex<State>(.waiting([]))

  /// The first value counts.
  func fulfil(_ value: Value) {
    let waiters: [CheckedContinuation<Value, Never>] = state.withLock { state in
      guard case .waiting(let waiters) = state else { return [] }
      state = .fulfilled(value)
      return waiters
    }
    for waiter in waiters { waiter.resume(returning: value) }
  }

  var value: Value {
    get async {
      await withCheckedContinuation { waiter in
        let value: Value? = state.withLock { state in
          switch state {
          case .waiting(let waiters):
            state = .waiting(waiters + [waiter])
            return nil
          case .fulfilled(let value):
            return value
          }
        }
        if let value { waiter.resume(returning: value) }
      }
    }
  }
}
