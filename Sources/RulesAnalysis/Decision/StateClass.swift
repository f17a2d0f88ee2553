import RulesLanguage

/// What happens in a state; clauses are given by their index in the scope.
package enum StateClass: Hashable, Sendable {
  /// One rule wins, nothing contradicts it.
  case rule(Int)
  /// These goals win, perhaps beside waits.
  case goal([Int])
  /// Only waits win: whichever cause comes first.
  case wait([Int])
  /// Several rules win, or a rule beside a wait or goal; the first rule of them.
  case overlap(Int)
  case unhandled
  /// The task's or each's own invariants do not hold.
  case broken
  /// The own invariants hold, but no foreign state or set of instances fits.
  case inconsistent
}

extension StateClass {
  /// The class when one more clause wins in the state; clauses are added in text order.
  func adding(_ clause: Int, _ kind: ClauseModel.Kind) -> StateClass {
    switch (self, kind) {
    case (.broken, _), (.inconsistent, _), (.overlap, _): self
    case (.rule(let rule), _): .overlap(rule)
    case (.unhandled, .rule): .rule(clause)
    case (.goal, .rule), (.wait, .rule): .overlap(clause)
    case (.goal(let goals), .goal): .goal(goals + [clause])
    case (.unhandled, .goal), (.wait, .goal): .goal([clause])
    case (.goal, .wait): self
    case (.wait(let waits), .wait): .wait(waits + [clause])
    case (.unhandled, .wait): .wait([clause])
    }
  }
}

/// For each clause those that overrule it where they hold: `over`, closed transitively.
package func overrulers(_ clauses: [ClauseModel]) -> [Set<Int>] {
  let overruled: [Set<Int>] = clauses.map { clause in
    Set(
      clauses.indices.filter { index in
        let isGoal = clauses[index].isGoal
        return clause.over.contains(clauses[index].name)
          || (isGoal && clause.over.contains("goal"))
      })
  }
  var overrulers = Array(repeating: Set<Int>(), count: clauses.count)
  for clause in clauses.indices {
    var open = Array(overruled[clause])
    var reached = overruled[clause]
    while let next = open.popLast() {
      for further in overruled[next] where reached.insert(further).inserted {
        open.append(further)
      }
    }
    for other in reached { overrulers[other].insert(clause) }
  }
  return overrulers
}

extension ClauseModel {
  /// Whether it is a rule.
  package var isRule: Bool {
    if case .rule = kind { return true }
    return false
  }

  /// Whether it is a goal.
  package var isGoal: Bool {
    if case .goal = kind { return true }
    return false
  }

  /// `rule`, `wait` or `goal`.
  package var kindName: String {
    switch kind {
    case .rule: "rule"
    case .wait: "wait"
    case .goal: "goal"
    }
  }
}
