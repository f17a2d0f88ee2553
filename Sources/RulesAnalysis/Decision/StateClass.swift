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

  /// The same without the clauses.
  package enum Kind: Int, CaseIterable, Sendable {
    case unhandled, rule, wait, goal, overlap, inconsistent, broken
  }

  package var kind: Kind {
    switch self {
    case .rule: .rule
    case .goal: .goal
    case .wait: .wait
    case .overlap: .overlap
    case .unhandled: .unhandled
    case .broken: .broken
    case .inconsistent: .inconsistent
    }
  }
}

extension StateClass.Kind {
  /// The class of a consistent state in which the winners of two sets of clauses win together.
  /// Commutative and associative; nothing changes `overlap`, `unhandled` changes nothing.
  func merged(with other: Self) -> Self {
    switch (self, other) {
    case (.unhandled, let kind), (let kind, .unhandled): kind
    case (.rule, _), (_, .rule), (.overlap, _), (_, .overlap): .overlap
    case (.wait, .wait): .wait
    default: .goal
    }
  }
}

extension StateClass {
  /// The class when only this clause wins.
  init(_ clause: Int, _ kind: ClauseModel.Kind) {
    switch kind {
    case .rule: self = .rule(clause)
    case .wait: self = .wait([clause])
    case .goal: self = .goal([clause])
    }
  }

  /// The class when also what wins in `other` wins.
  func merged(with other: Self) -> Self {
    switch (self, other) {
    case (.unhandled, let other): other
    case (_, .unhandled): self
    case (.goal(let goals), .goal(let others)): .goal((goals + others).sorted())
    case (.wait(let waits), .wait(let others)): .wait((waits + others).sorted())
    case (.goal, .wait): self
    case (.wait, .goal): other
    default: .overlap(min(firstRule ?? .max, other.firstRule ?? .max))
    }
  }

  private var firstRule: Int? {
    switch self {
    case .rule(let rule), .overlap(let rule): rule
    default: nil
    }
  }
}

/// For each clause those that overrule it where they hold: `over`, closed transitively.
package func overrulers(_ clauses: [ClauseModel]) -> [Set<Int>] {
  var named: [String: [Int]] = [:]
  for (index, clause) in clauses.enumerated() {
    named[clause.name, default: []].append(index)
    if clause.isGoal && clause.name != "goal" { named["goal", default: []].append(index) }
  }
  let overruled = clauses.map { $0.over.flatMap { named[$0] ?? [] } }
  var overrulers = Array(repeating: Set<Int>(), count: clauses.count)
  for clause in clauses.indices where !overruled[clause].isEmpty {
    var reached: Set<Int> = []
    var open = overruled[clause]
    while let next = open.popLast() {
      if reached.insert(next).inserted { open += overruled[next] }
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
