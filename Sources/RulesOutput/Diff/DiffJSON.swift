/// The difference for other programs, version 1.
///
/// ```text
/// { "version": 1, "different": bool,
///   "added": [ { "scope", "states" } ], "removed": [ { "scope", "states" } ],
///   "scopes": [ { "name", "compared", "differing",
///     "facts": [ { "change": "added"|"removed"|"changed", "name", "detail" } ],
///     "clauses": [ { "change": "added"|"removed", "kind", "name", "handles" }
///                | { "change": "renamed", "kind", "from", "to" }
///                | { "change": "changed", "kind", "name", "parts": [string] } ],
///     "decisions": [ { "old": DECISION, "new": DECISION, "states",
///       "cubes": [ { "when": { fact: [value] }, "size" } ], "remainder" } ] } ] }
/// DECISION = { "class": "rule"|"wait"|"goal"|"overlap"|"unhandled"|"impossible", "clauses": [string] }
/// ```
public func diffReport(_ difference: RulesDifference) -> JSONValue {
  func scopes(_ scopes: [RulesDifference.Scope]) -> JSONValue {
    .array(
      scopes.map {
        .object([.init("scope", .string($0.name)), .init("states", .integer($0.states))])
      })
  }
  return .object([
    .init("version", .integer(1)),
    .init("different", .bool(!difference.isEmpty)),
    .init("added", scopes(difference.added)),
    .init("removed", scopes(difference.removed)),
    .init("scopes", .array(difference.scopes.map(scopeReport))),
  ])
}

private func scopeReport(_ scope: ScopeDifference) -> JSONValue {
  .object([
    .init("name", .string(scope.name)),
    .init("compared", .integer(scope.compared)),
    .init("differing", .integer(scope.differing)),
    .init(
      "facts",
      .array(
        scope.facts.map {
          .object([
            .init("change", .string($0.kind.rawValue)), .init("name", .string($0.name)),
            .init("detail", .string($0.detail)),
          ])
        })),
    .init("clauses", .array(scope.clauses.map(clauseReport))),
    .init("decisions", .array(scope.decisions.map(decisionReport))),
  ])
}

private func clauseReport(_ clause: ClauseChange) -> JSONValue {
  func members(_ change: String, _ kind: String) -> [JSONValue.Member] {
    [.init("change", .string(change)), .init("kind", .string(kind))]
  }
  return switch clause {
  case .added(let kind, let name, let handles):
    .object(
      members("added", kind) + [.init("name", .string(name)), .init("handles", .integer(handles))])
  case .removed(let kind, let name, let handles):
    .object(
      members("removed", kind)
        + [.init("name", .string(name)), .init("handles", .integer(handles))])
  case .renamed(let kind, let from, let to):
    .object(
      members("renamed", kind) + [.init("from", .string(from)), .init("to", .string(to))])
  case .changed(let kind, let name, let parts):
    .object(
      members("changed", kind) + [.init("name", .string(name)), .init("parts", .strings(parts))])
  }
}

private func decisionReport(_ change: DecisionChange) -> JSONValue {
  func decision(_ decision: Verdict) -> JSONValue {
    .object([
      .init("class", .string(decision.kind.rawValue)),
      .init("clauses", .strings(decision.clauses)),
    ])
  }
  return .object([
    .init("old", decision(change.old)),
    .init("new", decision(change.new)),
    .init("states", .integer(change.states)),
    .init(
      "cubes",
      .array(
        change.families.map { family in
          .object([
            .init("when", .object(family.when.map { .init($0.fact, .strings($0.values)) })),
            .init("size", .integer(family.size)),
          ])
        })),
    .init("remainder", .integer(change.remainder)),
  ])
}
