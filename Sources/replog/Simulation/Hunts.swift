import Glibc
import LogSimulation
import PlantedBugs

/// `replog simulate --planted` and `--mutants`: every mistake of a list is hunted in a process of its own,
/// which it may bring down, and the table says what became of it. That of mutants is `MutantHunts`.
struct Hunts {
  /// How a build gets what is hunted.
  private static let build =
    "RULES_MUTANTS=1 swift build -c release --traits PlantedBugs --scratch-path .build-planted "
    + "--product replog"

  var first: UInt64
  var limits: Hunt.Limits

  // MARK: - What is hunted

  /// The planted bugs of a list of names, or `all`.
  static func bugs(_ list: String) throws(CommandFailure) -> [Mutation] {
    guard Planting.areCompiled else {
      throw CommandFailure("this replog has no planted bugs; build one that has: \(build)")
    }
    let all = PlantedBug.allCases
    var bugs: [Mutation] = []
    if list == "all" {
      bugs = all.map(Mutation.bug)
    } else {
      for name in list.split(separator: ",").map(String.init) {
        guard let bug = PlantedBug(rawValue: name) else {
          throw CommandFailure(
            "--planted \(name): there is no such bug\(suggestion(name, all.map(\.rawValue)))")
        }
        bugs.append(.bug(bug))
      }
    }
    if let missing = bugs.first(where: { !$0.isCompiled }) {
      throw CommandFailure(
        "\(missing.name) is a change of the rules, which were compiled without mutants; build: \(build)"
      )
    }
    return bugs
  }

  /// The mutants of a list of tasks (`Segment`) and single ones (`Segment:17`), or `all`.
  static func mutants(_ list: String) throws(CommandFailure) -> [Mutation] {
    let all = Mutation.mutants
    guard !all.isEmpty else {
      throw CommandFailure("this replog's rules have no mutants; build one whose have: \(build)")
    }
    if list == "all" { return all }
    var mutants: [Mutation] = []
    for name in list.split(separator: ",").map(String.init) {
      let found = all.filter { mutant in
        let own = mutant.name.replacing(" ", with: ":")
        return own == name || own.hasPrefix(name + ":")
      }
      guard !found.isEmpty else {
        throw CommandFailure("--mutants \(name): there is no such mutant (see rulesc mutants)")
      }
      mutants += found
    }
    return mutants
  }

  // MARK: - One of them

  /// Address space of a process that hunts, in bytes: four times what one run may take.
  private static let memoryLimit = 4 << 30
  /// Seconds that the last seed of a hunt may take, which begins before the time is over: many times
  /// what any takes.
  private static let lastSeed = 10

  /// Hunts one in this process, and writes a line about it.
  func hunt(_ mutation: Mutation, _ console: Console) {
    ProcessBounds.set(
      memory: Self.memoryLimit, seconds: Int(limits.time.components.seconds) + Self.lastSeed)
    var limits = limits
    limits.growth.peakMemory = { ProcessBounds.peakMemory }
    let result = Hunt(limits: limits, clock: ProcessorClock()).run(mutation, from: first)
    console.line(HuntLine(result).line)
  }

  /// Lets another process hunt one.
  func begin(
    _ mutation: Mutation, from first: UInt64
  ) throws(CommandFailure) -> ChildProcess {
    // What it is brought down by is of no interest.
    setenv("SWIFT_BACKTRACE", "enable=no", 1)
    let name = mutation.name.replacing(" ", with: ":")
    return try ChildProcess(
      name: name,
      arguments: [
        "simulate", "--hunt", name, "--seed", "\(first)", "--seeds", "\(limits.seeds)",
        "--seconds", "\(limits.time.components.seconds)",
      ], log: "/dev/null")
  }

  /// Waits for what it found.
  func end(_ child: ChildProcess) -> HuntLine {
    // A seed that goes on and on is ended, too: real time, on a machine that may be busy.
    let line = child.firstLine(within: limits.time * 6 + .seconds(60))
    if line == nil, child.endedHow() == nil { child.wait(atMost: .milliseconds(200)) }
    let how = child.endedHow()
    if how == nil { child.killAtOnce() }
    child.wait(atMost: .seconds(10))
    return line.flatMap(HuntLine.init) ?? HuntLine(endedWith: how ?? "no end")
  }

  // MARK: - The table of bugs

  /// Hunts all, and writes a row for each at once.
  /// - Returns: failure when one was missed, or what is no mistake was taken for one.
  func table(ofBugs bugs: [Mutation], _ console: Console) throws(CommandFailure) -> ExitCode {
    console.line(Self.row("bug", "seeds", "sim. s", "CPU s", "caught by", "what is changed"))
    var asExpected = 0
    var found = 0
    var unsound = 0
    for bug in bugs {
      let result = end(try begin(bug, from: first))
      if result.invariant != nil { found += 1 }
      let verdict = self.verdict(bug, result)
      if verdict.isAsExpected { asExpected += 1 }
      console.line(
        Self.row(
          bug.name, "\(result.seeds)", grouped(result.simulatedSeconds),
          decimal(result.processorSeconds), verdict.text, bug.summary))
      unsound += result.unsound
      if !result.text.isEmpty { console.line("        \(result.text.prefix(150))") }
    }
    console.line(
      "\(counted(bugs.count, "bug")): \(found) found, \(asExpected) as expected; "
        + "\(counted(unsound, "seed")) not counted, which showed something without the bug too")
    for bug in PlantedBug.impossible { console.line("not counted: \(bug.name), \(bug.reason)") }
    return asExpected == bugs.count ? .success : .failure
  }

  private func verdict(
    _ mutation: Mutation, _ result: HuntLine
  ) -> (text: String, isAsExpected: Bool) {
    guard case .bug(let bug) = mutation else { return ("", true) }
    switch (bug.facts.expectation, result.invariant) {
    case (.found, let invariant?): return (invariant, true)
    case (.found, nil): return ("MISSED", false)
    case (.silence, nil): return ("nothing, as it should be", true)
    case (.masked(let by), nil): return ("nothing: \(by) hides it", true)
    case (.silence, let invariant?), (.masked, let invariant?):
      return ("\(invariant), UNEXPECTED", false)
    }
  }

  private static func row(
    _ name: String, _ seeds: String, _ simulated: String, _ time: String, _ caught: String,
    _ summary: String
  ) -> String {
    name.padded(to: 6) + seeds.rightAligned(to: 6) + simulated.rightAligned(to: 9)
      + time.rightAligned(to: 7) + "  " + caught.padded(to: 24) + "  " + summary
  }
}
