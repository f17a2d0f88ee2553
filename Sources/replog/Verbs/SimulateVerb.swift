import Glibc
import LogSimulation
import RulesRuntime

extension Verb {
  static let simulate = Verb(
    name: "simulate",
    summary: "run whole clusters in a simulated world with faults, and check them",
    details: """
      Everything is as in production - the rules, the servers, the protocol, the storage - but for
      the clock, the network, the disks and the random numbers, which a seed decides. Each seed
      draws its own cluster, workload and faults; the same seed gives the same run. Exit code 0:
      nothing was found wrong, 1: something was.

      Scenarios:
      \(Scenario.all.map { "  \($0.name.padded(to: 12))\($0.summary)" }.joined(separator: "\n"))
      """,
    flags: [
      Flag("--seed", "N", "the first seed (default: a random one)"),
      Flag("--seeds", "N", "how many seeds (default: 1 with --seed, else 100)"),
      Flag("--minutes", "N", "begin no further seed or hunt of a mutant after so many minutes"),
      Flag("--scenario", "NAME", "a choice of faults instead of those that seeds draw"),
      Flag("--only", "N,N", "of one seed's faults only those of these numbers"),
      Flag("--shrink", "look for fewer faults with which the first failing seed still fails"),
      Flag("--planted", "LIST", "hunt these planted bugs, B7,B16 or all, and print a table"),
      Flag("--mutants", "LIST", "hunt mutants of these rules, Segment or Segment:17 or all"),
      Flag("--survivors", "FILE", "mutants that may survive, MUTANT  // REASON; others fail"),
      Flag("--doubt", "N", "hunt N of those that may survive, too, drawn by the seed"),
      Flag("--kills", "FILE", "the seeds that found mutants, SEED  MUTANT: hunts begin with them"),
      Flag("--write-kills", "FILE", "write the seeds that found mutants this time"),
      Flag("--jobs", "N", "processes that hunt mutants at a time (default: 1)"),
      Flag("--seconds", "N", "processor time for each bug or mutant (default: 20)"),
      Flag("--hunt", "NAME", "hunt one bug or mutant, and write a line for programs"),
      Flag("--verbose", "write all that happens in one seed's run"),
    ], run: SimulateVerb.run)
}

enum SimulateVerb {
  /// Lines of a failed run that are shown.
  private static let shownLines = 12

  static func run(_ options: Options, _ console: Console) async throws -> ExitCode {
    let scenario = try options.string("--scenario").map { name throws(CommandFailure) in
      guard let scenario = Scenario.named(name) else {
        let names = Scenario.all.map(\.name)
        throw CommandFailure(
          "--scenario \(name): there is no such scenario\(suggestion(name, names)) "
            + "(see replog simulate --help)")
      }
      return scenario
    }
    let isOne = options.has("--seed")
    let first =
      isOne
      ? UInt64(try options.integer("--seed", in: 0...Int.max, default: 0))
      : UInt64.random(in: 0..<1 << 32)
    let minutes = try options.integer("--minutes", in: 1...1_000_000, default: 0)
    let isTimed = options.has("--minutes")
    let count = try options.integer(
      "--seeds", in: 1...1_000_000_000, default: isTimed ? 0 : isOne ? 1 : 100)
    let numbers = try options.string("--only").map { text throws(CommandFailure) in
      try faultNumbers(text)
    }
    Signals.handle { _ in ExitCode.interrupted.exit() }
    if let exit = try hunt(options, console) { return exit }

    var campaign = Campaign(clock: SystemClock(), scenario: scenario)
    if options.has("--verbose") || numbers != nil {
      let echo: ((String) -> Void)? = options.has("--verbose") ? { console.line($0) } : nil
      let configuration = campaign.configuration(seed: first)
      let result = SeedResult(configuration, only: numbers, minimum: .info, echo: echo)
      return show(result, scenario, console)
    }
    campaign.run(
      from: first, count: count > 0 ? count : nil,
      limit: isTimed ? .seconds(minutes * 60) : nil
    ) { tell($0, scenario, console) }
    console.write(SimulationSummary(campaign: campaign, first: first).text)
    if options.has("--shrink"), let failure = campaign.failures.first {
      shrink(failure, scenario, console)
    }
    return campaign.failures.isEmpty ? .success : .failure
  }

  /// Runs seeds with something wrong on purpose; nil: that is not what is wanted.
  private static func hunt(
    _ options: Options, _ console: Console
  ) throws(CommandFailure) -> ExitCode? {
    var limits = Hunt.Limits()
    limits.seeds = try options.integer("--seeds", in: 1...1_000_000, default: 300)
    limits.time = .seconds(try options.integer("--seconds", in: 1...1_000_000, default: 20))
    let first = UInt64(try options.integer("--seed", in: 0...Int.max, default: 1))
    let hunts = Hunts(first: first, limits: limits)
    if let name = options.string("--hunt") {
      let isMutant = name.contains(":")
      let list = isMutant ? try Hunts.mutants(name) : try Hunts.bugs(name)
      for mutation in list {
        guard options.has("--verbose") else {
          hunts.hunt(mutation, console)
          continue
        }
        _ = Hunt.replay(mutation, seed: first) { console.line($0) }
      }
      return .success
    }
    if let list = options.string("--planted") {
      return try hunts.table(ofBugs: try Hunts.bugs(list), console)
    }
    if let list = options.string("--mutants") {
      return try mutants(hunts, list, options, console)
    }
    return nil
  }

  private static func mutants(
    _ hunts: Hunts, _ list: String, _ options: Options, _ console: Console
  ) throws(CommandFailure) -> ExitCode {
    let mutants = try Hunts.mutants(list)
    var all = MutantHunts { (mutant, first) throws(CommandFailure) in
      let child = try hunts.begin(mutant, from: first)
      return { hunts.end(child) }
    }
    all.first = hunts.first
    if let path = options.string("--survivors") {
      all.survivors = try KnownSurvivors(path: path)
      let open = Mutation.mutants.filter { !$0.isSame }.map(\.summary)
      if let line = all.survivors.unused(among: open).first {
        throw CommandFailure(
          "\(line): there is no such mutant, or it changes nothing (see rulesc mutants)")
      }
    }
    if options.has("--doubt") { try doubt(&all, mutants, options, console) }
    if let path = options.string("--kills") { all.knownKills = try KnownKills(path: path) }
    if options.has("--minutes") {
      all.limit = .seconds(try options.integer("--minutes", in: 1...1_000_000, default: 1) * 60)
    }
    all.jobs = try options.integer("--jobs", in: 1...64, default: 1)
    let exit = try all.hunt(mutants) { console.line($0) }
    if let path = options.string("--write-kills") { try FileBytes.write(all.kills.text, to: path) }
    return exit
  }

  /// Has some of those that are known to survive hunted all the same: it may be true no more.
  private static func doubt(
    _ all: inout MutantHunts, _ mutants: [Mutation], _ options: Options, _ console: Console
  ) throws(CommandFailure) {
    guard options.has("--survivors") else {
      throw CommandFailure("--doubt: of which? (see --survivors in replog simulate --help)")
    }
    let count = try options.integer("--doubt", in: 1...1_000_000, default: 1)
    let seed = options.has("--seed") ? all.first : UInt64.random(in: 0..<1 << 32)
    all.doubted = all.survivors.draw(
      count, among: mutants.filter { !$0.isSame }.map(\.summary), seed: seed)
    all.doubtedFirst = seed
    console.line(
      "\(all.doubted.count) of those that are known to survive are hunted, too, drawn by --seed \(seed)"
    )
  }

  private static func faultNumbers(_ text: String) throws(CommandFailure) -> Set<Int> {
    var numbers: Set<Int> = []
    for part in text.split(separator: ",") {
      guard let number = Int(part), number >= 0 else {
        throw CommandFailure("--only \(text): not numbers with commas (see replog simulate --help)")
      }
      numbers.insert(number)
    }
    return numbers
  }

  private static func show(
    _ result: SeedResult, _ scenario: Scenario?, _ console: Console
  ) -> ExitCode {
    tell(result, scenario, console)
    console.line(
      "seed \(result.seed): \(result.configuration.summary); trace \(hexadecimal(result.fingerprint))"
    )
    return result.violation == nil ? .success : .failure
  }

  private static func tell(_ result: SeedResult, _ scenario: Scenario?, _ console: Console) {
    guard let line = result.failureLine else { return }
    console.line(line)
    for line in result.lines.suffix(shownLines) { console.line("  \(line)") }
    console.line("  again: \(replay(result.seed, scenario)) --verbose")
  }

  private static func replay(_ seed: UInt64, _ scenario: Scenario?) -> String {
    "replog simulate --seed \(seed)" + (scenario.map { " --scenario \($0.name)" } ?? "")
  }

  private static func shrink(
    _ failure: SeedResult, _ scenario: Scenario?, _ console: Console
  ) {
    guard let smallest = Shrinker.shrink(failure.configuration) else {
      console.line("seed \(failure.seed) does not fail again: the simulation is at fault")
      return
    }
    console.line(
      "seed \(failure.seed) needs \(counted(smallest.faults.count, "fault")) to break "
        + "\(smallest.violation.invariant.name) after \(grouped(smallest.events)) events:")
    for fault in smallest.faults {
      console.line("  \(fault.number) after \(fault.time): \(fault.action)")
    }
    let numbers = smallest.faults.map { String($0.number) }.joined(separator: ",")
    console.line("  again: \(replay(failure.seed, scenario)) --only \(numbers) --verbose")
  }
}

/// `00f3a1`, sixteen digits.
func hexadecimal(_ number: UInt64) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
