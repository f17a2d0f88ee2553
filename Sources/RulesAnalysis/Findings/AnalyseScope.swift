import RulesLanguage

/// What is true of a scope beside its states, and the findings about it.
///
/// - Parameters:
///   - explored: what the scope does over time; nil: not known.
///   - wakes: for each clause the rules and events that wake it.
///   - edits: one for each file.
func analyseScope(
  _ partition: Partition, _ explored: ScopeExploration?, wakes: [[String]],
  policies: [PoolModel.Policy: PoolModel.Severity], _ edits: [SourceEdits]
) throws(AnalysisFailure) -> (analysis: ScopeAnalysis, diagnostics: [Diagnostic]) {
  let scope = partition.scope
  var analysis = ScopeAnalysis(
    name: scope.name, counts: partition.counts, clauses: partition.clauseAnalyses(wakes),
    exploration: explored, gap: .none, overlaps: [], partition: partition)
  guard partition.counts.consistent > 0 else {
    let finding = Diagnostic(
      "always-contradiction", at: scope.position,
      "no state of \(scope.name) is consistent: its `always` contradict each other",
      notes: alwaysNotes(contradictingAlways(of: scope, initially: false)), about: scope.subject)
    return (analysis, [finding])
  }
  analysis.gap = try gap(of: partition, reached: explored?.reached)
  analysis.overlaps = try overlaps(of: partition, reached: explored?.reached)
  var diagnostics: [Diagnostic] = []
  let hasInitial = try partition.hasInitialState()
  if !hasInitial {
    diagnostics.append(
      Diagnostic(
        "no-initial", at: scope.position,
        "the `initially` values of \(scope.name) break its `always`",
        notes: alwaysNotes(contradictingAlways(of: scope, initially: true)), about: scope.subject))
  }
  if let severity = severity(.gap, policies),
    let gap = findGap(analysis, severity, edits[scope.position.file])
  {
    diagnostics.append(gap)
  }
  if let severity = severity(.overlap, policies) {
    diagnostics += findOverlaps(analysis, severity, edits[scope.position.file])
  }
  if hasInitial { diagnostics += try findUselessClauses(partition) }
  return (analysis, diagnostics)
}

extension Partition {
  /// Whether some consistent state has the initial values.
  func hasInitialState() throws(AnalysisFailure) -> Bool {
    var diagram = diagram
    return try diagram.and(lowered.consistent, lowered.initial) != DecisionDiagram.never
  }
}

/// The finding for a scope of which nothing is known.
func describe(_ failure: AnalysisFailure, _ scope: Scope) -> Diagnostic {
  switch failure {
  case .unsupported, .inconsistent:
    Diagnostic(
      "unsupported", at: scope.position,
      "this version cannot analyse \(scope.name): \(failure.text)", about: scope.subject)
  case .nodeBudget, .stateCount:
    Diagnostic(
      "budget", at: scope.position,
      "\(scope.name) is too large to analyse: \(failure.text); nothing is known about its states",
      about: scope.subject)
  }
}

extension AnalysisFailure {
  /// The reason, as a part of a sentence.
  package var text: String {
    switch self {
    case .unsupported(let what): what
    case .nodeBudget(let limit): "a decision diagram needs more than \(limit) nodes"
    case .stateCount: "it has more than 2^128 combinations of values"
    case .inconsistent(let what): "\(what) (an error of rulesc: please report it)"
    }
  }
}

/// How a policy reports: an error unless a pool says otherwise, nil for `allow`.
func severity(
  _ policy: PoolModel.Policy, _ policies: [PoolModel.Policy: PoolModel.Severity]
) -> Diagnostic.Severity? {
  switch policies[policy] {
  case .error, nil: .error
  case .warn: .warning
  case .allow: nil
  }
}
