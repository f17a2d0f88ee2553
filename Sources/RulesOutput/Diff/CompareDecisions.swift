import RulesAnalysis
import RulesLanguage

/// The most different sets of winners of one version, so that rules of which any combination can
/// win do not fill the memory.
private let decisionLimit = 10_000
/// The most changes of which families are looked for; the others have only their number.
private let describedLimit = 64

/// The decisions of one version in the states that are looked at, as one function.
private struct Decisions {
  /// Its leaves index `winners`.
  var root: DecisionDiagram.Node
  /// Numbers of clauses that both versions share; nil: impossible.
  var winners: [[Int]?]
}

/// What is decided differently in some states, the most frequent change first.
///
/// - Parameters:
///   - suspects: where the versions may differ; elsewhere they do not.
///   - compared: the states that families must be right about.
func decisionChanges(
  _ old: ComparedVersion, _ new: ComparedVersion, _ matches: [Int?],
  among suspects: DecisionDiagram.Node, compared: DecisionDiagram.Node,
  _ common: inout CommonDiagram
) throws(AnalysisFailure) -> [DecisionChange] {
  guard suspects != DecisionDiagram.never else { return [] }
  // A clause that both versions have has one number: its place in the old one.
  let numbers = matches.enumerated().map { index, match in match ?? old.clauses.count + index }
  let before = try decisions(old, Array(old.clauses.indices), suspects, &common.diagram)
  let after = try decisions(new, numbers, suspects, &common.diagram)

  var oldClauses: [Int: ClauseModel] = [:]
  for (index, clause) in old.clauses.enumerated() { oldClauses[index] = clause }
  var newClauses: [Int: ClauseModel] = [:]
  for (index, clause) in new.clauses.enumerated() { newClauses[numbers[index]] = clause }

  // Beside a goal the waits do not matter, so several sets of winners may decide alike.
  struct Pair: Hashable { var old, new: [Int]? }
  let formerly = before.winners.map { deciding($0, oldClauses) }
  let now = after.winners.map { deciding($0, newClauses) }
  var pairs: [Pair] = [Pair(old: nil, new: nil)]
  var known: [Pair: Int] = [:]
  func number(_ old: Int, _ new: Int) -> Int {
    let pair = Pair(old: formerly[old], new: now[new])
    if pair.old == pair.new { return 0 }
    if let number = known[pair] { return number }
    known[pair] = pairs.count
    pairs.append(pair)
    return pairs.count - 1
  }
  let all = try common.diagram.apply(before.root, after.root) { number($0, $1) }
  let changed = try common.diagram.keep(all, where: suspects, otherwise: 0)

  let counts = common.diagram.counts(of: changed, variables: common.space.variables.count)
  var changes = pairs.indices.dropFirst().compactMap {
    index -> (leaf: Int, change: DecisionChange)? in
    guard let states = counts[index] else { return nil }
    return (
      index,
      DecisionChange(
        old: decision(pairs[index].old, oldClauses),
        new: decision(pairs[index].new, newClauses), states: states,
        families: [], remainder: states)
    )
  }
  changes.sort {
    ($1.change.states, $0.change.old.text, $0.change.new.text)
      < ($0.change.states, $1.change.old.text, $1.change.new.text)
  }
  for index in changes.indices.prefix(describedLimit) {
    let leaf = changes[index].leaf
    let states = try common.diagram.map(changed) { $0 == leaf ? 1 : 0 }
    try describe(&changes[index].change, states, compared, &common)
  }
  return changes.map(\.change)
}

private func decisions(
  _ version: ComparedVersion, _ numbers: [Int], _ states: DecisionDiagram.Node,
  _ diagram: inout DecisionDiagram
) throws(AnalysisFailure) -> Decisions {
  var winners: [[Int]?] = [nil, []]
  var known: [[Int]: Int] = [[]: 1]
  var root = try diagram.and(states, version.consistent)
  for (clause, wins) in version.wins.enumerated() {
    let here = try diagram.and(wins, states)
    guard here != DecisionDiagram.never else { continue }
    root = try diagram.apply(root, here) { decision, isWinner in
      guard isWinner == 1, let before = winners[decision] else { return decision }
      let after = before + [numbers[clause]]
      if let index = known[after] { return index }
      known[after] = winners.count
      winners.append(after)
      return winners.count - 1
    }
    guard winners.count <= decisionLimit else { throw .nodeBudget(decisionLimit) }
  }
  return Decisions(root: root, winners: winners)
}

/// The winners that decide, by number, ascending: beside a goal the waits do not matter.
private func deciding(_ winners: [Int]?, _ clauses: [Int: ClauseModel]) -> [Int]? {
  guard let winners else { return nil }
  let isQuiet = winners.allSatisfy { clauses[$0]?.isRule == false }
  let goals = winners.filter { clauses[$0]?.isGoal == true }
  return (isQuiet && !goals.isEmpty ? goals : winners).sorted()
}

/// - Parameter winners: what `deciding` gave.
private func decision(_ winners: [Int]?, _ clauses: [Int: ClauseModel]) -> Verdict {
  guard let winners else { return Verdict(kind: .impossible, clauses: []) }
  // Numbers are in the order of the old text, which need not be that of the new one.
  let found = winners.compactMap { clauses[$0] }.sorted { $0.position < $1.position }
  let kind: Verdict.Kind
  switch (found.count, found.first?.kindName) {
  case (0, _): kind = .unhandled
  case (1, "rule"): kind = .rule
  case _ where found.contains(where: \.isRule): kind = .overlap
  case (_, "goal"): kind = .goal
  default: kind = .wait
  }
  return Verdict(kind: kind, clauses: found.map(\.name))
}

/// Finds families of the states of one change. States that are not compared may be in a family: it
/// gets shorter and no larger by them.
private func describe(
  _ change: inout DecisionChange, _ states: DecisionDiagram.Node,
  _ compared: DecisionDiagram.Node, _ common: inout CommonDiagram
) throws(AnalysisFailure) {
  let variables = common.space.variables.count
  let forbidden = try common.diagram.and(compared, try common.diagram.not(states))
  var remaining = states
  while change.families.count < DecisionChange.familyLimit,
    let state = common.diagram.firstState(of: remaining, variables: variables)
  {
    let cube = common.diagram.widen(state, avoiding: forbidden)
    let inside = try common.diagram.node(for: cube)
    let added = try common.diagram.and(remaining, inside)
    remaining = try common.diagram.and(remaining, try common.diagram.not(inside))
    let restrictions = common.space.variables.indices.compactMap {
      index -> DecisionChange.Restriction? in
      let meaning = common.space.variables[index].meaning
      guard cube.values[index].count < meaning.values.count else { return nil }
      return .init(fact: meaning.name, values: cube.values[index].map { meaning.values[$0] })
    }
    change.families.append(
      .init(
        pattern: common.space.pattern(cube), when: restrictions,
        size: common.diagram.count(added, variables: variables)))
  }
  change.remainder = common.diagram.count(remaining, variables: variables)
}
