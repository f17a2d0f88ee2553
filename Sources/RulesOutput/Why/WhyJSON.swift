import RulesAnalysis
import RulesLanguage

/// The answer for other programs, version 1.
///
/// ```text
/// { "version": 1, "scope", "question", "asked": int, "consistent": int, "reachable": int|null,
///   "excluded": [ { "label": string|null, "line": int|null, "text", "states" } ],
///   "decisions": [ { "class": "rule"|"wait"|"goal"|"unhandled"|"overlap", "clauses": [string],
///                    "states", "reachable": int|null, "steps": int|null, "when": [string],
///                    "complete": bool } ],
///   "remainder": int,
///   "clauses": [ { "name", "kind", "line", "holds", "wins", "overruledBy": [string],
///                  "needs": [ { "condition", "actual": string|null } ], "each": bool } ],
///   "trace": [ { "move", "changes" } ] }
/// ```
/// `when`: patterns, any of which says which of the asked states these are; `complete`: they have
/// all of them. `needs` of a clause that never holds: each condition fails in every state (`each`),
/// or in every state one of them does. The trace is a shortest way to one of the states; its first
/// entry, without a move, is an initial state.
public func whyJSON(_ report: WhyReport) -> JSONValue {
  let answer = report.answer
  return [
    "version": 1, "scope": .string(report.scope), "question": .string(report.question),
    "asked": .integer(answer.asked), "consistent": .integer(answer.consistent),
    "reachable": .integer(answer.reachable),
    "excluded": .array(
      answer.exclusions.map { exclusion in
        [
          "label": exclusion.always?.label.map(JSONValue.string) ?? .null,
          "line": .integer(exclusion.always?.position.line),
          "text": .string(exclusion.always.map { oneLine($0.text) } ?? ""),
          "states": .integer(exclusion.states),
        ]
      }),
    "decisions": .array(answer.decisions.map { decisionJSON($0, report.clauses) }),
    "remainder": .integer(answer.remainder),
    "clauses": .array(answer.verdicts.map { verdictJSON($0, report.clauses) }),
    "trace": .array(
      answer.trace.map { ["move": .string($0.move), "changes": .string($0.changes)] }),
  ]
}

private func decisionJSON(
  _ decision: StateAnswer.Decision, _ clauses: [ClauseModel]
) -> JSONValue {
  [
    "class": .string(String(describing: decision.stateClass.kind)),
    "clauses": .strings(decision.winners.map { clauses[$0].name }),
    "states": .integer(decision.states), "reachable": .integer(decision.reachable),
    "steps": .integer(decision.steps), "when": .strings(decision.patterns),
    "complete": .bool(!decision.hasMorePatterns),
  ]
}

private func verdictJSON(_ verdict: StateAnswer.Verdict, _ clauses: [ClauseModel]) -> JSONValue {
  let clause = clauses[verdict.clause]
  return [
    "name": .string(clause.name), "kind": .string(clause.kindName),
    "line": .integer(clause.position.line), "holds": .integer(verdict.holds),
    "wins": .integer(verdict.wins),
    "overruledBy": .strings(verdict.overrulers.map { clauses[$0].name }),
    "needs": .array(
      verdict.failing.map {
        [
          "condition": .string($0.condition),
          "actual": $0.actual.map(JSONValue.string) ?? .null,
        ]
      }),
    "each": .bool(verdict.isEachFailing),
  ]
}
