import RulesLanguage

extension Simulation {
  /// Something that can happen in a state.
  package struct Choice: Sendable {
    package enum Kind: Hashable, Sendable { case rule, event, guest, environment }

    /// One of the states that it may lead to.
    package struct Outcome: Sendable {
      package var word: UInt64
      /// What it changes, in the words of the rules; empty: nothing.
      package var changes: String
      /// `stay after`: time passes.
      package var isPause: Bool
    }

    /// `R1`, `reply`, `F1 of ServerFailure.replica`, `prior.closed becomes true`
    package var name: String
    package var label: String?
    package var kind: Kind
    /// Whether one may count on it: all but plain events and visitors.
    package var isDependable: Bool
    /// Each once; the first `outcomeLimit`.
    package var outcomes: [Outcome]
    /// Outcomes that would break an `always`, which are therefore none.
    package var broken: Int
  }

  /// The most outcomes of one move that are offered.
  package static let outcomeLimit = 64

  /// What can happen now; moves without any possible outcome only where one of theirs would break an
  /// `always`. Rules first, then events, others and the environment.
  package var choices: [Choice] { choices(at: word) }

  func choices(at word: UInt64) -> [Choice] {
    var choices = system.moves.indices.compactMap { choice(of: $0, at: word) }
    if let others = otherValuations(at: word) { choices.append(others) }
    func rank(_ kind: Choice.Kind) -> Int {
      switch kind {
      case .rule: 0
      case .event: 1
      case .guest: 2
      case .environment: 3
      }
    }
    return choices.enumerated().sorted {
      (rank($0.element.kind), $0.offset) < (rank($1.element.kind), $1.offset)
    }.map(\.element)
  }

  private func choice(of index: Int, at word: UInt64) -> Choice? {
    let move = system.moves[index]
    guard system.diagram.holds(move.condition, at: word),
      let outcomes = system.outcomes(of: index, at: word)
    else { return nil }
    let kind: Choice.Kind
    var label: String?
    switch move.kind {
    case .rule(let part, let clause):
      kind = .rule
      label = system.parts[part].clauses[clause].label
    case .event: kind = .event
    case .guest: kind = .guest
    case .environment: kind = .environment
    }
    let isPause = move.alternatives.contains(where: \.isPause)
    var found = Choice(
      name: move.name, label: label, kind: kind, isDependable: move.isDependable, outcomes: [],
      broken: 0)
    for outcome in outcomes {
      let accepted = system.accepted(outcome)
      if accepted == nil { found.broken += 1 }
      for target in accepted ?? []
      where !found.outcomes.contains(where: { $0.word == target })
        && found.outcomes.count < Self.outcomeLimit
      {
        // What changes nothing is no news, unless it is a rule's: that fired.
        if target == word, kind != .rule, kind != .event { continue }
        found.outcomes.append(
          Choice.Outcome(
            word: target, changes: difference(from: word, to: target, owner: move.owner),
            isPause: isPause && target == word))
      }
    }
    return found.outcomes.isEmpty && found.broken == 0 ? nil : found
  }

  private func otherValuations(at word: UInt64) -> Choice? {
    guard let valuations = system.valuations else { return nil }
    let others = system.valued(word).filter { $0 != word }.prefix(Self.outcomeLimit)
    guard !others.isEmpty else { return nil }
    return Choice(
      name: valuations.name, label: nil, kind: .environment, isDependable: true,
      outcomes: others.map {
        Choice.Outcome(word: $0, changes: difference(from: word, to: $0), isPause: false)
      }, broken: 0)
  }

  // MARK: Words for states

  /// What of one state is different in another one; `owner`: whose changes need not be said to be.
  func difference(from old: UInt64, to new: UInt64, owner: String? = nil) -> String {
    TraceText(system: system, graph: StateGraph()).difference(from: old, to: new, owner: owner)
  }

  /// The state as rows: whose it is (empty for a single scope), the fact, its value.
  package var rows: [(owner: String, name: String, value: String)] { rows(of: word) }

  /// A state as rows.
  package func rows(of word: UInt64) -> [(owner: String, name: String, value: String)] {
    let values = system.layout.unpack(word)
    return system.variables.indices.map { index in
      let variable = system.variables[index]
      let value = variable.values[values[index]]
      return (
        system.owners.isEmpty ? "" : system.owners[index], variable.name,
        variable.isBool ? (value == "true" ? "yes" : "no") : value
      )
    }
  }

  /// The value index of each variable, now.
  package var values: [Int] { system.layout.unpack(word) }
}
