import LogServices
import PlantedBugs
import ReplicatedLog
import RulesNetwork
import RulesRuntime
import RulesSimulation

/// One run: a cluster from a seed, its faults, and what must hold.
package final class SimulationRun {
  // `@exclusivity(unchecked)`: sound, because a world is on one thread, and nobody is called back while one of
  // these changes.

  package let configuration: RunConfiguration
  package let world: SimulatedWorld
  /// The first thing that was wrong.
  @exclusivity(unchecked) package private(set) var violation: Violation?
  /// What it was about so far.
  package internal(set) var report = RunReport()
  let coordinatorAddress = NetworkAddress(host: "c", port: 4100)
  private(set) var machines: [String: Machine] = [:]
  private(set) var truths: [LogTruth] = []
  /// Who follows one of the logs.
  private(set) var follower: LogFollower?
  /// Where each log's owner should be.
  private var seats: [String] = []
  private var spent: [Int] = []
  private(set) var whatIf: WhatIf
  /// Something is lost for good, and that was said.
  @exclusivity(unchecked) var isOver = false
  /// Whether owners append by themselves.
  private(set) var isAppending = true
  /// Whether owners that ended are opened again.
  private var isOwning = true
  private var chance: SplitMix64
  /// Where readers are.
  let readerMachine: Machine
  /// Bytes that owners may append to one log.
  private let budget: Int
  @exclusivity(unchecked) private var growth: GrowthWatch

  /// A cluster that is off.
  /// - Parameter echo: gets every line of the run's log at once.
  package init(
    _ configuration: RunConfiguration, limits: GrowthLimits = GrowthLimits(),
    minimum: RuleLog.Level = .notice, echo: ((String) -> Void)? = nil
  ) {
    self.configuration = configuration
    growth = GrowthWatch(limits)
    world = SimulatedWorld(
      seed: configuration.seed, conditions: LinkConditions(delay: configuration.delay),
      minimum: minimum, echo: echo)
    chance = world.streams.stream("chance")
    budget = configuration.byteBudget
    readerMachine = world.machine("r") { _ in RandomSource(SplitMix64(seed: 0)) }
    whatIf = WhatIf(settings: configuration.settings, random: world.streams.stream("what if"))
    makeMachines()
    whatIf.coordinator = machines["c"]
    world.audit = { [unowned self] in noteCounts($0) }
  }

  // MARK: - The cluster

  private func makeMachines() {
    machines["c"] = world.machine("c") { [unowned self] in try startCoordinator($0) }
    for name in configuration.backupNames {
      let machine = world.machine(name) { [unowned self] in try startBackup(name, $0) }
      machine.isBroken = { [unowned self, unowned machine] in replaceDisk(of: machine) }
      machines[name] = machine
    }
    for master in 1...configuration.masters { addMaster("m\(master)") }
    // Where a log's owner goes when it is taken over.
    addMaster("z")
    for index in 0..<configuration.masters * configuration.logsOfMaster {
      truths.append(LogTruth(index: index))
      seats.append("m\(1 + index / configuration.logsOfMaster)")
      spent.append(0)
    }
  }

  /// The disk is of no use any more; its operator puts an empty one in, if nothing depends on it.
  private func replaceDisk(of machine: Machine) {
    guard spares(machine.name) else { return }
    world.log.note("\(machine.name) gets a new disk")
    setDisk(of: machine, to: DiskContents())
    machine.disk.faults = DiskFaults()
    machine.isUntrusted = false
    report.hasDestroyed = true
  }

  /// Other contents than what the machine itself has written.
  func setDisk(of machine: Machine, to contents: DiskContents) {
    machine.disk.contents = contents
    whatIf.forget(machine)
  }

  /// Whether all acknowledged data would survive without a machine's disk; nil: with what there is.
  func spares(_ name: String?) -> Bool {
    if configuration.mayLoseAll { return true }
    let survives = truths.allSatisfy { whatIf.survives($0, backups, without: name) }
    if !survives { report.spared += 1 }
    return survives
  }

  private func addMaster(_ name: String) {
    machines[name] = world.machine(name) { [unowned self] process in
      MasterProgram(process: process, run: self)
    }
  }

  private func startCoordinator(_ process: SimulatedProcess) throws -> AnyObject {
    var configuration = CoordinatorConfiguration(
      address: coordinatorAddress, storage: .directory(WhatIf.directory),
      pingInterval: self.configuration.pingInterval,
      suspectAfter: self.configuration.suspectAfter, log: world.log.log(for: process.name))
    configuration.files = process.files
    configuration.host = process.host
    let service = try CoordinatorService(
      core: process.makeCore("coordinator"), configuration: configuration)
    // It has read its state, and others will be told of it.
    if machines["c"]?.disk.contents.hasPendingRenames(in: WhatIf.directory) == true {
      report(Violation(.s6, "a coordinator begins with what a loss of power would take back"))
    }
    return service
  }

  private func startBackup(_ name: String, _ process: SimulatedProcess) throws -> AnyObject {
    var configuration = BackupConfiguration(
      address: NetworkAddress(host: name, port: 4101), coordinator: coordinatorAddress,
      directory: WhatIf.directory, enlistTimeout: .seconds(10),
      log: world.log.log(for: process.name))
    configuration.files = process.files
    configuration.host = process.host
    configuration.scrub = ScrubPace(bytesPerSecond: 256 << 10, rest: .seconds(4))
    configuration.collectPause = .seconds(3)
    let confined = Confined(value: (self, process))
    configuration.syncer = machines[name]?.syncer(for: process) { error in
      (confined.value.1.program as? BackupService)?.syncEnded(error)
    }
    return try BackupService(
      core: process.makeCore("backup"), configuration: configuration,
      started: { result in
        let (run, process) = confined.value
        run.backupStarted(name, process, result)
      },
      ended: { reason in
        let (run, process) = confined.value
        run.backupEnded(name, process, reason)
      })
  }

  private func backupStarted(
    _ name: String, _ process: SimulatedProcess, _ result: Result<ServerID, ServiceError>
  ) {
    guard let machine = machines[name], machine.process === process else { return }
    switch result {
    case .success: machine.noteStart()
    case .failure(let error):
      world.log.note("\(process.name) does not serve: \(error)")
      if error.kind == .wrongDirectory { machine.noteFailedStart() }
    }
  }

  private func backupEnded(_ name: String, _ process: SimulatedProcess, _ reason: EndReason) {
    // Not in the middle of its own turn.
    world.director.schedule(after: .zero) { [unowned self] in
      machines[name]?.end(process, restartAfter: .milliseconds(500))
    }
  }

  /// All backups' machines, in the order of their names.
  var backups: [Machine] { configuration.backupNames.compactMap { machines[$0] } }

  /// All machines, in a fixed order.
  var allMachines: [Machine] { machines.keys.sorted().compactMap { machines[$0] } }

  func machine(_ name: String) -> Machine? { machines[name] }

  // MARK: - Owners

  func session(of truth: LogTruth) -> LogSession? {
    (machines[seats[truth.index]]?.process?.program as? MasterProgram)?.session(of: truth)
  }

  /// Every owner in the world, those that were replaced too.
  var sessions: [LogSession] {
    allMachines.flatMap { ($0.process?.program as? MasterProgram)?.sessions ?? [] }
  }

  /// Has each log an owner where it should be.
  func openLogs() {
    guard isOwning else { return }
    for truth in truths {
      guard let machine = machines[seats[truth.index]] else { continue }
      if machine.process == nil { continue }
      guard let program = machine.process?.program as? MasterProgram,
        program.session(of: truth) == nil
      else { continue }
      program.open(truth)
    }
  }

  func openLater(_ truth: LogTruth) {
    world.director.schedule(after: .milliseconds(700)) { [unowned self] in openLogs() }
  }

  func sessionFailed(_ session: LogSession, _ error: any Error) {
    world.log.note("\(session.process.name): owner \(session.number): \(error)")
    report.failedOwners += 1
    openLater(session.truth)
  }

  /// Another machine's process becomes the log's owner; the present one is not told.
  func takeOver(_ index: Int) {
    guard truths.indices.contains(index) else { return }
    seats[index] =
      seats[index] == "z" ? "m\(1 + index / configuration.logsOfMaster)" : "z"
    world.log.note("\(truths[index].name) is to be owned at \(seats[index])")
    machines[seats[index]]?.turnOn()
    openLogs()
  }

  /// Watches over the owners: machines come and go.
  private func tend() {
    for session in sessions { session.look() }
    openLogs()
    world.director.schedule(after: .seconds(2)) { [unowned self] in tend() }
  }

  /// Looks at what the pools report, also at their end.
  private func inspect() {
    for core in allMachines.flatMap({ $0.process?.members.map(\.core) ?? [] }) { noteCounts(core) }
    world.director.schedule(after: .seconds(10)) { [unowned self] in inspect() }
  }

  // MARK: - What is noticed

  func report(_ violation: Violation?) {
    guard let violation, self.violation == nil, !isOver else { return }
    if isExcused(violation) {
      report.excused += 1
      isOver = true
      world.log.note("excused \(violation.invariant.name): \(violation.text)")
      return
    }
    self.violation = violation
    world.log.note("VIOLATION \(violation.invariant.name): \(violation.text)")
  }

  /// Where somebody tampered with a disk so that it knows less than it promised, an owner that finds
  /// only that one may find too little: nothing in the log can tell. Such a run says no more.
  private func isExcused(_ violation: Violation) -> Bool {
    (violation.invariant == .s1 || violation.invariant == .s2)
      && backups.contains(where: \.isUntrusted)
  }

  func acknowledged(_ truth: LogTruth, _ positions: [LogPosition]) {
    report.acknowledged += positions.count
    world.log.mark(UInt64(positions.last?.offset ?? 0) << 32 | UInt64(truth.index))
    guard violation == nil, chance.chance(configuration.whatIfRate), !whatIf.isExhausted else {
      return
    }
    report(whatIf.check(truth, backups, isStrict: isStrict))
  }

  /// Whether no disk has lost what it promised.
  private var isStrict: Bool {
    !report.hasDestroyed && backups.allSatisfy { !$0.isUntrusted }
  }

  /// Looks at what a pool itself reports.
  func noteCounts(_ core: PoolCore) {
    if let promise = Planting.takeBroken() { report(Violation(.assertion, promise)) }
    let statistics = core.metrics
    report.add(statistics, of: core.name)
    guard violation == nil else { return }
    if statistics.unexpected > 0 || statistics.undeclared > 0 {
      report(Violation(.t6, "\(core.name): a task is in a state that its rules do not know"))
    }
    if statistics.forgotten > 0 {
      report(Violation(.t1, "\(core.name): a task was forgotten"))
    }
    if statistics.stalls > 0 {
      report(Violation(.l1, "\(core.name): every task waits for another one"))
    }
  }

  /// How long nobody owns the logs, in milliseconds.
  var chanceOfMilliseconds: Int { Int.random(in: 0...3000, using: &chance) }

  func takeBudget(for truth: LogTruth) -> Bool { spent[truth.index] < budget }

  func spend(_ bytes: Int, of truth: LogTruth) { spent[truth.index] += bytes }

  // MARK: - Time

  /// Runs for a time, or until the condition holds, or something is wrong.
  /// - Returns: whether the condition came to hold.
  @discardableResult
  func run(for time: Duration, until condition: () -> Bool = { false }) -> Bool {
    guard violation == nil, !isOver else { return false }
    let end = world.stage.run(until: world.clock.now + time) {
      outgrows() || violation != nil || isOver || condition()
    }
    if end == .spinning { report(Violation(.l6, "turns without end while the clock stands still")) }
    return end == .reached && violation == nil && !isOver
  }

  /// Something grows without end, and that is reported.
  private func outgrows() -> Bool {
    let turns = world.stage.turns
    guard growth.isDue(after: turns), let problem = growth.problem(after: turns) else {
      return false
    }
    report(Violation(.u2, problem))
    return true
  }

  /// Turns everything on.
  func begin() {
    var random = world.streams.stream("start")
    machines["c"]?.turnOn()
    for machine in backups {
      machine.turnOn(after: random.duration(.zero...(.milliseconds(200))))
    }
    for master in 1...configuration.masters { machines["m\(master)"]?.turnOn() }
    if configuration.isFollowed {
      follower = LogFollower(truths[Int.random(in: truths.indices, using: &random)], run: self)
      follower?.begin()
    }
    tend()
    inspect()
  }

  /// Whether owners append by themselves, and are opened again.
  func setOwners(areAppending: Bool, areOpened: Bool) {
    isAppending = areAppending
    isOwning = areOpened
  }

  func allowBudget() { for index in spent.indices { spent[index] = 0 } }

  /// Everything that a run has made is let go.
  func end() {
    follower?.end()
    for machine in allMachines {
      machine.turnOff()
    }
    world.audit = { _ in }
    world.stage.end()
  }
}
