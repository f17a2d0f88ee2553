import RulesAnalysis
import RulesLanguage

/// Which mutants that leave out a part of a condition change nothing that a rule set decides.
///
/// The conditions with and without the part are functions over the same states, so that this is no
/// search: where they decide differently is a function, too.
struct SameDecisions {
  private let scope: ScopeAnalysis
  private let inquiry: Inquiry
  private var diagram: DecisionDiagram

  init(_ scope: ScopeAnalysis) {
    self.scope = scope
    inquiry = Inquiry(scope)
    diagram = scope.partition.diagram
  }

  /// Asked in their order, as mutated code does: which rule fires, else which waits hold, else which goal
  /// is first.
  ///
  /// - Parameters:
  ///   - clauses: the conditions of the scope's clauses.
  ///   - number: a mutant.
  /// - Returns: nil: it decides differently in a state that may be reached, or nothing is known of it.
  mutating func proof(
    _ clauses: [MutableCondition], without number: Int
  ) throws(AnalysisFailure) -> RuleMutant.Sameness? {
    let before = try decision(clauses.map { $0.condition(without: nil) })
    let after = try decision(clauses.map { $0.condition(without: number) })
    return try sameness(before, after)
  }

  /// The same of one condition's value.
  mutating func proof(
    _ condition: MutableCondition, without number: Int
  ) throws(AnalysisFailure) -> RuleMutant.Sameness? {
    let before = try inquiry.states(condition.condition(without: nil), &diagram)
    let after = try inquiry.states(condition.condition(without: number), &diagram)
    return try sameness(before, after)
  }

  private mutating func sameness(
    _ before: DecisionDiagram.Node, _ after: DecisionDiagram.Node
  ) throws(AnalysisFailure) -> RuleMutant.Sameness? {
    let differing = try diagram.and(
      try diagram.apply(before, after) { $0 == $1 ? 0 : 1 }, scope.partition.lowered.consistent)
    if differing == DecisionDiagram.never { return .consistent }
    guard let reached = inquiry.reached else { return nil }
    var isDifferent = false
    reached.visit { state, _ in
      if !isDifferent { isDifferent = diagram.value(of: differing, at: state) == 1 }
    }
    return isDifferent ? nil : .reachable
  }

  /// The same when it goes on seeing what a rule has changed as it was before.
  mutating func proof(
    thatNobodyMisses variable: Int, of rule: Int, _ firings: ReachedFirings
  ) throws(AnalysisFailure) -> RuleMutant.Sameness? {
    let clauses = scope.partition.scope.clauses
    let pausing = clauses.indices.filter { clauses[$0].stayDelay != nil }.map { $0 + 1 }
    let root = try decision(clauses.map(\.condition))
    return firings.isNotMissed(variable, of: rule, root, diagram, pausing: Set(pausing))
      ? .reachable : nil
  }

  /// Whether some change of these variables, each to the value beside it, lets a rule fire where none did.
  /// - Returns: nil: it is not known what can be reached.
  mutating func isEnabled(
    by changes: [(variable: Int, value: Int)]
  ) throws(AnalysisFailure) -> Bool? {
    let clauses = scope.partition.scope.clauses
    let root = try decision(clauses.map(\.condition))
    guard let reached = inquiry.reached else { return nil }
    func isFiring(_ state: [Int]) -> Bool {
      let leaf = diagram.value(of: root, at: state)
      return (1...max(1, clauses.count)).contains(leaf) && clauses[leaf - 1].isRule
    }
    var isEnabled = false
    reached.visit { state, _ in
      guard !isEnabled, !isFiring(state) else { return }
      var changed = [state]
      for change in changes {
        changed += changed.map { state in
          var state = state
          state[change.variable] = change.value
          return state
        }
      }
      isEnabled = changed.contains(where: isFiring)
    }
    return isEnabled
  }

  /// A function whose leaves say what happens: 0 nothing, then a number for each clause, then one for each
  /// set of waits.
  private mutating func decision(
    _ conditions: [Condition]
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let clauses = scope.partition.scope.clauses
    var holds: [DecisionDiagram.Node] = []
    for condition in conditions { holds.append(try inquiry.states(condition, &diagram)) }
    var root = try diagram.constant(0)
    for goal in clauses.indices.reversed() where clauses[goal].isGoal {
      root = try diagram.apply(root, holds[goal]) { $1 == 1 ? goal + 1 : $0 }
    }
    root = try diagram.apply(root, try waits(holds)) { $1 > 0 ? clauses.count + $1 : $0 }
    for rule in clauses.indices.reversed() where clauses[rule].isRule {
      root = try diagram.apply(root, holds[rule]) { $1 == 1 ? rule + 1 : $0 }
    }
    return root
  }

  private var waitSets: [[Int]: Int] = [:]

  /// Which waits hold: a number for each set, the same in both versions; 0: none.
  private mutating func waits(
    _ holds: [DecisionDiagram.Node]
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let clauses = scope.partition.scope.clauses
    var known = waitSets
    known[[]] = 0
    var sets = Array(repeating: [Int](), count: known.count)
    for (set, number) in known { sets[number] = set }
    var root = try diagram.constant(0)
    for wait in clauses.indices where !clauses[wait].isRule && !clauses[wait].isGoal {
      root = try diagram.apply(root, holds[wait]) { before, isHeld in
        guard isHeld == 1 else { return before }
        let set = sets[before] + [wait]
        if let number = known[set] { return number }
        known[set] = sets.count
        sets.append(set)
        return sets.count - 1
      }
    }
    waitSets = known
    return root
  }
}
