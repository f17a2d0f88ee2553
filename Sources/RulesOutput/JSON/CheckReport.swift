import RulesAnalysis
import RulesLanguage

/// What `rulesc check --format json` prints: everything the compiler found out, for other programs.
///
/// Version 1. All counts are exact whole numbers and may exceed 64 bits. Lines and columns count
/// from 1, columns in characters. `grammar/check.schema.json` says the same as a JSON Schema.
///
/// ```text
/// { "version": 1,
///   "tasks": [ { "name", "line", "scopes": [ SCOPE ] } ],
///   "pools": [ { "name", "explorations": [ EXPLORATION ] } ],
///   "diagnostics": [ DIAGNOSTIC ] }
///
/// SCOPE: a task itself or one of its eaches, if it has a rule, wait or goal
///   name         "Segment" or "Segment.replica"
///   line         of its name
///   facts        [ { name, domain: [value] } ], what a state consists of
///   counts       { abstract, consistent, rule, wait, goal, unhandled, overlap, impossible }
///   clauses      [ { name, kind, line, holds, handles, reachable, wakes } ], in text order;
///                kind is rule, wait or goal; only waits have wakes: the rules and events that
///                wake it, "Segment.R3"
///   gaps         { cubes: [ { when: { fact: [value] }, size, reachable, steps } ], remainder }:
///                at most 8 patterns of unhandled states, and how many states are in none
///   overlaps     [ { pair: [earlier, later], size, reachable, steps, witness: { fact: value } } ]
///   exploration  { initial, states, transitions, depth, rule, wait, goal, unhandled, overlap },
///                of the reachable states; null if they were too many to visit
///   goal         { reachable, stuck, stuckSteps, stalls, stallSteps }; null without a goal
///   busy         [ rule ] that can fire for ever
///
/// EXPLORATION
///   instances, complete, initial, states, transitions, depth, goal, unhandled, overlap, stuck,
///   stalls; all numbers are null unless complete
///
/// DIAGNOSTIC
///   code, severity ("error" or "warning"), file, line, column, message, and where known task,
///   scope, pool; sorted by file, line, column, code
/// ```
///
/// - Parameters:
///   - program: nil when the text is in error; then `tasks` and `pools` are empty.
///   - files: what the positions of the diagnostics index.
public func checkReport(
  _ program: Program?, _ analysis: Analysis?, diagnostics: [Diagnostic], files: [SourceFile]
) -> JSONValue {
  var tasks: [JSONValue] = []
  var pools: [JSONValue] = []
  if let program, let analysis {
    tasks = program.tasks.map { task in
      let scopes = analysis.scopes.filter { $0.partition.scope.task.name == task.name }
      return .object([
        .init("name", .string(task.name)),
        .init("line", .integer(task.position.line)),
        .init("scopes", .array(scopes.map(scopeReport))),
      ])
    }
    pools = program.pools.map { pool in
      let explorations = analysis.explorations.filter { $0.pool == pool.name }
      return .object([
        .init("name", .string(pool.name)),
        .init("explorations", .array(explorations.map(explorationReport))),
      ])
    }
  }
  return .object([
    .init("version", .integer(1)),
    .init("tasks", .array(tasks)),
    .init("pools", .array(pools)),
    .init("diagnostics", diagnosticReports(diagnostics, files)),
  ])
}

private func explorationReport(_ exploration: PoolExploration) -> JSONValue {
  let result = exploration.result
  return .object([
    .init("instances", .strings(exploration.instances)),
    .init("complete", .bool(result != nil)),
    .init("initial", .integer(result?.initial)),
    .init("states", .integer(result?.states)),
    .init("transitions", .integer(result?.transitions)),
    .init("depth", .integer(result?.depth)),
    .init("goal", .integer(result?.goal)),
    .init("unhandled", .integer(result?.unhandled)),
    .init("overlap", .integer(result?.overlap)),
    .init("stuck", .integer(result?.stuck)),
    .init("stalls", .integer(result?.stalls)),
  ])
}

private func diagnosticReports(_ diagnostics: [Diagnostic], _ files: [SourceFile]) -> JSONValue {
  func path(_ diagnostic: Diagnostic) -> String {
    let file = diagnostic.position.file
    return files.indices.contains(file) ? files[file].path : ""
  }
  func isBefore(_ a: Diagnostic, _ b: Diagnostic) -> Bool {
    let (pathA, pathB) = (path(a), path(b))
    if pathA != pathB { return pathA < pathB }
    return (a.position.line, a.position.column, a.code, a.message)
      < (b.position.line, b.position.column, b.code, b.message)
  }
  return .array(
    diagnostics.sorted(by: isBefore).map { diagnostic in
      let about: [(String, String?)] = [
        ("task", diagnostic.subject.task), ("scope", diagnostic.subject.scope),
        ("pool", diagnostic.subject.pool),
      ]
      return .object(
        [
          .init("code", .string(diagnostic.code)),
          .init("severity", .string(diagnostic.severity.rawValue)),
          .init("file", .string(path(diagnostic))),
          .init("line", .integer(diagnostic.position.line)),
          .init("column", .integer(diagnostic.position.column)),
          .init("message", .string(diagnostic.message)),
        ] + about.compactMap { name, value in value.map { .init(name, .string($0)) } })
    })
}
