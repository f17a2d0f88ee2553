import RulesAnalysis
import RulesLanguage

/// The condition table of each analysed scope, in text order.
///
/// - Throws: when the rows of a table would take a decision diagram beyond its node budget.
public func conditionTables(
  _ analysis: Analysis, _ program: Program
) throws -> [ConditionTable] {
  try analysis.scopes.map { try conditionTable($0, program) }
}

private func conditionTable(
  _ scope: ScopeAnalysis, _ program: Program
) throws(AnalysisFailure) -> ConditionTable {
  let partition = scope.partition
  let variables = partition.space.variables
  var diagram = partition.diagram
  var covers: [Cover] = []
  for (condition, holds) in zip(partition.lowered.clauses, partition.holds) {
    covers.append(
      try cover(
        of: holds, within: condition, &diagram, variables: variables.count, limit: rowLimit))
  }
  let gap = scope.gap
  let unhandled = Cover(cubes: gap.families.map(\.cube), remainder: gap.remainder)

  let asked = variables.indices.filter { index in
    (covers + [unhandled]).contains { cover in
      cover.cubes.contains { $0.values[index].count < variables[index].values.count }
    }
  }
  func rows(_ cover: Cover) -> [ConditionTable.Row] {
    cover.cubes.map { cube in
      ConditionTable.Row(cells: asked.map { variables[$0].cell(cube.values[$0]) })
    }
  }

  var groups = zip(scope.clauses.indices, covers).map { index, cover in
    let clause = scope.clauses[index]
    return ConditionTable.Group(
      kind: ConditionTable.Kind(rawValue: clause.kind) ?? .rule, name: clause.name,
      label: clause.label, line: clause.line, holds: clause.holds, handles: clause.handles,
      over: partition.scope.clauses[index].over, rows: rows(cover), more: cover.remainder)
  }
  if scope.counts.unhandled > 0 {
    groups.append(
      ConditionTable.Group(
        kind: .unhandled, name: "unhandled", label: "no rule, wait or goal", line: nil,
        holds: scope.counts.unhandled, handles: scope.counts.unhandled, over: [],
        rows: rows(unhandled), more: unhandled.remainder))
  }
  let position = partition.scope.position
  return ConditionTable(
    scope: scope.name, place: "\(program.files[position.file].path):\(position.line)",
    counts: scope.counts, columns: asked.map { .init(name: variables[$0].name) },
    unasked: variables.indices.filter { !asked.contains($0) }.map { variables[$0].name },
    groups: groups)
}

extension StateVariable {
  /// The values of these indices, as short as a table needs them; nil for all values: `yes`,
  /// `idle|ok`, `not failed`, `1...9`, `sent < appended`.
  func cell(_ indices: [Int]) -> String? {
    guard indices.count < values.count else { return nil }
    if values == ["false", "true"] { return indices == [1] ? "yes" : "no" }
    if chain != nil { return pattern(indices) }
    if let intervals { return cell(indices, of: intervals) }
    let missing = values.indices.filter { !indices.contains($0) }
    if missing.count == 1, indices.count > 2 { return "not \(values[missing[0]])" }
    return indices.map { values[$0] }.joined(separator: "|")
  }

  private var intervals: [IntegerDomain.Interval]? {
    guard case .fact(_, let model) = origin, case .integer(let domain) = model.kind else {
      return nil
    }
    return domain.intervals
  }

  /// Neighbouring intervals as one.
  private func cell(_ indices: [Int], of intervals: [IntegerDomain.Interval]) -> String {
    var runs: [ClosedRange<Int>] = []
    for index in indices {
      if let last = runs.last, last.upperBound + 1 == index {
        runs[runs.count - 1] = last.lowerBound...index
      } else {
        runs.append(index...index)
      }
    }
    return runs.map {
      IntegerDomain.Interval(
        lower: intervals[$0.lowerBound].lower, upper: intervals[$0.upperBound].upper
      ).name
    }.joined(separator: "|")
  }
}
