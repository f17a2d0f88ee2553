import RulesRuntime

/// A pool full of tasks that either fire all the time or are woken and wait again.
struct Fleet {
  static let tasks = 1_000

  private let core: PoolCore
  private var memberships: [TaskMembership] = []
  private let isWaiting: Bool

  /// Tasks made from their numbers; those that wait are woken for each turn.
  init<Task: RuleTask>(
    waiting: Bool = false, counting: StateCounting = .states, _ make: (UInt64) -> Task
  ) {
    core = PoolCore(name: "fleet", clock: StoppedClock(), counting: counting)
    isWaiting = waiting
    for id in 0..<UInt64(Self.tasks) {
      let task = make(id)
      core.add(task)
      if waiting { memberships.append(task.membership) }
    }
  }

  /// Each task is evaluated once.
  func turn() {
    if isWaiting { for membership in memberships { membership.activate() } }
    _ = core.step()
  }
}
