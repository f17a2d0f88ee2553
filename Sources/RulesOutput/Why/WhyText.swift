import RulesAnalysis
import RulesLanguage

/// The answer for a terminal.
public func whyText(_ report: WhyReport, isColoured: Bool = false) -> String {
  WhyWriter(report: report, paint: Palette(isColoured: isColoured)).text
}

/// What wins in the one state of the answer, and what each other clause lacks.
func whyHereText(_ report: WhyReport, _ paint: Palette) -> String {
  let writer = WhyWriter(report: report, paint: paint)
  return report.answer.decisions.map(writer.decision).joined() + writer.others
}

private struct WhyWriter {
  let report: WhyReport
  let paint: Palette

  var answer: StateAnswer { report.answer }

  var text: String {
    var text = paint(.bold, "\(report.scope), \(report.place)") + "\n"
    if !report.question.isEmpty { text += "  \(oneLine(report.question))\n" }
    text += "  \(summary)\n"
    guard answer.consistent > 0 else { return text + "\n" + exclusions }
    text += "\n" + (answer.decisions.count == 1 ? decision(answer.decisions[0]) : table)
    if !others.isEmpty { text += "\n" + others }
    return text + "\n" + way
  }

  /// `8 states can exist, all of them reachable; 16 more are excluded`
  private var summary: String {
    let existing = answer.consistent
    guard existing > 0 else {
      return answer.asked == 0
        ? "no values are so: it contradicts itself, or a number is out of bounds"
        : "none of \(combinations(answer.asked)) can exist"
    }
    var text = existing == 1 ? "1 state can exist" : "\(grouped(existing)) states can exist"
    if let reachable = answer.reachable {
      switch (UInt128(reachable), existing) {
      case (0, _): text += ", \(existing == 1 ? "but is not" : "none of them is") reachable"
      case (existing, 1): text += ", and is reachable"
      case (existing, _): text += ", all of them reachable"
      default: text += ", \(grouped(UInt128(reachable))) of them reachable"
      }
    }
    let excluded = answer.asked - existing
    if excluded > 0 {
      text += "; \(grouped(excluded)) more \(excluded == 1 ? "is" : "are") excluded"
    }
    return text
  }

  private func combinations(_ count: UInt128) -> String {
    count == 1 ? "1 combination of values" : "\(grouped(count)) combinations of values"
  }

  // MARK: Impossible

  private var exclusions: String {
    guard answer.asked > 0 else { return "" }
    let all = answer.exclusions.filter { $0.states == answer.asked }
    var text = ""
    for exclusion in all.isEmpty ? answer.exclusions : all {
      let count = all.isEmpty ? "\(grouped(exclusion.states)) by " : "excluded by "
      guard let always = exclusion.always else {
        text += "\(count)what \(report.scope) ranges over, or its quantifiers together\n"
        continue
      }
      let label = always.label.map { " \"\($0)\"" } ?? ""
      text += "\(count)\(paint(.bold, "always\(label)")), line \(always.position.line)\n"
      text += "  \(oneLine(always.text))\n"
    }
    return text
  }

  // MARK: Decisions

  func decision(_ decision: StateAnswer.Decision) -> String {
    let winners = decision.winners.map { report.clauses[$0] }
    switch decision.stateClass.kind {
    case .unhandled:
      return paint(.red, "nothing happens: no rule, wait or goal holds (unhandled)") + "\n"
    case .overlap:
      return paint(.red, "several clauses hold, and nothing says which wins (overlap)") + "\n"
        + winners.map { "  \($0.fullTitle), line \($0.position.line)\n" }.joined()
    default:
      return winners.map { clause in
        let causes = clause.causes.map(\.text).joined(separator: ", ")
        let verb = clause.isRule ? "fires" : clause.isGoal ? "is reached" : "waits for \(causes)"
        return paint(.green, "\(clause.fullTitle) \(verb)") + ", line \(clause.position.line)\n"
      }.joined()
    }
  }

  private var table: String {
    let isExplored = answer.reachable != nil
    var rows: [[String]] = [
      ["states"] + (isExplored ? ["reachable", "steps"] : []) + ["decision", "when"]
    ]
    for decision in answer.decisions {
      let more = decision.hasMorePatterns ? ["..."] : []
      let when = decision.patterns + more
      for (index, pattern) in when.enumerated() {
        let reach = isExplored ? [decision.reachable.map(String.init) ?? "", steps(decision)] : []
        let columns = [grouped(decision.states)] + reach + [name(decision)]
        rows.append(
          (index == 0 ? columns : columns.map { _ in "" }) + [(index == 0 ? "" : "or ") + pattern])
      }
    }
    let counts = isExplored ? 3 : 1
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var text = ""
    for (index, row) in rows.enumerated() {
      let cells = row.indices.map { row[$0].padded(to: widths[$0], left: $0 < counts) }
      let line = "  " + cells.joined(separator: "  ").trimmingTrailingSpaces
      text += (index == 0 ? paint(.blue, line) : line) + "\n"
    }
    if answer.remainder > 0 { text += "  and \(stateCount(answer.remainder)) decided otherwise\n" }
    return text
  }

  private func steps(_ decision: StateAnswer.Decision) -> String {
    decision.steps.map(String.init) ?? "never"
  }

  private func name(_ decision: StateAnswer.Decision) -> String {
    let names = decision.winners.map { report.clauses[$0] }
    switch decision.stateClass.kind {
    case .unhandled: return "unhandled"
    case .overlap: return "overlap of " + names.map(\.name).joined(separator: ", ")
    default:
      return names.first.map { $0.title + names.dropFirst().map { ", \($0.name)" }.joined() } ?? ""
    }
  }

  // MARK: The other clauses

  /// Clauses that win in none of the states, each with what keeps it from that.
  var others: String {
    let all = answer.verdicts.filter { $0.wins == 0 }
    guard !all.isEmpty else { return "" }
    // Of very many those are told that lack least.
    let nearest = all.sorted { ($0.failing.count, $0.clause) < ($1.failing.count, $1.clause) }
    let told = nearest.prefix(toldClauses)
    let verdicts = told.sorted { $0.clause < $1.clause }
    let titles = verdicts.map { report.clauses[$0.clause].title }
    let width = titles.map(\.count).max() ?? 0
    let lines = verdicts.map { String(report.clauses[$0.clause].position.line) }
    let lineWidth = lines.map(\.count).max() ?? 0
    var text = answer.decisions.count == 1 ? "why not\n" : "never here\n"
    for (index, verdict) in verdicts.enumerated() {
      text += "  \(titles[index].padded(to: width))  line \(lines[index].padded(to: lineWidth))  "
      text += reasonText(verdict, report.clauses) + "\n"
    }
    if told.count < all.count {
      text += "  and \(all.count - told.count) more, which lack as much or more\n"
    }
    return text
  }

  // MARK: The way there

  private var way: String {
    if let unexplored = report.unexplored {
      return "what can be reached is not known: \(unexplored)\n"
    }
    guard !answer.trace.isEmpty else {
      return "never reached, as long as effects and events are as declared\n"
    }
    let steps = answer.trace.count - 1
    guard steps > 0 else {
      return "a new instance may be in \(answer.consistent == 1 ? "it" : "one of them"): "
        + "\(answer.trace[0].changes)\n"
    }
    let to = answer.consistent == 1 ? "" : " to one of them"
    return "shortest way\(to), \(steps) \(steps == 1 ? "step" : "steps")\n"
      + traceLines(answer.trace)
  }
}

/// The most clauses that are told one by one.
private let toldClauses = 40
/// The most steps of a way that are told one by one.
private let toldSteps = 24

/// `  1. R1     server == chosen`, a line a step.
///
/// - Parameter hasStart: the first entry is no step, but how it begins.
func traceLines(_ trace: [TraceStep], hasStart: Bool = true) -> String {
  let told = trace.enumerated().filter {
    trace.count <= toldSteps || $0.offset <= toldSteps / 2
      || $0.offset >= trace.count - toldSteps / 2
  }
  let digits = String(trace.count - (hasStart ? 1 : 0)).count
  let titles = told.map { index, step in
    if hasStart, index == 0 { return "start" }
    return String(hasStart ? index : index + 1).padded(to: digits, left: true) + ". \(step.move)"
  }
  let width = titles.map(\.count).max() ?? 0
  var text = ""
  for (index, step) in told.enumerated() {
    if index > 0, step.offset != told[index - 1].offset + 1 { text += "  ...\n" }
    let changes = step.element.changes.isEmpty ? "no change" : step.element.changes
    // A change of the environment is told by its name.
    let isSaid = step.element.move.contains(" becomes ")
    let title = isSaid ? titles[index] : titles[index].padded(to: width) + "  " + changes
    text += "  \(title)\n"
  }
  return text
}

/// What keeps a clause from winning: `needs server == none`, `holds, but R1 is over it`.
func reasonText(_ verdict: StateAnswer.Verdict, _ clauses: [ClauseModel]) -> String {
  if verdict.holds > 0 {
    let names = verdict.overrulers.map {
      let clause = clauses[$0]
      return clause.isGoal ? "the \(clause.name)" : clause.name
    }
    return "holds, but \(names.joined(separator: ", ")) is over it"
  }
  let needs = verdict.failing.map { failing in
    failing.condition + (failing.actual.map { " (here \($0))" } ?? "")
  }
  guard !needs.isEmpty else { return "never holds" }
  return "needs \(needs.joined(separator: ", "))"
    + (verdict.isEachFailing || needs.count == 1 ? "" : ", which here are never true together")
}
