import RulesAnalysis

/// What `rulesc coverage --format json` prints.
///
/// Version 1. Counts are exact whole numbers and may exceed 64 bits; `null` means that it is not
/// known, or that nothing was recorded. Lines count from 1. `grammar/coverage.schema.json` says the
/// same as a JSON Schema.
///
/// ```text
/// { "version": 1,
///   "profiles": { tests, production },       how many were read that are about these rules
///   "ruleSets": [ { name, scopes: [ SCOPE ] } ] }     name: null unless it was given one
///
/// COLUMNS   { consistent, reachable, tests, production }, numbers of states
/// TRACE     { start, moves: [string] }, a shortest way; start: what of the initial state is open
///
/// SCOPE: a task itself or one of its eaches, if it has a rule, wait or goal
///   name, file, line
///   abstract     all combinations of values
///   impossible   those that an invariant excludes
///   total        COLUMNS of all consistent states
///   classes      { rule, wait, goal, overlap, unhandled }, each COLUMNS
///   clauses      [ { name, kind, label, file, line, states: COLUMNS,
///                    evaluations: { tests, production } } ], in text order
///   gaps         { families: [ { pattern, states: COLUMNS, trace: TRACE } ], remainder }
///   overlaps     [ { pair: [earlier, later], states: COLUMNS, witness, trace: TRACE } ]
///   unseen       reachable states that tests have not seen: { count, excepted, remainder,
///                families: [ { pattern, count, states: [ { state, clause, trace: TRACE } ] } ] };
///                remainder: states in no family; null without tests or exploration
///   unexpected   [ { source, count, states: [ { state, clause, evaluations } ] } ], what was seen and
///                cannot be reached; source is tests or production
///   impossibleSeen  [ { source, state, reason, evaluations } ]
///   overflow     { tests, production }, evaluations in states that were not kept
/// ```
///
/// States, patterns and witnesses are conditions in the words of the scope.
public func coverageJSON(_ report: CoverageReport) -> JSONValue {
  .object([
    .init("version", .integer(1)),
    .init(
      "profiles",
      .object([
        .init("tests", .integer(report.testProfiles)),
        .init("production", .integer(report.productionProfiles)),
      ])),
    .init(
      "ruleSets",
      .array(
        report.ruleSets.map { set in
          .object([
            .init("name", set.name.map(JSONValue.string) ?? .null),
            .init("scopes", .array(set.scopes.map(scopeJSON))),
          ])
        })),
  ])
}

private func scopeJSON(_ scope: ScopeCoverage) -> JSONValue {
  .object([
    .init("name", .string(scope.name)),
    .init("file", .string(scope.file)),
    .init("line", .integer(scope.line)),
    .init("abstract", .integer(scope.abstract)),
    .init("impossible", .integer(scope.impossible)),
    .init("total", columnsJSON(scope.total)),
    .init(
      "classes",
      .object(CoverageClass.allCases.map { .init($0.name, columnsJSON(scope.columns($0))) })),
    .init("clauses", .array(scope.clauses.map(clauseJSON))),
    .init("gaps", gapsJSON(scope)),
    .init("overlaps", .array(scope.overlaps.map(overlapJSON))),
    .init("unseen", scope.unseen.map(unseenJSON) ?? .null),
    .init("unexpected", .array(scope.unexpected.map(unexpectedJSON))),
    .init("impossibleSeen", .array(scope.impossibleSeen.map(impossibleJSON))),
    .init("overflow", evaluationsJSON(scope.overflow)),
  ])
}

private func columnsJSON(_ columns: StateColumns) -> JSONValue {
  .object([
    .init("consistent", .integer(columns.consistent)),
    .init("reachable", .integer(columns.reachable)),
    .init("tests", .integer(columns.tests)),
    .init("production", .integer(columns.production)),
  ])
}

private func evaluationsJSON(_ evaluations: EvaluationColumns) -> JSONValue {
  .object([
    .init("tests", .integer(evaluations.tests)),
    .init("production", .integer(evaluations.production)),
  ])
}

private func traceJSON(_ trace: CoverageTrace?) -> JSONValue {
  guard let trace else { return .null }
  return .object([
    .init("start", .string(trace.start)), .init("moves", .strings(trace.moves)),
  ])
}

private func clauseJSON(_ clause: ClauseCoverage) -> JSONValue {
  .object([
    .init("name", .string(clause.name)),
    .init("kind", .string(clause.kind)),
    .init("label", clause.label.map(JSONValue.string) ?? .null),
    .init("file", .string(clause.file)),
    .init("line", .integer(clause.line)),
    .init("states", columnsJSON(clause.states)),
    .init("evaluations", evaluationsJSON(clause.evaluations)),
  ])
}

private func gapsJSON(_ scope: ScopeCoverage) -> JSONValue {
  let families = scope.gaps.map { family in
    JSONValue.object([
      .init("pattern", .string(family.pattern)),
      .init("states", columnsJSON(family.states)),
      .init("trace", traceJSON(family.trace)),
    ])
  }
  return .object([
    .init("families", .array(families)), .init("remainder", .integer(scope.gapRemainder)),
  ])
}

private func overlapJSON(_ overlap: OverlapCoverage) -> JSONValue {
  .object([
    .init("pair", .strings([overlap.earlier, overlap.later])),
    .init("states", columnsJSON(overlap.states)),
    .init("witness", .string(overlap.witness)),
    .init("trace", traceJSON(overlap.trace)),
  ])
}

private func unseenJSON(_ unseen: UnseenStates) -> JSONValue {
  let families = unseen.families.map { family in
    JSONValue.object([
      .init("pattern", .string(family.pattern)),
      .init("count", .integer(family.count)),
      .init(
        "states",
        .array(
          family.states.map { state in
            .object([
              .init("state", .string(state.text)), .init("clause", .string(state.clause)),
              .init("trace", traceJSON(state.trace)),
            ])
          })),
    ])
  }
  return .object([
    .init("count", .integer(unseen.count)),
    .init("excepted", .integer(unseen.excepted)),
    .init("remainder", .integer(unseen.remainder)),
    .init("families", .array(families)),
  ])
}

private func unexpectedJSON(_ unexpected: UnexpectedStates) -> JSONValue {
  .object([
    .init("source", .string(unexpected.source.rawValue)),
    .init("count", .integer(unexpected.count)),
    .init(
      "states",
      .array(
        unexpected.states.map { state in
          .object([
            .init("state", .string(state.text)), .init("clause", .string(state.clause)),
            .init("evaluations", .integer(state.evaluations)),
          ])
        })),
  ])
}

private func impossibleJSON(_ state: ImpossibleState) -> JSONValue {
  .object([
    .init("source", .string(state.source.rawValue)),
    .init("state", .string(state.text)),
    .init("reason", .string(state.reason)),
    .init("evaluations", .integer(state.evaluations)),
  ])
}
