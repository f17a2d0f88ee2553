import RulesAnalysis
import RulesLanguage

/// One end of an evaluation, as the leaf table and the leaf enum of generated code have it.
package struct Leaf: Hashable, Sendable {
  /// In reports: `R1`, `goal`, `always`, `unhandled`; of a broken chain its declaration.
  package var name: String
  /// The case of the leaf enum: `R1`, `goal`, `broken2`.
  package var enumCase: String
  /// `rule`, `wait`, `goal`, `unhandled` or `impossible`: the case of `RuleTable.Leaf.Kind`.
  package var kind: String
  /// The line of the rules file.
  package var line: Int
  /// The label of the clause, or the broken condition.
  package var label: String?
  /// What a wait waits for: `reply`, `prior.closed`.
  package var causes: [String] = []
}

/// How the evaluations of a scope can end; a leaf's number, in generated code, profiles and traces,
/// is its index here.
package struct LeafTable: Sendable {
  /// The clauses in text order, so that a clause's leaf has its number; then the states that must
  /// not exist, then what no clause handles.
  package let leaves: [Leaf]
  /// Chains out of order and Ints out of bounds, by variable of the state space: no value that the
  /// analysis knows stands for these.
  package let misplaced: [(variable: Int, leaf: Int)]
  /// The leaf of each `always` of the scope, the task's first.
  package let broken: Range<Int>
  /// Foreign facts or quantifiers that cannot be true together; nil if there are no such states.
  package let inconsistent: Int?
  /// No rule, wait or goal holds.
  package let unhandled: Int

  /// The ends of a scope's evaluations.
  package init(_ partition: Partition) {
    let scope = partition.scope
    var cases = UniqueNames()
    var leaves = scope.clauses.map { clause in
      Leaf(
        name: clause.name, enumCase: cases.make(clause.name), kind: clause.kindName,
        line: clause.position.line, label: clause.label, causes: clause.causes.map(\.text))
    }
    var misplaced: [(variable: Int, leaf: Int)] = []
    for (index, variable) in partition.space.variables.enumerated() {
      guard case .fact(_, let model) = variable.origin, let limits = variable.limits else {
        continue
      }
      misplaced.append((index, leaves.count))
      leaves.append(
        Leaf(
          name: limits.text, enumCase: cases.make(limits.enumCase), kind: "impossible",
          line: model.position.line))
    }
    let firstAlways = leaves.count
    for (number, always) in scope.always.enumerated() {
      leaves.append(
        Leaf(
          name: "always", enumCase: cases.make("broken\(number + 1)"), kind: "impossible",
          line: always.position.line, label: always.label ?? always.text))
    }
    broken = firstAlways..<leaves.count
    inconsistent = partition.hasInconsistentStates ? leaves.count : nil
    if inconsistent != nil {
      leaves.append(
        Leaf(
          name: "inconsistent", enumCase: cases.make("inconsistent"), kind: "impossible",
          line: scope.position.line, label: "these facts cannot be true together"))
    }
    unhandled = leaves.count
    leaves.append(
      Leaf(
        name: "unhandled", enumCase: cases.make("unhandled"), kind: "unhandled",
        line: scope.position.line))
    self.leaves = leaves
    self.misplaced = misplaced
  }

  /// The leaves that one evaluation of a state of this class ends in: several of several waits. Of a
  /// broken state any one of these, the first `always` that does not hold.
  package func leaves(of stateClass: StateClass) -> [Int] {
    switch stateClass {
    case .rule(let rule), .overlap(let rule): [rule]
    case .goal(let goals): Array(goals.prefix(1))
    case .wait(let waits): waits
    case .unhandled: [unhandled]
    case .inconsistent: [inconsistent ?? unhandled]
    case .broken: Array(broken)
    }
  }
}

extension StateVariable {
  /// What a chain or a bounded Int promises about its numbers, and the leaf's name if it is not so.
  fileprivate var limits: (text: String, enumCase: String)? {
    if chain != nil { return (name, "outOfOrder") }
    guard let domain = integer, domain.lower != nil || domain.upper != nil else { return nil }
    let ends = (domain.lower.map { "\($0) <= " } ?? "", domain.upper.map { " <= \($0)" } ?? "")
    return (ends.0 + name + ends.1, "outOfBounds")
  }
}
