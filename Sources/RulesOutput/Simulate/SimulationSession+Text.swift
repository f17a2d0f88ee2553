import RulesAnalysis
import RulesLanguage

extension SimulationSession {
  // MARK: The state

  /// The whole state; of several instances under their names.
  func stateText() -> String {
    let rows = simulation.rows
    let width = rows.map(\.name.count).max() ?? 0
    var owners: [String] = []
    for row in rows where !owners.contains(row.owner) { owners.append(row.owner) }
    var text = ""
    for owner in owners {
      if !owner.isEmpty { text += "  \(paint(.blue, owner))\n" }
      let indent = owner.isEmpty ? "  " : "    "
      for row in rows where row.owner == owner {
        text += "\(indent)\(row.name.padded(to: width))  \(row.value)\n"
      }
    }
    return text
  }

  /// What of an initial state is not the same in all of them.
  func openText(_ word: UInt64) -> String {
    let rows = simulation.rows(of: word)
    let all = simulation.initialStates.prefix(Self.listed).map { simulation.rows(of: $0) }
    let open = rows.indices.filter { index in
      all.contains { $0[index].value != rows[index].value }
    }
    return open.isEmpty
      ? "the only one"
      : open.map { index in
        let owner = rows[index].owner.isEmpty ? "" : "\(rows[index].owner): "
        return "\(owner)\(rows[index].name) \(rows[index].value)"
      }.joined(separator: ", ")
  }

  // MARK: What happens

  /// What wins now, and the list of what can happen.
  mutating func position() -> String {
    let standings = simulation.standings
    note(standings)
    var text = standingsText(standings)
    if simulation.isAtGoal {
      text += paint(.green, "at the goal") + "\n"
    } else if simulation.isStall {
      text += paint(.red, "a stall: nothing that one may count on leads on from here") + "\n"
    }
    return text + choicesText()
  }

  private func standingsText(_ standings: [Simulation.Standing]) -> String {
    let isSingle = standings.count == 1
    let width = standings.map(\.part.count).max() ?? 0
    return standings.map { standing in
      (isSingle ? "" : standing.part.padded(to: width) + "  ") + standingText(standing) + "\n"
    }.joined()
  }

  private func standingText(_ standing: Simulation.Standing) -> String {
    switch standing.stateClass.kind {
    case .unhandled: return paint(.red, "unhandled: no rule, wait or goal holds")
    case .overlap:
      let names = standing.winners.map(\.title).joined(separator: ", ")
      return paint(.red, "overlap: \(names) all hold")
    default:
      return standing.winners.map { clause in
        let causes = clause.causes.map(\.text).joined(separator: ", ")
        return clause.fullTitle + (causes.isEmpty ? "" : " waits for \(causes)")
      }.joined(separator: "; ")
    }
  }

  private func choicesText() -> String {
    let choices = simulation.choices
    var number = 0
    var lines: [(number: String, name: String, outcome: String)] = []
    for choice in choices {
      for outcome in choice.outcomes {
        number += 1
        let may = choice.isDependable || choice.kind == .environment ? "" : " (may never come)"
        lines.append((String(number), choice.name + may, outcomeText(outcome, of: choice)))
      }
      if choice.broken > 0 {
        lines.append(("!", choice.name, "would break an `always`"))
      }
    }
    guard !lines.isEmpty else { return "  nothing can happen here\n" }
    let digits = String(number).count
    let width = lines.map(\.name.count).max() ?? 0
    return lines.map { line in
      let text =
        "  \(line.number.padded(to: digits, left: true))  \(line.name.padded(to: width))  "
        + line.outcome
      return (line.number == "!" ? paint(.red, text) : text).trimmingTrailingSpaces + "\n"
    }.joined()
  }

  func outcomeText(
    _ outcome: Simulation.Choice.Outcome, of choice: Simulation.Choice? = nil
  ) -> String {
    if let choice, choice.name.contains(" becomes ") { return "" }
    if !outcome.changes.isEmpty { return outcome.changes }
    return outcome.isPause ? "no change, later again" : "no change"
  }

  // MARK: Questions

  func goal() -> String {
    switch simulation.wayToGoal {
    case .here: return "this is the goal\n"
    case .none: return "no way leads to the goal\n"
    case .unknown: return "no way was found to the goal among the nearest states\n"
    case .found(let steps, let isDependable):
      let count = "\(steps.count) \(steps.count == 1 ? "step" : "steps")"
      let remark =
        isDependable ? "" : ", and not one that can be counted on: some of it may never come"
      return "shortest way to the goal, \(count)\(remark)\n" + traceLines(steps, hasStart: false)
    }
  }

  func why() -> String {
    guard let inquiry else {
      return "`why` answers for a single scope; this is what each instance does\n"
        + standingsText(simulation.standings)
    }
    do throws(AnalysisFailure) {
      let answer = try inquiry.answer(about: Cube(state: simulation.values))
      let report = WhyReport(
        scope: inquiry.scope.name, place: "", question: "", unexplored: inquiry.unexplored,
        clauses: inquiry.scope.clauses, answer: answer)
      return whyHereText(report, paint)
    } catch {
      return "not known: \(error.text)\n"
    }
  }

  /// Why a clause of the scope does not win here; nil if it is none, or that is not known.
  func reasonAgainst(_ name: String) -> String? {
    guard let inquiry, let index = inquiry.scope.clauses.firstIndex(where: { $0.name == name }),
      let answer = try? inquiry.answer(about: Cube(state: simulation.values)),
      let verdict = answer.verdicts.first(where: { $0.clause == index })
    else { return nil }
    let clause = inquiry.scope.clauses[index]
    if verdict.wins > 0 { return "\(clause.title) is no step: nothing happens while it holds\n" }
    return "\(clause.title) does not hold here: it \(reasonText(verdict, inquiry.scope.clauses))\n"
  }

  func trace() -> String {
    guard !simulation.history.isEmpty else { return "this is where it began\n" }
    return traceLines(simulation.history.map(\.step), hasStart: false)
  }
}
