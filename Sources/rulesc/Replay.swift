import RulesLanguage
import RulesOutput

private let formats = OutputFormat(choices: ["text", "json", "chrome"])
private let subject = OptionSpecification(
  name: "--subject", value: "NAME",
  help: "Only subjects whose name contains this, or the one of this number.")
private let last = OptionSpecification(
  name: "--last", value: "N", help: "Only the newest N firings; all of these are listed.")
private let why = OptionSpecification(
  name: "--why", value: "N",
  help: "Why firing N happened: what enabled it, what that goes back to; needs no FILE.")
private let states = OptionSpecification(
  name: "--states", help: "List each firing with the state before it.")

/// How many firings are listed unless asked.
private let listedFirings = 20
/// The most that are listed.
private let mostListed = 100_000

let replayVerb = Verb(
  name: "replay",
  summary: "Hold a recorded trace against the rules as they are now.",
  operands: "TRACE FILE...",
  details: """
    A program whose environment has RULES_TRACE_DIR=DIR leaves a .rulestrace file there for each
    of its pools. Steps its firings: can each state be, does the rule that fired win in it, does
    the next state of the subject follow from what the rule's `then`, events and others do? Shows
    the newest firings and the first one that these rules would decide otherwise, with the reason.
    Where the rules have changed since, facts, values and clauses are matched by their names.

    --format chrome prints the trace for Perfetto or chrome://tracing and needs no FILE; arrows
    lead from each firing to those that it enabled.

    Exit status: 0 nothing differs, 1 something does, 2 the trace cannot be read.
    """,
  options: [
    subject, last, states, why,
    formats.option("Text for people, JSON, or Chrome's trace events (default: text)."),
  ],
  example: "rulesc replay traces/replog-4711-log.rulestrace rules/Log/*.rules",
  run: replay)

private func replay(_ arguments: ParsedArguments) throws -> ExitStatus {
  let format = try formats.chosen(in: arguments)
  guard let path = arguments.operands.first else {
    throw UsageError("replay: no trace given; see `rulesc replay --help`")
  }
  var filter = ReplayFilter(subject: arguments.values[subject.name])
  var listed = listedFirings
  if let text = arguments.values[last.name] {
    guard let count = Int(text), (0...mostListed).contains(count) else {
      throw UsageError("the option `--last` needs a number up to \(mostListed), not `\(text)`")
    }
    filter.last = count
    listed = count
  }
  let text = try readText(path)
  let trace: RecordedTrace
  do throws(TraceFormatError) {
    trace = try parseTrace(text)
  } catch {
    throw UsageError("\(path):\(error.line): \(error.message)")
  }
  if let text = arguments.values[why.name] {
    guard let sequence = UInt64(text) else {
      throw UsageError("the option `--why` needs the number of a firing, not `\(text)`")
    }
    let chain: CausalityChain
    do throws(CausalityError) {
      chain = try trace.causality(of: sequence)
    } catch {
      throw UsageError("\(path): \(error)")
    }
    try writeOutput(causalityText(chain, trace))
    return .fine
  }
  if format == "chrome" {
    try writeOutput(chromeTrace(trace, filter).compactText + "\n")
    return .fine
  }
  let files = Array(arguments.operands.dropFirst())
  guard !files.isEmpty else {
    throw UsageError("replay: a rules file is needed; see `rulesc replay --help`")
  }
  let compiled = compile(try readSources(files), load: loadImport)
  guard let program = compiled.result.value else {
    report(compiled.result.diagnostics, files: compiled.files)
    return .findings
  }
  let replayed: ReplayReport
  do {
    replayed = try RulesOutput.replay(trace, program, filter)
  } catch let error as ReplayError {
    throw UsageError("\(path): \(error)")
  }
  try writeOutput(
    format == "json"
      ? replayJSON(replayed, listed: listed).prettyText() + "\n"
      : replayText(
        replayed, listed: listed, hasStates: arguments.values[states.name] != nil,
        isColoured: isColoured(standardOutput)))
  return replayed.differs ? .findings : .fine
}
