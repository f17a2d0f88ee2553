import RulesLanguage

/// Which clauses of a scope the moves of its states bring about.
package struct Enablings: Sendable {
  /// Something that happens in the scope.
  package struct Source: Sendable {
    package enum Kind: Hashable, Sendable {
      /// A rule of the scope, by its clause.
      case rule(Int)
      /// An event of the scope or its task.
      case event
      /// A rule or event of another scope or instance.
      case guest
      /// A change of what the scope only looks at.
      case environment
    }

    package var kind: Kind
    /// `R1`, `F1 of ServerFailure.replica`, `prior.closed becomes true`
    package var name: String
    /// Where the rule or event is declared; nil for a change of the environment.
    package var position: SourcePosition?
  }

  /// In some states the source happens, the clause does not hold, and after an outcome it wins.
  package struct Edge: Sendable {
    package var source: Int
    package var clause: Int
    /// The number of these states.
    package var states: Int
  }

  package var sources: [Source] = []
  /// By source, then by clause.
  package var edges: [Edge] = []
  /// The states that were looked at.
  package var states = 0
}

/// Outcomes that are tried; about a second in a debug build.
private let outcomeLimit = 1_000_000
/// States that are looked at when the reachable ones are not known.
private let stateLimit = 50_000

/// Tries every move in every reachable state, or in every consistent state when the reachable ones
/// are not known.
///
/// - Parameters:
///   - others: the analysed scopes by name.
///   - reached: the reachable states.
/// - Returns: nil if there are too many states or outcomes.
package func findEnablings(
  in partition: Partition, others: [String: Partition], reached: (any ReachedStates)?
) throws(AnalysisFailure) -> Enablings? {
  guard let layout = WordLayout(partition.space.variables) else { return nil }
  var words: [UInt64] = []
  if let reached {
    reached.visit { state, _ in words.append(layout.pack(state)) }
  } else {
    let all = partition.diagram.words(
      of: partition.lowered.consistent, variables: partition.space.variables.count, layout,
      limit: stateLimit)
    guard let all else { return nil }
    words = all
  }
  var system = try makeSystem(of: partition, layout, others: others).system
  let holds = system.diagram.add(partition.holds, of: partition.diagram)
  var search = EnablingSearch(system: system, holds: holds)
  guard search.run(words) else { return nil }
  return search.result(states: words.count)
}

private struct EnablingSearch {
  struct Pair: Hashable { var move, clause: Int }

  let system: TransitionSystem
  let holds: [FlatDiagram.Entry]
  private var counts: [Pair: Int] = [:]
  private var tried = 0

  init(system: TransitionSystem, holds: [FlatDiagram.Entry]) {
    self.system = system
    self.holds = holds
  }

  /// Whether it could be finished.
  mutating func run(_ words: [UInt64]) -> Bool {
    for word in words {
      for (index, move) in system.moves.enumerated()
      where system.diagram.holds(move.condition, at: word) {
        var winners: Set<Int> = []
        for outcome in outcomes(of: move, at: word) where outcome != word {
          winners.formUnion(self.winners(at: outcome))
        }
        for clause in winners where !system.diagram.holds(holds[clause], at: word) {
          counts[Pair(move: index, clause: clause), default: 0] += 1
        }
        guard tried <= outcomeLimit else { return false }
      }
    }
    return true
  }

  private mutating func outcomes(of move: Move, at word: UInt64) -> [UInt64] {
    var found: [UInt64] = []
    for alternative in move.alternatives
    where system.diagram.holds(alternative.condition, at: word) {
      var outcomes = [word & ~alternative.clear | alternative.set]
      for update in alternative.updates {
        outcomes = outcomes.flatMap { outcome in
          update.outcomes[update.value(in: word)].map { outcome & ~update.mask | $0 }
        }
        tried += outcomes.count
        guard tried <= outcomeLimit else { return found }
      }
      tried += 1
      for outcome in outcomes { found += consistent(outcome) }
    }
    return found
  }

  /// The outcome, if it is consistent; else what the quantifiers can make consistent.
  private mutating func consistent(_ outcome: UInt64) -> [UInt64] {
    if system.diagram.holds(system.consistent, at: outcome) { return [outcome] }
    guard let valuations = system.valuations,
      system.diagram.holds(system.permitted, at: outcome)
    else { return [] }
    tried += Int(clamping: valuations.count)
    return (0..<valuations.count).map {
      outcome & ~valuations.mask | $0 &<< valuations.shift
    }.filter { system.diagram.holds(system.consistent, at: $0) }
  }

  private func winners(at word: UInt64) -> [Int] {
    let part = system.parts[0]
    guard let root = part.root else { return allWinners(at: word) }
    switch part.classes[system.diagram.value(root, at: word)] {
    case .rule(let rule): return [rule]
    case .wait(let waits): return waits
    case .goal, .overlap: return allWinners(at: word)
    case .unhandled, .broken, .inconsistent: return []
    }
  }

  private func allWinners(at word: UInt64) -> [Int] {
    let wins = system.parts[0].wins
    return wins.indices.filter { system.diagram.holds(wins[$0], at: word) }
  }

  func result(states: Int) -> Enablings {
    var result = Enablings()
    result.states = states
    for (index, move) in system.moves.enumerated() {
      let kind: Enablings.Source.Kind =
        switch move.kind {
        case .rule(_, let clause): .rule(clause)
        case .event: .event
        case .guest: .guest
        case .environment: .environment
        }
      result.sources.append(.init(kind: kind, name: move.name, position: move.clause?.position))
      for clause in holds.indices {
        guard let count = counts[Pair(move: index, clause: clause)] else { continue }
        result.edges.append(.init(source: index, clause: clause, states: count))
      }
    }
    return result
  }
}
