/// What `--fail-on` asks of rules and their tests.
public enum CoverageDemand: String, CaseIterable, Sendable {
  /// No consistent state is unhandled, whatever the policy says.
  case unhandled
  /// Every rule, wait and goal handles some reachable state.
  case unreached
  /// Tests have seen every reachable state, but for the excepted ones.
  case unseen
}

/// Every demand that is not met, and every exception that is not needed any more, in the order of the
/// report.
///
/// - Parameter exceptionsFile: the file that the exceptions stand in.
public func unmetDemands(
  _ report: CoverageReport, _ demands: Set<CoverageDemand>, exceptions: [CoverageException],
  exceptionsFile: String
) -> [CoverageProblem] {
  var found: [CoverageProblem] = []
  for scope in report.scopes {
    if demands.contains(.unhandled) { found += unhandled(scope) }
    if demands.contains(.unreached) { found += unreached(scope) }
    if demands.contains(.unseen) { found += unseen(scope, exceptions) }
  }
  return found + exceptions.compactMap { needless($0, report, exceptionsFile) }
}

private func problem(_ scope: ScopeCoverage, _ message: String, _ notes: [String] = [])
  -> CoverageProblem
{
  CoverageProblem(file: scope.file, line: scope.line, column: 1, message: message, notes: notes)
}

private func unhandled(_ scope: ScopeCoverage) -> [CoverageProblem] {
  let states = scope.columns(.unhandled).consistent
  guard states > 0 else { return [] }
  let verb = states == 1 ? "is" : "are"
  return [
    problem(
      scope,
      "\(grouped(states)) of \(grouped(scope.total.consistent)) consistent states of \(scope.name)"
        + " \(verb) unhandled")
  ]
}

private func unreached(_ scope: ScopeCoverage) -> [CoverageProblem] {
  guard scope.isExplored else {
    return [problem(scope, "what \(scope.name) can reach is not known")]
  }
  return scope.clauses.filter { $0.states.reachable == 0 }.map { clause in
    CoverageProblem(
      file: clause.file, line: clause.line, column: 1,
      message: "\(clause.kind) \(clause.name) handles no reachable state of \(scope.name)")
  }
}

/// Patterns that one finding tells.
private let toldFamilies = 8

private func unseen(
  _ scope: ScopeCoverage, _ exceptions: [CoverageException]
) -> [CoverageProblem] {
  guard let unseen = scope.unseen else {
    // Without a record the command line is refused; so it is the reachable states that are missing.
    if exceptions.contains(where: { $0.scope == scope.name && $0.text == "true" }) { return [] }
    return [
      problem(
        scope, "what \(scope.name) can reach is not known, so nor is whether tests have seen it",
        ["except it with `\(scope.name): true  // reason`"])
    ]
  }
  guard unseen.count > 0 else { return [] }
  var notes = unseen.families.prefix(toldFamilies).map { family in
    let sequence = family.states.first.map { "; \($0.trace.text)" } ?? ""
    return "\(scope.name): \(family.pattern)  (\(stateCount(UInt128(family.count)))\(sequence))"
  }
  let told = unseen.families.prefix(toldFamilies).reduce(0) { $0 + $1.count }
  if unseen.count > told { notes.append("and \(stateCount(UInt128(unseen.count - told))) more") }
  let verb = unseen.count == 1 ? "was" : "were"
  return [
    problem(
      scope,
      "\(grouped(UInt128(unseen.count))) of \(grouped(UInt128(scope.total.reachable ?? 0))) reachable"
        + " states of \(scope.name) \(verb) never seen in tests", notes)
  ]
}

/// Why an exception should go.
private func needless(
  _ exception: CoverageException, _ report: CoverageReport, _ file: String
) -> CoverageProblem? {
  func problem(_ message: String) -> CoverageProblem {
    CoverageProblem(
      file: file, line: exception.line, column: exception.column, message: message)
  }
  if let reason = exception.problem { return problem(reason) }
  if exception.isUnchecked || report.testProfiles == nil { return nil }
  guard report.scopes.contains(where: { $0.name == exception.scope }) else {
    return problem("\(exception.scope) has no rule, wait or goal, so nothing of it is ever seen")
  }
  if exception.matched == 0 { return problem("no reachable state of \(exception.scope) is meant") }
  if exception.unseen == 0 {
    return problem(
      exception.matched == 1
        ? "the state is seen by now: take the exception away"
        : "all \(exception.matched) states are seen by now: take the exception away")
  }
  return nil
}
