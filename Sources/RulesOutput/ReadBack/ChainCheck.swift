import RulesAnalysis
import RulesLanguage

/// Checks a decision that tries clause after clause: that each is there, with its whole condition,
/// after those that are over it. Its states would be too many to compare.
struct ChainCheck {
  /// A clause that is tried, and where.
  struct Step {
    var condition: String
    var ends: [ReadStatement]
  }

  private let interface: ScopeEmission
  private let clauseOfLeaf: [String: Int]

  init(_ interface: ScopeEmission) {
    self.interface = interface
    var clauses: [String: Int] = [:]
    for index in interface.scope.clauses.indices {
      clauses[swiftName(interface.leaves[index].enumCase)] = index
    }
    clauseOfLeaf = clauses
  }

  /// The clauses in the order in which the text tries them.
  private func steps(
    of method: String, _ reader: DecisionReader
  ) throws(DecisionReader.Failure) -> [Step] {
    var steps: [Step] = []
    var open = try reader.statements(of: method)
    var calls = 0
    while !open.isEmpty {
      let first = open.removeFirst()
      switch first {
      case .read: continue
      case .ifElse(let text, let then, let otherwise):
        steps.append(Step(condition: text, ends: then))
        // A guard returns, a wait goes on, a rule or goal leaves the rest to its `else`.
        guard otherwise.isEmpty || open.isEmpty else { throw .unreadable(text) }
        if !otherwise.isEmpty { open = otherwise }
      case .call(let next):
        calls += 1
        guard open.isEmpty, calls <= 1_000 else { throw .unreadable(next) }
        open = try reader.statements(of: next)
      case .end:
        steps.append(Step(condition: "true", ends: [first] + open))
        open = []
      case .select, .isWaiting, .return: throw .unreadable("\(first)")
      }
    }
    return steps
  }

  private func clause(of step: Step) -> Int? {
    guard case .end(_, let leaf)? = step.ends.first else { return nil }
    return clauseOfLeaf[leaf]
  }

  /// What is wrong with the methods that begin with this one.
  func difference(
    of method: String, _ reader: inout DecisionReader
  ) throws(DecisionReader.Failure) -> String? {
    let clauses = interface.scope.clauses
    let overrulers = RulesAnalysis.overrulers(clauses)
    var tried: Set<Int> = []
    var isQuiet = false
    for step in try steps(of: method, reader) {
      guard let clause = clause(of: step) else {
        if let problem = reportProblem(step) { return problem }
        continue
      }
      let name = clauses[clause].name
      let denied = overrulers[clause].subtracting(clauses[clause].isRule ? tried : [])
        .filter { !clauses[$0].isRule || clauses[clause].isRule }
      let expected: [ReadStatement]
      let leaf = swiftName(interface.leaves[clause].enumCase)
      switch clauses[clause].kindName {
      case "rule":
        if isQuiet { return "\(name) comes after a wait or goal" }
        expected = [.end(call: "fire", leaf: leaf)]
      case "goal":
        isQuiet = true
        expected = [.end(call: "reachGoal", leaf: leaf)]
      default:
        isQuiet = true
        expected = [.end(call: "wait", leaf: leaf), .isWaiting]
      }
      if step.ends != expected { return "\(name) ends in \(step.ends)" }
      if !(try isRight(step.condition, clause, denied, &reader)) {
        return "\(name) is tried when '\(step.condition)'"
      }
      if !tried.insert(clause).inserted { return "\(name) is tried twice" }
    }
    let missing = clauses.indices.first { !tried.contains($0) }
    return missing.map { "\(clauses[$0].name) is missing" }
  }

  private func reportProblem(_ step: Step) -> String? {
    guard case .end("unexpected", let leaf)? = step.ends.first else {
      return "'\(step.condition)' leads to no clause"
    }
    let isGuard = interface.guards.contains { swiftName($0.leaf.enumCase) == leaf }
    let isLast = leaf == "unhandled" || step.condition == "!isWaiting"
    return isGuard || isLast ? nil : "'\(step.condition)' ends in \(leaf)"
  }

  /// Whether a condition of the text is that of its clause without those that are over it.
  private func isRight(
    _ text: String, _ clause: Int, _ denied: Set<Int>, _ reader: inout DecisionReader
  ) throws(DecisionReader.Failure) -> Bool {
    let partition = interface.partition
    let generated = try reader.read(condition: text)
    var expected = try reader.convert(partition.lowered.clauses[clause], of: partition.diagram)
    for other in denied.sorted() {
      expected = try reader.exclude(
        try reader.convert(partition.lowered.clauses[other], of: partition.diagram),
        from: expected)
    }
    return generated == expected
  }
}
