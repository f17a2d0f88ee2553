import Glibc
import RulesLanguage
import RulesOutput

private let explore = OptionSpecification(
  name: "--explore", value: "POOL",
  help: "Step the linked instances of the pool's `explore`; POOL:2 is its second one.")
private let seed = OptionSpecification(
  name: "--seed", value: "N", help: "Play by itself, by chance, from this seed.")
private let steps = OptionSpecification(
  name: "--steps", value: "N", help: "How many steps it plays with --seed (default: 20).")

let simulateVerb = Verb(
  name: "simulate",
  summary: "Step through rules and events by hand, or by chance.",
  operands: "FILE...",
  details: """
    Starts in an initial state, lists what can happen - rules that win, events, what others and
    the environment do, with every outcome - and reads from standard input what is to happen: a
    number of the list or a name. `undo`, `goal`, `why`, `state`, `trace`, `run`, `help` and
    `quit` do what they say; the end of input ends it too.

    With --seed nothing is read: it plays --steps steps, the same ones for the same seed.

    Exit status: 0, or 1 if a state was met that is unhandled or in an overlap.
    """,
  options: [scopeOption, explore, seed, steps],
  example: "rulesc simulate --scope Segment.replica rules/Log/*.rules",
  run: simulate)

private func simulate(_ arguments: ParsedArguments) throws -> ExitStatus {
  let seedNumber = try number(seed, in: arguments)
  let stepNumber = try number(steps, in: arguments) ?? 20
  guard stepNumber <= UInt64(SimulationSession.stepLimit) else {
    throw UsageError("simulate: --steps is at most \(SimulationSession.stepLimit)")
  }
  guard arguments.values[steps.name] == nil || seedNumber != nil else {
    throw UsageError("simulate: --steps needs --seed N")
  }
  let compiled = compile(try readSources(arguments.operands), load: loadImport)
  guard let program = compiled.result.value else {
    report(compiled.result.diagnostics, files: compiled.files)
    return .findings
  }
  var session = try makeSession(program, arguments)
  guard session.canBegin else {
    throw UsageError("simulate: there is no initial state; see `rulesc check`")
  }
  if let seedNumber {
    try writeOutput(session.playAlone(seed: seedNumber, steps: Int(stepNumber)))
  } else {
    try converse(&session)
  }
  return session.hasFindings ? .findings : .fine
}

private func makeSession(
  _ program: Program, _ arguments: ParsedArguments
) throws -> SimulationSession {
  let isColoured = isColoured(standardOutput)
  if let text = arguments.values[explore.name] {
    guard arguments.values[scopeOption.name] == nil else {
      throw UsageError("simulate: either --scope or --explore")
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let name = parts.first.map(String.init) ?? text
    guard let pool = program.pools.first(where: { $0.name == name }) else {
      throw UsageError(
        unknown: "pool", name, among: program.pools.map(\.name), help: "rulesc simulate --help")
    }
    let number = parts.count > 1 ? Int(parts[1]) : 1
    guard let number, parts.count <= 2, pool.explorations.indices.contains(number - 1) else {
      let count = pool.explorations.count
      throw UsageError(
        "simulate: there is no `explore` of \(text): the pool has \(count == 0 ? "none" : "\(count)")"
      )
    }
    return try SimulationSession(
      program, pool: pool, explore: number - 1, isColoured: isColoured)
  }
  let scopes = program.askableScopes
  let scope: String
  if let named = arguments.values[scopeOption.name] {
    scope = try knownScope(named, in: program)
  } else if let first = scopes.first, scopes.count == 1 {
    scope = first
  } else if let first = scopes.first {
    throw UsageError(
      "simulate: say which of \(scopes.joined(separator: ", ")), `--scope \(first)`")
  } else {
    throw UsageError("simulate: no scope has a rule, wait or goal")
  }
  return try SimulationSession(program, scope: scope, isColoured: isColoured)
}

private func number(
  _ option: OptionSpecification, in arguments: ParsedArguments
) throws(UsageError) -> UInt64? {
  guard let text = arguments.values[option.name] else { return nil }
  guard let number = UInt64(text) else {
    throw UsageError("the option `\(option.name)` needs a whole number, not `\(text)`")
  }
  return number
}

/// Reads lines until the session is over or the input ends. A line that was not typed at a terminal
/// is repeated behind the prompt, so that what comes out can be read alone.
private func converse(_ session: inout SimulationSession) throws {
  let isTyped = isatty(STDIN_FILENO) == 1
  try writeOutput(session.opening())
  while true {
    try writeOutput("> ")
    guard let line = try readInputLine() else {
      try writeOutput("\n")
      return
    }
    if !isTyped { try writeOutput(line + "\n") }
    let response = session.respond(to: line)
    try writeOutput(response.text)
    if response.isOver { return }
  }
}

/// More than anybody types.
private let longestLine = 4_096

/// The next line of standard input without its end; nil at the end of input.
private func readInputLine() throws -> String? {
  var bytes: [UInt8] = []
  var byte: UInt8 = 0
  while true {
    let count = retrying { read(STDIN_FILENO, &byte, 1) }
    guard count >= 0 else { throw FileError("read", "standard input", errno: errno) }
    if count == 0 { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
    if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
    guard bytes.count < longestLine else {
      throw FileError("read", "standard input", "a line is longer than \(longestLine) bytes")
    }
    bytes.append(byte)
  }
}
