import RulesAnalysis

/// What the script of the coverage page works on, as a JSON text that may stand in a `script`
/// element: every `<` of it is escaped, so that no text can end the element.
///
/// ```text
/// { hasTests, hasProduction, scopes: [ { variables: [ { name, values, patterns, isBool, width } ],
///   clauses: [name], moves: [name], remainder,
///   states: [ [ [value], class, [clause], steps, parent, move, tests, production, isExcepted ] ] } ] }
/// ```
func coveragePageData(_ report: CoverageReport) -> String {
  let data = JSONValue.object([
    .init("hasTests", .bool(report.testProfiles != nil)),
    .init("hasProduction", .bool(report.productionProfiles != nil)),
    .init("scopes", .array(report.scopes.map(scopeData))),
  ])
  return data.compactText.replacing("<", with: "\\u003c")
}

private func scopeData(_ scope: ScopeCoverage) -> JSONValue {
  .object([
    .init("variables", .array(scope.states.variables.map(variableData))),
    .init("clauses", .strings(scope.clauses.map(\.name))),
    .init("moves", .strings(scope.states.moves)),
    .init("remainder", .string(grouped(scope.states.remainder))),
    .init("states", .array(scope.states.entries.map(stateData))),
  ])
}

private func variableData(_ variable: StateVariable) -> JSONValue {
  let values = variable.isBool ? ["no", "yes"] : variable.values
  return .object([
    .init("name", .string(variable.name)),
    .init("values", .strings(values)),
    .init("patterns", .strings(variable.values.indices.map { variable.pattern([$0]) })),
    .init("isBool", .bool(variable.isBool)),
    .init("width", .integer(variable.name.count + (values.map(\.count).max() ?? 0))),
  ])
}

private func stateData(_ entry: StateCatalogue.Entry) -> JSONValue {
  .array([
    .array(entry.values.map { JSONValue.integer($0) }),
    .integer(entry.stateClass.coverage?.rawValue ?? 0),
    .array(entry.stateClass.handlers.map { JSONValue.integer($0) }),
    .integer(entry.steps),
    .integer(entry.parent?.entry),
    .integer(entry.parent?.move),
    count(entry.tests),
    count(entry.production),
    .integer(entry.isExcepted ? 1 : 0),
  ])
}

/// Above 2^53 a number of JavaScript is not exact; such counts are texts.
private func count(_ value: UInt64) -> JSONValue {
  value < 1 << 53 ? .integer(value) : .string(grouped(UInt128(value)))
}
