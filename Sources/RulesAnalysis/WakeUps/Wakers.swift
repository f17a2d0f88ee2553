import RulesLanguage

/// A cause of a wait, and everything that may make it come.
package struct WaitCause: Sendable {
  /// The scope and the wait.
  package var scope: String
  package var wait: ClauseModel
  /// `prior.closed`, `reply`
  package var cause: String
  /// The cause is an event, which wakes by itself.
  package var isEvent: Bool
  /// In text order; empty for an event.
  package var wakers: [Waker]

  /// A rule or event that changes what the cause depends on.
  package struct Waker: Sendable {
    /// `Segment.R6`
    package var name: String
    package var label: String?
    package var isEvent: Bool
    /// The facts that it changes and that the cause depends on, in text order.
    package var facts: [String]
    /// The ways from the changed task to the waiting ones; empty: it is the task itself, which is
    /// evaluated again after every firing and event.
    package var ways: [[WakeUp.Step]]
  }
}

/// Each cause of each wait of a program, in text order.
package func waitCauses(_ program: Program) -> [WaitCause] {
  let changers = Changers(program)
  let wakeUps = WakeUps(program, changers).wakeUps
  return Scope.all(of: program).flatMap { scope in
    scope.clauses.flatMap { wait in
      wait.causes.map { cause in
        let condition = scope.condition(of: cause)
        return WaitCause(
          scope: scope.name, wait: wait, cause: cause.text, isEvent: condition == nil,
          wakers: condition.map { wakers($0, of: wait, cause, scope, changers, wakeUps) } ?? [])
      }
    }
  }
}

private func wakers(
  _ condition: Condition, of wait: ClauseModel, _ cause: Cause, _ scope: Scope,
  _ changers: Changers, _ wakeUps: [WakeUp]
) -> [WaitCause.Waker] {
  let dependencies = dependencies(of: condition, in: scope)
  let reason = "\(wait.name) there waits for \(cause.text)"
  return changers.all.compactMap { changer in
    let changed = changer.changes.map(\.fact).filter { fact in
      dependencies.contains { $0.fact == fact }
    }
    guard !changed.isEmpty else { return nil }
    let own = wakeUps.filter {
      $0.task == changer.scope.task.name && $0.each == changer.scope.each?.name
        && $0.clause == changer.name
    }
    // Whoever changes a fact of the waiting task from outside wakes it for that reason alone.
    let isDirect = dependencies.contains { $0.path.isEmpty && changed.contains($0.fact) }
    let ways = own.filter { wakeUp in
      wakeUp.reasons.contains(reason)
        || isDirect && wakeUp.reasons.contains { $0.hasPrefix("\(changer.name) changed its ") }
    }
    var facts: [String] = []
    for fact in changed where !facts.contains(fact.name) { facts.append(fact.name) }
    return WaitCause.Waker(
      name: changer.qualifiedName, label: label(of: changer), isEvent: changer.isEvent,
      facts: facts, ways: ways.map(\.steps))
  }
}

private func label(of changer: Changer) -> String? {
  changer.isEvent
    ? changer.scope.body.events.first { $0.name == changer.name }?.label
    : changer.scope.clauses.first { $0.name == changer.name }?.label
}
