import RulesAnalysis
import RulesLanguage

/// `SCOPE` of the report of `check`: see `checkReport`.
func scopeReport(_ scope: ScopeAnalysis) -> JSONValue {
  let partition = scope.partition
  let variables = partition.space.variables
  return .object([
    .init("name", .string(scope.name)),
    .init("line", .integer(partition.scope.position.line)),
    .init(
      "facts",
      .array(
        variables.map {
          .object([.init("name", .string($0.name)), .init("domain", .strings($0.values))])
        })),
    .init("counts", countsReport(scope.counts)),
    .init("clauses", .array(clauseReports(scope))),
    .init("gaps", gapsReport(scope)),
    .init("overlaps", overlapsReport(scope)),
    .init("exploration", explorationReport(scope.exploration)),
    .init("goal", livenessReport(scope.exploration?.liveness)),
    .init("busy", .strings(scope.exploration?.busy ?? [])),
  ])
}

private func countsReport(_ counts: ScopeCounts) -> JSONValue {
  .object([
    .init("abstract", .integer(counts.abstract)),
    .init("consistent", .integer(counts.consistent)),
    .init("rule", .integer(counts.rule)),
    .init("wait", .integer(counts.wait)),
    .init("goal", .integer(counts.goal)),
    .init("unhandled", .integer(counts.unhandled)),
    .init("overlap", .integer(counts.overlap)),
    .init("impossible", .integer(counts.impossible)),
  ])
}

private func clauseReports(_ scope: ScopeAnalysis) -> [JSONValue] {
  scope.clauses.enumerated().map { index, clause in
    let reachable = scope.exploration?.clauses
    var members: [JSONValue.Member] = [
      .init("name", .string(clause.name)),
      .init("kind", .string(clause.kind)),
      .init("line", .integer(clause.line)),
      .init("holds", .integer(clause.holds)),
      .init("handles", .integer(clause.handles)),
      .init("reachable", .integer(reachable.map { $0[index] })),
    ]
    if clause.kind == "wait" { members.append(.init("wakes", .strings(clause.wakes))) }
    return .object(members)
  }
}

private func gapsReport(_ scope: ScopeAnalysis) -> JSONValue {
  let variables = scope.partition.space.variables
  let families = scope.gap.families.map { family in
    let when = variables.indices.compactMap { index -> JSONValue.Member? in
      let values = family.cube.values[index]
      guard values.count < variables[index].values.count else { return nil }
      return .init(variables[index].name, .strings(values.map { variables[index].values[$0] }))
    }
    return JSONValue.object([
      .init("when", .object(when)),
      .init("size", .integer(family.size)),
      .init("reachable", .integer(family.reachable)),
      .init("steps", .integer(family.steps)),
    ])
  }
  return .object([
    .init("cubes", .array(families)),
    .init("remainder", .integer(scope.gap.remainder)),
  ])
}

private func overlapsReport(_ scope: ScopeAnalysis) -> JSONValue {
  let variables = scope.partition.space.variables
  let named = scope.overlaps.map { overlap in
    (pair: [scope.clauses[overlap.earlier].name, scope.clauses[overlap.later].name], overlap)
  }
  let sorted = named.sorted { $0.pair.lexicographicallyPrecedes($1.pair) }
  return .array(
    sorted.map { pair, overlap in
      let witness = zip(variables, overlap.witness).map { variable, value in
        JSONValue.Member(variable.name, .string(variable.values[value]))
      }
      return .object([
        .init("pair", .strings(pair)),
        .init("size", .integer(overlap.size)),
        .init("reachable", .integer(overlap.reachable)),
        .init("steps", .integer(overlap.steps)),
        .init("witness", .object(witness)),
      ])
    })
}

private func explorationReport(_ exploration: ScopeExploration?) -> JSONValue {
  guard let exploration else { return .null }
  return .object([
    .init("initial", .integer(exploration.initial)),
    .init("states", .integer(exploration.states)),
    .init("transitions", .integer(exploration.transitions)),
    .init("depth", .integer(exploration.depth)),
    .init("rule", .integer(exploration.rule)),
    .init("wait", .integer(exploration.wait)),
    .init("goal", .integer(exploration.goal)),
    .init("unhandled", .integer(exploration.unhandled)),
    .init("overlap", .integer(exploration.overlap)),
  ])
}

private func livenessReport(_ liveness: ScopeExploration.Liveness?) -> JSONValue {
  guard let liveness else { return .null }
  return .object([
    .init("reachable", .integer(liveness.reachable)),
    .init("stuck", .integer(liveness.stuck)),
    .init("stuckSteps", .integer(liveness.stuckSteps)),
    .init("stalls", .integer(liveness.stalls)),
    .init("stallSteps", .integer(liveness.stallSteps)),
  ])
}
