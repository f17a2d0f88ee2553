/// The permits that a task has asked for and not given back, so that they end when it leaves its
/// pool, whoever still keeps them.
final class PermitHolding {
  /// A permit leaves the holding before it is gone, so that the reference never dangles.
  private struct Held { unowned let permit: Permit }
  private var held: [Held] = []

  var count: Int { held.count }

  func add(_ permit: Permit) {
    permit.slot = held.count
    held.append(Held(permit: permit))
  }

  /// Forgets a permit that is held here. O(1).
  func remove(_ permit: Permit) {
    let last = held.removeLast()
    guard permit.slot < held.count else { return }
    held[permit.slot] = last
    last.permit.slot = permit.slot
  }

  /// The task has left its pool.
  func endAll() {
    let ended = held
    held = []
    for entry in ended { entry.permit.end() }
  }
}

extension TaskMembership {
  /// The holding of the task; made when it asks for its first permit since it last left a pool.
  var permits: PermitHolding {
    if let present = record.pointee.permits { return present }
    let made = PermitHolding()
    record.pointee.permits = made
    return made
  }
}
