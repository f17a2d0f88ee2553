import RulesAnalysis
import RulesLanguage

/// Rules and what was recorded about them.
public struct CoveredRules: Sendable {
  /// Its place among the rule sets of the report.
  var number = 0
  /// The name of the rule set; nil: there is only one.
  public var name: String?
  /// Files that another rule set reports: what these rules import of them is left out.
  public var reportedElsewhere: Set<String>
  public var program: Program
  public var analysis: Analysis
  /// What tests and production recorded; nil: nothing was asked for.
  public var tests: Recording?
  public var production: Recording?

  public init(
    name: String? = nil, reportedElsewhere: Set<String> = [], program: Program, analysis: Analysis,
    tests: Recording? = nil,
    production: Recording? = nil
  ) {
    self.name = name
    self.reportedElsewhere = reportedElsewhere
    self.program = program
    self.analysis = analysis
    self.tests = tests
    self.production = production
  }
}

/// The report about rule sets. Pure: same arguments, same report.
///
/// - Parameter exceptions: reachable states that tests need not see; each is given the number of
///   states that it matches.
public func coverageReport(
  _ rules: [CoveredRules], exceptions: inout [CoverageException]
) -> CoverageReport {
  var report = CoverageReport(ruleSets: [])
  for (number, rules) in rules.enumerated() {
    var rules = rules
    rules.number = number
    var coverage = RuleSetCoverage(name: rules.name, scopes: [], number: number)
    for index in rules.analysis.scopes.indices where rules.reports(index) {
      var builder = ScopeCoverageBuilder(rules, index)
      coverage.scopes.append(builder.build(&exceptions))
    }
    if rules.name == nil || !coverage.scopes.isEmpty { report.ruleSets.append(coverage) }
  }
  report.testProfiles = profileCount(rules.map(\.tests))
  report.productionProfiles = profileCount(rules.map(\.production))
  return report
}

extension CoveredRules {
  /// Whether a scope, by index, is reported here.
  fileprivate func reports(_ scope: Int) -> Bool {
    let file = analysis.scopes[scope].partition.scope.position.file
    return !reportedElsewhere.contains(program.files[file].path)
  }
}

/// A profile may be about several rule sets, so the one with the most is told.
private func profileCount(_ recordings: [Recording?]) -> Int? {
  recordings.compactMap { $0?.profileCount }.max()
}

/// Puts the coverage of one scope together.
private struct ScopeCoverageBuilder {
  let rules: CoveredRules
  let scope: ScopeAnalysis
  let reachable: [ReachableState]?
  let tests: SeenStates?
  let production: SeenStates?
  /// The variables in which initial states differ.
  let startVariables: [Int]

  private var partition: Partition { scope.partition }
  private var space: StateSpace { scope.partition.space }
  private var reached: (any ReachedStates)? { scope.exploration?.reached }

  init(_ rules: CoveredRules, _ index: Int) {
    self.rules = rules
    scope = rules.analysis.scopes[index]
    var states: [ReachableState] = []
    scope.exploration?.reached.visit { states.append(ReachableState(values: $0, steps: $1)) }
    reachable = scope.exploration == nil ? nil : states
    tests = rules.tests?.seen(index, .tests)
    production = rules.production?.seen(index, .production)
    let initial = states.prefix { $0.steps == 0 }
    startVariables = scope.partition.space.variables.indices.filter { variable in
      initial.contains { $0.values[variable] != initial[0].values[variable] }
    }
  }

  mutating func build(_ exceptions: inout [CoverageException]) -> ScopeCoverage {
    let isExcepted = applyExceptions(&exceptions)
    let catalogue = StateCatalogue(
      scope, reachable: reachable, tests: tests?.evaluations ?? [:],
      production: production?.evaluations ?? [:], isExcepted: { isExcepted.contains($0) })
    let testCounts = tests?.count(in: partition)
    let productionCounts = production?.count(in: partition)
    let position = partition.scope.position
    var coverage = ScopeCoverage(
      name: scope.name, file: rules.program.files[position.file].path, line: position.line,
      abstract: scope.counts.abstract, impossible: scope.counts.impossible,
      total: StateColumns(
        consistent: scope.counts.consistent, reachable: scope.exploration?.states,
        tests: tests?.evaluations.count, production: production?.evaluations.count),
      classes: classes(testCounts?.classes, productionCounts?.classes),
      clauses: clauses(testCounts?.clauses, productionCounts?.clauses),
      gaps: gaps(), gapRemainder: scope.gap.remainder, overlaps: overlaps(),
      unexpected: unexpected(.tests, tests) + unexpected(.production, production),
      impossibleSeen: (tests?.impossible ?? []) + (production?.impossible ?? []),
      states: catalogue)
    coverage.unseen = unseen(isExcepted)
    coverage.overflow = EvaluationColumns(
      tests: tests?.overflow, production: production?.overflow)
    return coverage
  }

  // MARK: Counts

  private func classes(_ tests: [Int]?, _ production: [Int]?) -> [StateColumns] {
    let counts = scope.counts
    let explored = scope.exploration
    return CoverageClass.allCases.map { kind in
      let (consistent, reachable): (UInt128, Int?) =
        switch kind {
        case .rule: (counts.rule, explored?.rule)
        case .wait: (counts.wait, explored?.wait)
        case .goal: (counts.goal, explored?.goal)
        case .overlap: (counts.overlap, explored?.overlap)
        case .unhandled: (counts.unhandled, explored?.unhandled)
        }
      return StateColumns(
        consistent: consistent, reachable: reachable, tests: tests?[kind.rawValue],
        production: production?[kind.rawValue])
    }
  }

  private func clauses(_ seen: [Int]?, _ seenInProduction: [Int]?) -> [ClauseCoverage] {
    scope.clauses.enumerated().map { index, clause in
      let position = partition.scope.clauses[index].position
      return ClauseCoverage(
        name: clause.name, kind: clause.kind, label: clause.label,
        file: rules.program.files[position.file].path, line: clause.line,
        states: StateColumns(
          consistent: clause.handles, reachable: scope.exploration?.clauses[index],
          tests: seen?[index], production: seenInProduction?[index]),
        evaluations: EvaluationColumns(
          tests: tests.map { $0.leaves[index] ?? 0 },
          production: production.map { $0.leaves[index] ?? 0 }))
    }
  }

  // MARK: Gaps and overlaps

  private func gaps() -> [FamilyCoverage] {
    var earlier: [Cube] = []
    return scope.gap.families.map { family in
      func count(_ seen: SeenStates?) -> Int? {
        seen?.evaluations.keys.count { state in
          partition.stateClass(at: state) == .unhandled && family.cube.contains(state)
            && !earlier.contains { $0.contains(state) }
        }
      }
      defer { earlier.append(family.cube) }
      return FamilyCoverage(
        pattern: space.pattern(family.cube),
        states: StateColumns(
          consistent: family.size, reachable: family.reachable, tests: count(tests),
          production: count(production)),
        trace: family.steps == nil ? nil : trace(to: family.witness))
    }
  }

  private func overlaps() -> [OverlapCoverage] {
    scope.overlaps.map { overlap in
      func count(_ seen: SeenStates?) -> Int? {
        seen?.evaluations.keys.count { state in
          guard case .overlap = partition.stateClass(at: state) else { return false }
          let winners = partition.winners(at: state)
          return winners.contains(overlap.earlier) && winners.contains(overlap.later)
        }
      }
      return OverlapCoverage(
        earlier: scope.clauses[overlap.earlier].name, later: scope.clauses[overlap.later].name,
        states: StateColumns(
          consistent: overlap.size, reachable: overlap.reachable, tests: count(tests),
          production: count(production)),
        witness: space.text(of: overlap.witness),
        trace: overlap.steps == nil ? nil : trace(to: overlap.witness))
    }
  }

  private func trace(to state: [Int]) -> CoverageTrace? {
    guard let path = reached?.trace(to: state), let first = path.first else { return nil }
    let open = startVariables.map { space.variables[$0].pattern([first.state[$0]]) }
    return CoverageTrace(
      start: open.joined(separator: ", "), moves: path.dropFirst().map(\.move),
      target: state)
  }

  // MARK: What was seen and what was not

  /// Counts what each exception matches, and returns the states that they except.
  private func applyExceptions(_ exceptions: inout [CoverageException]) -> Set<[Int]> {
    var excepted: Set<[Int]> = []
    for index in exceptions.indices where exceptions[index].scope == scope.name {
      guard let reachable else {
        exceptions[index].isUnchecked = true
        continue
      }
      guard let condition = exceptions[index].conditions[rules.number] else { continue }
      let evaluator = StateCondition(partition.scope, space)
      for state in reachable {
        switch evaluator.truth(of: condition, at: state.values) {
        case .undecided(let reason): exceptions[index].problem = exceptions[index].problem ?? reason
        case .no: continue
        case .yes:
          exceptions[index].matched += 1
          guard tests?.evaluations[state.values] == nil else { continue }
          exceptions[index].unseen += 1
          excepted.insert(state.values)
        }
      }
    }
    return excepted
  }

  private func unseen(_ excepted: Set<[Int]>) -> UnseenStates? {
    guard let tests, let reachable else { return nil }
    var unseen: [[Int]] = []
    var others: [[Int]] = []
    for state in reachable {
      let isOpen = tests.evaluations[state.values] == nil && !excepted.contains(state.values)
      if isOpen { unseen.append(state.values) } else { others.append(state.values) }
    }
    let families = findFamilies(
      of: unseen, avoiding: others, sizes: space.variables.map(\.values.count),
      limit: UnseenStates.familyLimit,
      // A choice of orderings that no comparisons say takes more words than it saves.
      isPlain: {
        space.variables[$0].chain == nil || !space.variables[$0].pattern($1).contains(" or ")
      })
    return UnseenStates(
      count: unseen.count, excepted: excepted.count,
      families: families.map { family in
        UnseenFamily(
          pattern: space.pattern(Cube(values: family.values)), count: family.members.count,
          states: family.members.prefix(UnseenFamily.stateLimit).compactMap { member in
            trace(to: unseen[member]).map {
              UnseenState(
                text: space.text(of: unseen[member]), clause: handler(of: unseen[member]),
                trace: $0)
            }
          })
      },
      remainder: unseen.count - families.reduce(0) { $0 + $1.members.count })
  }

  private func unexpected(_ source: EvidenceSource, _ seen: SeenStates?) -> [UnexpectedStates] {
    guard let seen, let reached else { return [] }
    let states = seen.evaluations.filter { reached.steps(to: $0.key) == nil }
      .sorted { a, b in
        a.value != b.value ? a.value > b.value : a.key.lexicographicallyPrecedes(b.key)
      }
    return [
      UnexpectedStates(
        source: source,
        states: states.prefix(UnexpectedStates.limit).map {
          (space.text(of: $0.key), handler(of: $0.key), $0.value)
        }, count: states.count)
    ]
  }

  private func handler(of state: [Int]) -> String {
    let stateClass = partition.stateClass(at: state)
    let names = stateClass.handlers.map { scope.clauses[$0].name }
    return names.isEmpty ? stateClass.coverage?.name ?? "" : names.joined(separator: ", ")
  }
}

extension Recording {
  /// What was seen of a scope.
  fileprivate func seen(_ index: Int, _ source: EvidenceSource) -> SeenStates? {
    reader(of: index).map { SeenStates(scopes[index], $0, source) }
  }
}
