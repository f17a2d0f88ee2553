import RulesLanguage

/// What the rules of one scope do in the states that can be reached.
package struct ReachedFirings {
  private let system: TransitionSystem
  private let words: [UInt64]

  /// Steps that are followed in answer to one question.
  private static let stepLimit = 500_000
  /// Outcomes of one move that are looked at.
  private static let outcomeLimit = 1_000

  /// Nil when it is not known what can be reached.
  /// - Parameter others: the analysed scopes of the program, by name.
  package init?(_ analysis: ScopeAnalysis, others: [String: Partition]) {
    let partition = analysis.partition
    guard let reached = analysis.exploration?.reached,
      let layout = WordLayout(partition.space.variables),
      let system = try? makeSystem(of: partition, layout, others: others).system
    else { return nil }
    self.system = system
    var words: [UInt64] = []
    reached.visit { state, _ in words.append(layout.pack(state)) }
    self.words = words
  }

  /// Calls with the state before and after every firing of a rule, by value indices.
  /// - Returns: false when there are too many.
  package func visit(rule: Int, _ body: (_ before: [Int], _ after: [Int]) -> Void) -> Bool {
    guard let move = move(of: rule) else { return false }
    for word in words {
      guard let outcomes = outcomes(of: move, at: word) else { return false }
      for outcome in outcomes {
        body(system.layout.unpack(word), system.layout.unpack(outcome))
      }
    }
    return true
  }

  /// Whether the scope decides alike in every state while it goes on seeing the value that a variable had
  /// before a rule changed it, until it is changed again.
  ///
  /// - Parameters:
  ///   - variable: of the scope's states.
  ///   - decision: a function of the states whose leaf says what happens.
  ///   - pausing: leaves of rules that may stay and pause: whether they did is told by what is seen.
  package func isNotMissed(
    _ variable: Int, of rule: Int, _ decision: DecisionDiagram.Node, _ diagram: DecisionDiagram,
    pausing: Set<Int>
  ) -> Bool {
    struct Hidden: Hashable {
      var word: UInt64
      /// What the rule made of the variable, and what is seen instead.
      var new, old: UInt64
    }
    guard let firing = move(of: rule) else { return false }
    var flat = FlatDiagram(system.layout)
    let entry = flat.add([decision], of: diagram)[0]
    let mask = system.layout.masks[variable] &<< system.layout.shifts[variable]
    var known: Set<Hidden> = []
    var open: [Hidden] = []
    func add(_ word: UInt64, _ new: UInt64, _ old: UInt64) {
      let next = Hidden(word: word, new: new, old: old)
      if new != old, known.insert(next).inserted { open.append(next) }
    }
    for word in words {
      guard let outcomes = outcomes(of: firing, at: word) else { return false }
      for outcome in outcomes { add(outcome, outcome & mask, word & mask) }
    }
    // A value that comes back by what others do may not have been seen in between: it stays hidden.
    while let hidden = open.popLast() {
      let isHidden = hidden.word & mask == hidden.new
      let seen = isHidden ? hidden.word & ~mask | hidden.old : hidden.word
      guard system.diagram.holds(system.permitted, at: seen),
        flat.value(entry, at: seen) == flat.value(entry, at: hidden.word),
        !isHidden || !pausing.contains(flat.value(entry, at: seen)),
        known.count <= Self.stepLimit
      else { return false }
      // A rule fires in a state that was seen, and what looks as it is hides nothing any more.
      for move in system.moves.indices where isHidden || !system.moves[move].isOwnRule {
        guard let outcomes = outcomes(of: move, at: hidden.word) else { return false }
        for outcome in outcomes {
          add(outcome, hidden.new, hidden.old)
          if move == firing { add(outcome, outcome & mask, seen & mask) }
        }
      }
    }
    return true
  }

  private func move(of rule: Int) -> Int? {
    system.moves.firstIndex { $0.kind == .rule(part: 0, clause: rule) }
  }

  /// The consistent ones; nil: too many.
  private func outcomes(of move: Int, at word: UInt64) -> [UInt64]? {
    guard let all = system.outcomes(of: move, at: word) else { return [] }
    guard all.count < Self.outcomeLimit else { return nil }
    return all.flatMap(consistent)
  }

  /// The outcome, if it is consistent; else what the quantifiers can make consistent.
  private func consistent(_ outcome: UInt64) -> [UInt64] {
    if system.diagram.holds(system.consistent, at: outcome) { return [outcome] }
    guard let valuations = system.valuations,
      system.diagram.holds(system.permitted, at: outcome)
    else { return [] }
    return (0..<valuations.count)
      .map { outcome & ~valuations.mask | $0 &<< valuations.shift }
      .filter { system.diagram.holds(system.consistent, at: $0) }
  }
}

extension Move {
  /// Whether it is a rule of the scope itself.
  fileprivate var isOwnRule: Bool {
    if case .rule = kind { return true }
    return false
  }
}
