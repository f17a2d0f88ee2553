import RulesLanguage

/// Rules of different instances of an `explore` that can both fire in a state, where it matters which
/// one fires first: afterwards the other one does not fire any more, or the end is another one.
///
/// That is no mistake, since a pool may take its tasks in any order and every order was explored; it
/// is where a reader should look twice.
public struct OrderDependence: Sendable {
  /// Two rules, `F1 of ServerFailure.replica` and `R2 of Segment.replica`, in the order of the text.
  public var first: String
  public var second: String
  /// Of the states that were looked at, those in which it matters.
  public var states: Int
}

/// The most states of an `explore` that are looked at: those that are reached first. About a second
/// in a debug build.
private let stateLimit = 2_000

/// Looks at every `explore` of the program's pools, in text order.
///
/// - Returns: for each the pairs, in the order of the text, and how many states were looked at; nil
///   for one that is too large.
public func findOrderDependence(
  _ program: Program
) -> [(pairs: [OrderDependence], states: Int)?] {
  program.pools.flatMap { pool in
    pool.explorations.map { exploration in
      guard var instances = try? PoolInstances(program, pool, exploration),
        (try? instances.bindRelateds()) != nil, let made = try? makeSystem(of: instances),
        let initial = made.initialStates(atMost: exploration.budget)
      else { return nil }
      var system = made.system
      system.initial = initial
      let limits = ExplorationLimits(
        states: exploration.budget, outcomes: exploration.budget * 256 + 1_000_000)
      guard let (graph, _) = buildGraph(of: system, within: limits) else { return nil }
      let words = graph.table.words.prefix(stateLimit)
      return (
        OrderSearch(system: system, made: made, instances: instances).pairs(in: words), words.count
      )
    }
  }
}

private struct OrderSearch {
  let system: TransitionSystem
  let made: PoolSystem
  let instances: PoolInstances

  private struct Rule: Hashable, Comparable {
    var position: SourcePosition
    var name: String

    static func < (a: Rule, b: Rule) -> Bool { a.position < b.position }
  }

  private struct Pair: Hashable { var first: Rule, second: Rule }

  func pairs(in words: some Sequence<UInt64>) -> [OrderDependence] {
    var counts: [Pair: Int] = [:]
    for word in words {
      let enabled = system.moves.indices.filter { fires($0, at: word) }
      var found: Set<Pair> = []
      for (index, a) in enabled.enumerated() {
        for b in enabled[(index + 1)...] {
          guard let pair = pair(a, b), !found.contains(pair), isOrdered(a, b, at: word) else {
            continue
          }
          found.insert(pair)
        }
      }
      for pair in found { counts[pair, default: 0] += 1 }
    }
    return counts.sorted { ($0.key.first, $0.key.second) < ($1.key.first, $1.key.second) }
      .map {
        OrderDependence(first: $0.key.first.name, second: $0.key.second.name, states: $0.value)
      }
  }

  /// Whether a move is a rule that wins alone in a state.
  private func fires(_ move: Int, at word: UInt64) -> Bool {
    guard case .rule(let part, let clause) = system.moves[move].kind else { return false }
    return system.stateClass(of: word, part: part) == .rule(clause)
  }

  private func pair(_ a: Int, _ b: Int) -> Pair? {
    guard let first = rule(a), let second = rule(b) else { return nil }
    return Pair(first: min(first, second), second: max(first, second))
  }

  private func rule(_ move: Int) -> Rule? {
    guard case .rule(let part, _) = system.moves[move].kind, let clause = system.moves[move].clause
    else { return nil }
    let scope = instances.instances[made.partInstances[part]].scope
    return Rule(position: clause.position, name: "\(clause.name) of \(scope.name)")
  }

  private func isOrdered(_ a: Int, _ b: Int, at word: UInt64) -> Bool {
    guard let first = ends(of: a, then: b, at: word), let second = ends(of: b, then: a, at: word)
    else { return true }
    return first != second
  }

  /// Where two rules lead one after the other; nil if the second one does not fire any more.
  private func ends(of a: Int, then b: Int, at word: UInt64) -> Set<UInt64>? {
    var ends: Set<UInt64> = []
    for middle in outcomes(of: a, at: word) {
      guard fires(b, at: middle) else { return nil }
      ends.formUnion(outcomes(of: b, at: middle))
    }
    return ends
  }

  private func outcomes(of move: Int, at word: UInt64) -> [UInt64] {
    (system.outcomes(of: move, at: word) ?? []).filter {
      system.diagram.holds(system.permitted, at: $0)
    }
  }
}
