import RulesLanguage

/// One scope, analysed: what is true of it, unless it could not be found out, and the findings.
func analyseScope(
  _ scope: Scope, policies: [PoolModel.Policy: PoolModel.Severity]
) -> Checked<ScopeAnalysis> {
  do throws(AnalysisFailure) {
    let partition = try partition(try lowerScope(scope))
    return Checked(
      value: ScopeAnalysis(
        name: scope.name, counts: partition.counts, clauses: partition.clauseCounts,
        partition: partition),
      diagnostics: try findings(partition, policies))
  } catch {
    return Checked(value: nil, diagnostics: [describe(error, scope)])
  }
}

private func describe(_ failure: AnalysisFailure, _ scope: Scope) -> Diagnostic {
  switch failure {
  case .unsupported(let what):
    Diagnostic(
      "unsupported", at: scope.position, "this version cannot analyse \(scope.name): \(what)")
  case .nodeBudget(let limit):
    Diagnostic(
      "budget", at: scope.position,
      "the decision diagram of \(scope.name) needs more than \(limit) nodes; facts that are "
        + "tested together should be declared together")
  }
}

private func findings(
  _ partition: Partition, _ policies: [PoolModel.Policy: PoolModel.Severity]
) throws(AnalysisFailure) -> [Diagnostic] {
  let scope = partition.scope
  guard partition.counts.consistent > 0 else {
    return [
      Diagnostic(
        "always-contradiction", at: scope.position,
        "no state of \(scope.name) is consistent: its `always` contradict each other")
    ]
  }
  var diagram = partition.diagram
  let initial = try diagram.and(partition.lowered.consistent, partition.lowered.initial)
  let hasInitial = initial != DecisionDiagram.never
  var found: [Diagnostic] = []
  if !hasInitial {
    found.append(
      Diagnostic(
        "no-initial", at: scope.position,
        "the `initially` values of \(scope.name) break its `always`"))
  }
  if let severity = severity(.gap, policies), let gap = try findGap(partition, severity) {
    found.append(gap)
  }
  if let severity = severity(.overlap, policies) {
    found += try findOverlaps(partition, severity)
  }
  return hasInitial ? found + (try findUselessClauses(partition)) : found
}

/// How a policy reports: an error unless a pool says otherwise, nil for `allow`.
private func severity(
  _ policy: PoolModel.Policy, _ policies: [PoolModel.Policy: PoolModel.Severity]
) -> Diagnostic.Severity? {
  switch policies[policy] {
  case .error, nil: .error
  case .warn: .warning
  case .allow: nil
  }
}
