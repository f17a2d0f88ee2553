import RulesAnalysis
import RulesLanguage

/// The clauses one after the other, each with its whole condition: linear in the size of the rules,
/// where a tree is not.
///
/// Rules come first, those that are over others before these; so a rule that is reached and holds is
/// overruled by no other rule, and only waits and goals over it have to be denied. Then goals, then
/// every wait that holds. Where several rules win - a policy allows it - the first of this order
/// fires.
struct RuleChain {
  /// The most clauses of one method.
  static let methodLength = 50

  private let clauses: [ClauseModel]
  private let overrulers: [Set<Int>]
  /// The lazy variables that each clause's condition, with what it must deny, asks for.
  private let lazies: [[Int]]
  private let stem: String

  init(_ scope: Scope, _ space: StateSpace, stem: String) {
    clauses = scope.clauses
    overrulers = RulesAnalysis.overrulers(clauses)
    self.stem = stem
    lazies = clauses.map { space.lazyVariables(in: scope.facts(in: $0.condition)).sorted() }
  }

  /// The decision; total like every other.
  func decision() -> Decision {
    var isRead: Set<Int> = []
    let goals = clauses.indices.filter { clauses[$0].isGoal }
    let steps = (order(clauses.indices.filter { clauses[$0].isRule }) + goals).map { clause in
      let unless = denied(by: clause)
      return Step(
        clause: clause, unless: unless, reads: reads(of: [clause] + unless, &isRead))
    }
    var parts = stride(from: 0, to: steps.count, by: Self.methodLength).map { start in
      Array(steps[start..<min(start + Self.methodLength, steps.count)])
    }
    let waits = clauses.indices.filter { !clauses[$0].isRule && !clauses[$0].isGoal }
    if parts.isEmpty || (parts.last?.count ?? 0) + waits.count > Self.methodLength {
      parts.append([])
    }

    var tree = DecisionTree.leaf(.unhandled)
    if !waits.isEmpty {
      let steps = waits.map { DecisionTree.WaitStep(wait: $0, unless: denied(by: $0)) }
      let reads = reads(of: steps.flatMap { [$0.wait] + $0.unless }, &isRead)
      tree = DecisionTree.waits(steps, otherwise: tree).reading(reads)
    }
    var methods: [Decision.Method] = []
    for (index, part) in parts.enumerated().reversed() {
      tree = part.reversed().reduce(tree) { rest, step in
        let outcome: Outcome =
          clauses[step.clause].isRule ? .fire(step.clause) : .reachGoal([step.clause])
        return DecisionTree.clause(
          step.clause, unless: step.unless, then: .leaf(outcome), otherwise: rest
        ).reading(step.reads)
      }
      guard index > 0 else { continue }
      methods.insert(
        Decision.Method(
          name: "decide\(stem)\(index + 1)", comment: "no clause above holds", tree: tree), at: 0)
      tree = .call(index - 1)
    }
    return Decision(root: tree, methods: methods, isChain: true)
  }

  private struct Step {
    var clause: Int
    var unless: [Int]
    var reads: [Int]
  }

  /// Which of several clauses comes first: overrulers, then what asks for no lazy fact, then text.
  private func order(_ rules: [Int]) -> [Int] {
    var blockers = rules.map { rule in rules.filter { overrulers[rule].contains($0) }.count }
    var place: [Int: Int] = [:]
    for (index, rule) in rules.enumerated() { place[rule] = index }
    var order: [Int] = []
    var left = rules
    while !left.isEmpty {
      let free = left.filter { blockers[place[$0] ?? 0] == 0 }
      let next = free.filter { lazies[$0].isEmpty }
      // `over` has no cycles: the resolver refuses them.
      let chosen = next.isEmpty ? (free.isEmpty ? left : Array(free.prefix(1))) : next
      order += chosen
      let done = Set(chosen)
      left.removeAll { done.contains($0) }
      for rule in left {
        blockers[place[rule] ?? 0] -= overrulers[rule].intersection(done).count
      }
    }
    return order
  }

  /// The clauses over this one that no earlier step has ruled out.
  private func denied(by clause: Int) -> [Int] {
    overrulers[clause].filter { !clauses[$0].isRule }.sorted()
  }

  private func reads(of clauses: [Int], _ isRead: inout Set<Int>) -> [Int] {
    clauses.flatMap { lazies[$0] }.filter { isRead.insert($0).inserted }.sorted()
  }
}

extension DecisionTree {
  /// The same tree after these lazy facts were read.
  fileprivate func reading(_ variables: [Int]) -> DecisionTree {
    variables.reversed().reduce(self) { .read(variable: $1, then: $0) }
  }
}
