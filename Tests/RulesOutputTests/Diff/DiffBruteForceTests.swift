import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("The difference of two versions, against going through all states")
struct DiffBruteForceTests {
  @Test("counts, patterns and remainders are right for random pairs", arguments: 0..<6)
  func random(batch: UInt64) throws {
    for seed in (batch * 25)..<(batch * 25 + 25) {
      let texts = RandomVersions.pair(seed: seed)
      let (before, after) = (try analysed(texts.old).analysis, try analysed(texts.new).analysis)
      let old = try #require(before.scopes.first)
      let new = try #require(after.scopes.first)
      let difference = try comparePrograms(before, after)
      let scope = try #require(difference.scopes.first)
      let naive = NaiveDifference(old.partition, new.partition, scope.clauses)
      let counts = scope.decisions.map { NaiveDifference.Pair($0.old.text, $0.new.text) }
      #expect(scope.compared == UInt128(naive.compared.count), "seed \(seed)")
      #expect(
        Dictionary(uniqueKeysWithValues: zip(counts, scope.decisions.map(\.states)))
          == naive.changes.mapValues { UInt128($0.count) }, "seed \(seed)")
      for (pair, change) in zip(counts, scope.decisions) {
        naive.check(change, among: naive.changes[pair] ?? [], "seed \(seed)")
      }
    }
  }
}

/// Two versions of a random program; equal seeds give equal pairs.
enum RandomVersions {
  static func pair(seed: UInt64) -> (old: String, new: String) {
    let old = RandomRules.text(seed: seed)
    switch seed % 7 {
    case 0: return (old, RandomRules.text(seed: seed + 1000))
    case 1: return (old, old.replacing("{ red, green, blue }", with: "{ black, blue, red, green }"))
    case 2:
      return (old, old.replacing("low <= middle <= high :", with: "low <= middle <= high <= top :"))
    case 3:
      return (
        old,
        old.replacing(
          "    fact on : Bool", with: "    fact on, extra : Bool\n    always extra => on"
        )
        .replacing("rule R1", with: "rule Renamed")
        .replacing("wait W for other.ready when", with: "wait W for other.ready when extra,")
        .replacing("over R1 ", with: "over Renamed ")
      )
    case 4:
      return (
        old.replacing("    fact on : Bool", with: "    fact n : Int\n    fact on : Bool")
          .replacing("    goal", with: "    goal n < 2,"),
        old.replacing("    fact on : Bool", with: "    fact n <= 9 : Int\n    fact on : Bool")
          .replacing("    goal", with: "    goal n == 4,")
      )
    case 5: return (old.replacing("fact ready : Bool", with: "fact ready, steady : Bool"), old)
    default: return (old, old.replacing("middle == high", with: "middle < high"))
    }
  }
}

/// The same question, answered state by state.
struct NaiveDifference {
  struct Pair: Hashable {
    var old, new: String
    init(_ old: String, _ new: String) { (self.old, self.new) = (old, new) }
  }

  /// A state of both: the value of each fact, by name.
  typealias State = [String: String]

  private(set) var compared: Set<State> = []
  private(set) var changes: [Pair: Set<State>] = [:]

  init(_ old: Partition, _ new: Partition, _ clauses: [ClauseChange]) {
    var newNames: [String: String] = [:]
    for case .renamed(_, let from, let to) in clauses { newNames[from] = to }
    let before = Version(old)
    let after = Version(new)
    for state in Self.states(before, after) {
      let (formerly, now) = (before.winners(state), after.winners(state))
      guard formerly != nil || now != nil else { continue }
      if now == nil, after.hasConsistentState(likeWhat: before, sees: state) { continue }
      if formerly == nil, before.hasConsistentState(likeWhat: after, sees: state) { continue }
      compared.insert(state)
      let translated = formerly?.map { (kind: $0.kind, name: newNames[$0.name] ?? $0.name) }
      let isSame =
        translated.map { Set($0.map(\.name)) } == now.map { Set($0.map(\.name)) }
      if !isSame { changes[Pair(text(formerly), text(now)), default: []].insert(state) }
    }
  }

  /// Every combination of values of both versions.
  private static func states(_ a: Version, _ b: Version) -> [State] {
    var states: [State] = [[:]]
    for (name, values) in Version.domains(a, b) {
      states = states.flatMap { state in values.map { state.merging([name: $0]) { $1 } } }
    }
    return states
  }

  private func text(_ winners: [(kind: String, name: String)]?) -> String {
    guard let winners else { return "impossible" }
    guard let first = winners.first else { return "unhandled" }
    let isOverlap = winners.count > 1 && winners.contains { $0.kind == "rule" }
    let names = winners.map(\.name).joined(separator: ", ")
    return isOverlap
      ? "overlap \(names)" : first.kind == names ? names : "\(first.kind) \(names)"
  }

  func check(_ change: DecisionChange, among states: Set<State>, _ comment: Comment) {
    var left = states
    for family in change.families {
      func isInside(_ state: State) -> Bool {
        family.when.allSatisfy { $0.values.contains(state[$0.fact] ?? "") }
      }
      #expect(compared.filter(isInside).isSubset(of: states), comment)
      #expect(UInt128(left.count(where: isInside)) == family.size, comment)
      left = left.filter { !isInside($0) }
    }
    #expect(UInt128(left.count) == change.remainder, comment)
  }
}

/// One version, asked by names.
private struct Version {
  let partition: Partition
  /// Its consistent states, by its own facts.
  private var consistent: [[String: String]] = []

  init(_ partition: Partition) {
    self.partition = partition
    forEachState(of: partition) { state in
      switch partition.stateClass(at: state) {
      case .broken, .inconsistent: break
      default:
        consistent.append(
          Dictionary(
            uniqueKeysWithValues: zip(partition.space.variables, state).map {
              ($0.name, $0.values[$1])
            }))
      }
    }
  }

  /// The names and values that tell the states of two versions apart.
  static func domains(_ a: Version, _ b: Version) -> [(String, [String])] {
    var domains: [(String, [String])] = []
    for variable in b.partition.space.variables + a.partition.space.variables {
      let name = commonName(variable)
      if domains.contains(where: { $0.0 == name }) { continue }
      switch name {
      case "n": domains.append((name, ["...1", "2...3", "4", "5...9", "10..."]))
      case "low":
        let longest = [a, b].flatMap(\.partition.space.variables).filter { commonName($0) == name }
          .max { $0.values.count < $1.values.count }
        domains.append((name, longest?.values ?? []))
      default:
        let all = [b, a].flatMap(\.partition.space.variables).filter { commonName($0) == name }
        var values: [String] = []
        for value in all.flatMap(\.values) where !values.contains(value) { values.append(value) }
        domains.append((name, values))
      }
    }
    return domains.map { name, values in
      name == "low" ? (a.chainName(b), values) : (name, values)
    }
  }

  private static func commonName(_ variable: StateVariable) -> String {
    variable.name.hasPrefix("low") ? "low" : variable.name
  }

  private func chainName(_ other: Version) -> String {
    let names = (partition.space.variables + other.partition.space.variables).map(\.name)
    return names.filter { $0.hasPrefix("low") }.max { $0.count < $1.count } ?? ""
  }

  /// The value of one of its own variables in a common state; nil: it does not have it.
  private func value(_ variable: StateVariable, in state: [String: String]) -> String? {
    if variable.name.hasPrefix("low") {
      guard let common = state.first(where: { $0.key.hasPrefix("low") })?.value else { return nil }
      // `top` stands last: leaving it out leaves the ordering of the others.
      if variable.name.contains("top") || !common.contains("top") { return common }
      return withoutTop(common)
    }
    guard let common = state[variable.name] else { return nil }
    if variable.name == "n" { return variable.values.first { covers($0, common) } }
    return variable.values.contains(common) ? common : nil
  }

  /// Whether an interval has all of another one, both written as `2...3`.
  private func covers(_ outer: String, _ inner: String) -> Bool {
    func bounds(_ text: String) -> ClosedRange<Int> {
      let parts = text.split(separator: "...", omittingEmptySubsequences: false).map { Int($0) }
      return (parts.first ?? nil).map { $0...((parts.last ?? nil) ?? 99) }
        ?? (-99)...((parts.last ?? nil) ?? 99)
    }
    return bounds(outer).lowerBound <= bounds(inner).lowerBound
      && bounds(inner).upperBound <= bounds(outer).upperBound
  }

  /// Who decides a common state; nil if it is impossible here.
  func winners(_ state: [String: String]) -> [(kind: String, name: String)]? {
    var indices: [Int] = []
    for variable in partition.space.variables {
      guard let value = value(variable, in: state),
        let index = variable.values.firstIndex(of: value)
      else { return nil }
      indices.append(index)
    }
    switch partition.stateClass(at: indices) {
    case .broken, .inconsistent: return nil
    default: break
    }
    let clauses = partition.scope.clauses
    let winning = partition.wins.indices.filter {
      partition.diagram.value(of: partition.wins[$0], at: indices) == 1
    }.map { (kind: clauses[$0].kindName, name: clauses[$0].name) }
    let goals = winning.filter { $0.kind == "goal" }
    return winning.contains { $0.kind == "rule" } || goals.isEmpty ? winning : goals
  }

  /// Whether this version has a consistent state that the other one cannot tell from this one.
  func hasConsistentState(likeWhat other: Version, sees state: [String: String]) -> Bool {
    var sights: [(variable: StateVariable, seen: String, mine: StateVariable?)] = []
    for variable in other.partition.space.variables {
      guard let seen = other.value(variable, in: state) else { return false }
      let mine = partition.space.variables.first {
        Self.commonName($0) == Self.commonName(variable)
      }
      sights.append((variable, seen, mine))
    }
    return consistent.contains { own in
      sights.allSatisfy { variable, seen, mine in
        // What this version says of the other's variable, by its own value of it.
        guard let mine, let value = own[mine.name] else { return true }
        if variable.name.hasPrefix("low") {
          let longer = mine.name.count > variable.name.count
          return longer
            ? withoutTop(value) == seen
            : value == withoutTop(seen)
        }
        if variable.name == "n" { return overlaps(value, seen) }
        return value == seen
      }
    }
  }

  private func overlaps(_ a: String, _ b: String) -> Bool {
    ["...1", "2...3", "4", "5...9", "10..."].contains { covers(a, $0) && covers(b, $0) }
  }
}

/// An ordering of a chain without its last member `top`.
private func withoutTop(_ ordering: String) -> String {
  ordering.replacing(" < top", with: "").replacing(" == top", with: "")
}
