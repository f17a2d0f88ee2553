import RulesLanguage

/// Holds what happened to subjects of one scope against its rules.
///
/// What is known of a state is a cube: facts that were not recorded may have any value. So an answer
/// is yes, no, or that it depends on what is not known.
package struct StepCheck {
  /// To ask about single states.
  package let inquiry: Inquiry
  private var diagram: DecisionDiagram
  /// For each clause the consistent states in which it does not win.
  private var loses: [Int: DecisionDiagram.Node] = [:]
  private let system: TransitionSystem?
  private var closures: [Firing: Set<UInt64>?] = [:]

  private struct Firing: Hashable { var cube: Cube, rule: Int }

  /// The most states that what is known may stand for, and that may follow.
  private static let stateLimit = 1_024
  private static let closureLimit = 100_000

  /// - Parameter scope: `Segment.replica`
  package init(_ program: Program, scope: String) throws(AnalysisFailure) {
    let (partition, others) = try divided(program, scope: scope)
    inquiry = Inquiry(partition, others: others)
    diagram = partition.diagram
    // Without a layout decisions are checked all the same, only not what follows them.
    system = WordLayout(partition.space.variables).flatMap {
      try? makeSystem(of: partition, $0, others: others).system
    }
  }

  /// Whether such a state can exist.
  package func isConsistent(_ cube: Cube) -> Bool {
    diagram.holds(inquiry.partition.lowered.consistent, somewhereIn: cube)
  }

  /// Whether a clause wins; nil: that depends on what is not known.
  package mutating func wins(_ clause: Int, in cube: Cube) throws(AnalysisFailure) -> Bool? {
    let partition = inquiry.partition
    guard diagram.holds(partition.wins[clause], somewhereIn: cube) else { return false }
    if loses[clause] == nil {
      let others = try diagram.not(partition.wins[clause])
      loses[clause] = try diagram.and(partition.lowered.consistent, others)
    }
    guard let loses = loses[clause] else { return nil }
    return diagram.holds(loses, somewhereIn: cube) ? nil : true
  }

  /// Whether a rule that wins in `cube` may be followed by `next`, where no rule of the same subject
  /// fired in between: by its `then`, and by events, others and the environment after it. Nil: not
  /// known.
  package mutating func leads(from cube: Cube, by rule: Int, to next: Cube) -> Bool? {
    guard let system else { return nil }
    let key = Firing(cube: cube, rule: rule)
    let closure = closures[key] ?? followers(of: cube, rule, system)
    closures[key] = .some(closure)
    guard let closure else { return nil }
    return closure.contains { next.contains(system.layout.unpack($0)) }
  }

  private func followers(
    of cube: Cube, _ rule: Int, _ system: TransitionSystem
  ) -> Set<UInt64>? {
    guard let move = system.moves.firstIndex(where: { $0.kind == .rule(part: 0, clause: rule) })
    else { return nil }
    var states: [[Int]] = [[]]
    for values in cube.values {
      states = states.flatMap { state in values.map { state + [$0] } }
      guard states.count <= Self.stateLimit else { return nil }
    }
    let targets = states.flatMap { system.targets(of: move, at: system.layout.pack($0)) }
    return system.closure(of: targets, atMost: Self.closureLimit)
  }
}
