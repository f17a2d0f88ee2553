import ReplicatedLog
import RulesRuntime
import RulesSimulation

extension SimulationRun {
  /// Everything: the faults of each generation, the time after them, the death of all owners, and
  /// what their successors find.
  /// - Parameter numbers: of the faults that happen, of those that the seed draws; nil: all.
  package func play(only numbers: Set<Int>? = nil) {
    var plans = Self.plans(of: configuration)
    if let numbers {
      for index in plans.indices { plans[index].faults.removeAll { !numbers.contains($0.number) } }
    }
    begin()
    // Everybody comes in before anything goes wrong.
    run(for: .seconds(15)) { truths.allSatisfy { session(of: $0)?.isOpen == true } }
    for plan in plans where violation == nil && !isOver {
      let injector = FaultInjector(run: self)
      injector.play(plan)
      run(for: configuration.faultTime)
      injector.heal()
      settle()
      succeed()
      allowBudget()
    }
    finish()
  }

  /// The faults of each generation.
  package static func plans(of configuration: RunConfiguration) -> [FaultPlan] {
    var random = Streams(seed: configuration.seed).stream("faults")
    var plans: [FaultPlan] = []
    var number = 0
    for _ in 0..<configuration.generations {
      let plan = FaultPlan(for: configuration, random: &random, first: number)
      number += plan.faults.count
      plans.append(plan)
    }
    return plans
  }

  private func finish() {
    for core in allMachines.flatMap({ $0.process?.members.map(\.core) ?? [] }) { noteCounts(core) }
    report.simulated = world.clock.now - PoolInstant(nanoseconds: 0)
    report.turns = world.stage.turns
    report.whatIfs = whatIf.questions
    report.starts = allMachines.reduce(0) { $0 + $1.starts }
    end()
  }

  /// A number for all that has happened.
  package var fingerprint: UInt64 {
    var number = world.network.fingerprint ^ world.log.fingerprint &* 31
    for machine in allMachines {
      number = (number ^ machine.disk.fingerprint) &* 0x0000_0100_0000_01b3
    }
    return number ^ UInt64(world.stage.turns)
  }

  // MARK: - After the faults

  /// Everything must come to rest: every log open, every segment on three backups, every append
  /// acknowledged.
  private func settle() {
    guard violation == nil, !isOver else { return }
    // Declaring the dead dead, opening with all patience, and the repair itself.
    let limit = Duration.seconds(30) + configuration.suspectAfter * 2 + configuration.patience * 2
    var next = world.clock.now
    let isWell = run(for: limit) {
      guard world.clock.now >= next else { return false }
      next = world.clock.now + .milliseconds(250)
      return truths.allSatisfy { isWhole($0) }
    }
    if !isWell {
      guard violation == nil, !isOver, !noteLoss(), !noteShortage() else { return }
      for truth in truths where !isWhole(truth) { reportUnsettled(truth, after: limit) }
      return
    }
    world.log.note("all is well")
    // A connection that lost something while the network was bad is given up after five seconds.
    run(for: .seconds(8))
    checkRest()
    appendOnce()
    setOwners(areAppending: false, areOpened: true)
    run(for: .seconds(30)) { truths.allSatisfy { session(of: $0)?.outstanding == 0 } }
  }

  /// The last copy of something may have been destroyed, or is where a disk that was tampered with does
  /// not let its backup start, and nobody can have the log any more: that is what is to be said then.
  /// The run is over.
  private func noteLoss() -> Bool {
    let usable = backups.filter { $0.process != nil || !$0.isUntrusted }
    // What was spared for an older owner's copy may be the only replica by now.
    let mayLackTheOnly = configuration.settings.replicas == 1 && report.hasDestroyed
    let isExpected = configuration.mayLoseAll || usable.count < backups.count || mayLackTheOnly
    let lost = truths.filter { truth in
      // Of a log of which nothing was acknowledged everything may have been destroyed.
      (isExpected || report.hasDestroyed && truth.acknowledged.isEmpty)
        && !whatIf.isThere(truth, usable)
    }
    guard !lost.isEmpty else { return false }
    for truth in lost where session(of: truth)?.isOpen != true && !truth.isKnownToBeMissing {
      let told = truth.refusal.map { "that \($0)" } ?? "nothing"
      report(Violation(.s10, "data of \(truth.name) are lost, and who opens it is told \(told)"))
    }
    report.losses += 1
    world.log.note("data are lost, and no log is opened without them")
    isOver = true
    return true
  }

  /// Fewer backups than a segment has replicas can start, because of what is on their disks: nobody
  /// can expect more than that the others wait. The run is over.
  private func noteShortage() -> Bool {
    guard backups.count(where: \.isUsable) < configuration.settings.replicas else { return false }
    report.shortages += 1
    world.log.note("too few backups are left")
    isOver = true
    return true
  }

  func isWhole(_ truth: LogTruth) -> Bool {
    guard let session = session(of: truth), session.isOpen, let status = session.status else {
      return false
    }
    return status.segments.allSatisfy { segment in
      segment.replicas.allSatisfy { $0.header == .committed && !$0.repairing }
    } && status.segments.dropLast().allSatisfy(\.isReplicated)
  }

  private func reportUnsettled(_ truth: LogTruth, after time: Duration) {
    guard let session = session(of: truth) else {
      return report(
        Violation(.l4, "\(truth.name) has no owner \(time) after the last fault"))
    }
    guard session.isOpen else {
      return report(
        Violation(
          .l4, "owner \(session.number) of \(truth.name) is still opening it after \(time)"))
    }
    let waits = session.waiting.prefix(4).joined(separator: "; ")
    report(
      Violation(
        .l2,
        "\(truth.name) is not on three backups everywhere \(time) after the last fault: \(waits)"
      ))
  }

  /// Some append is acknowledged soon. An owner may have to learn first that it is none any more, or that
  /// a connection that nobody used is dead.
  private func appendOnce() {
    allowBudget()
    let before = truths.map { truth in
      session(of: truth)?.append()
      return truth.owners.map(\.acknowledged).reduce(0, +)
    }
    let limit = Duration.seconds(15) + configuration.delay.upperBound * 20
    var late: [LogTruth] = []
    let isDone = run(for: limit) {
      late = zip(truths, before).filter { $0.owners.map(\.acknowledged).reduce(0, +) <= $1 }
        .map(\.0)
      return late.isEmpty
    }
    // A takeover may have begun before: it finds what is lost, or that a backup is gone whose disk is beyond
    // use, only now.
    guard !isDone, !isOver, !noteLoss(), !noteShortage() else { return }
    let states = late.map { truth in
      let waiting = session(of: truth)?.waiting.prefix(4).joined(separator: "; ")
      return "\(truth.name): \(waiting ?? "no owner")"
    }
    report(
      Violation(
        .l3,
        "no append was acknowledged within \(limit) after all was well; "
          + states.joined(separator: "; ")))
  }

  // MARK: - The next owners

  /// All owners die at once; the next ones find everything.
  private func succeed() {
    guard violation == nil, !isOver else { return }
    setOwners(areAppending: false, areOpened: false)
    for name in machines.keys.sorted() where name.hasPrefix("m") || name == "z" {
      machine(name)?.kill(restartAfter: nil)
    }
    run(for: .milliseconds(Int64(chanceOfMilliseconds)))
    setOwners(areAppending: false, areOpened: true)
    for name in machines.keys.sorted() where name.hasPrefix("m") || name == "z" {
      machine(name)?.turnOn()
    }
    openLogs()
    let limit = configuration.patience * 2 + .seconds(30)
    let isOpen = run(for: limit) { truths.allSatisfy { session(of: $0)?.isOpen == true } }
    if !isOpen {
      guard violation == nil, !isOver, !noteLoss(), !noteShortage() else { return }
      for truth in truths where session(of: truth)?.isOpen != true {
        report(
          Violation(.l4, "\(truth.name) has no owner \(limit) after the last one died"))
      }
      return
    }
    for truth in truths { read(truth) }
    setOwners(areAppending: true, areOpened: true)
  }

  /// Reads a whole log and compares.
  func read(_ truth: LogTruth) {
    guard violation == nil, !isOver else { return }
    var check = ReadCheck(truth, shown: follower?.truth === truth ? follower?.shown ?? [:] : [:])
    var end: Result<LogReadSummary, LogError>?
    let process = SimulatedProcess(
      name: "r#\(report.reads)", machine: readerMachine, stage: world.stage)
    var configuration = LogConfiguration(
      coordinator: coordinatorAddress, name: truth.name,
      segmentCapacity: self.configuration.segmentCapacity, patience: self.configuration.patience,
      log: world.log.log(for: "\(process.name) \(truth.name)"), seed: 0)
    configuration.host = process.host
    do {
      process.run(
        try LogReading(
          core: process.makeCore("read \(report.reads)"), configuration: configuration,
          each: { [unowned self] position, record in report(check.add(position, record)) },
          ended: { end = $0 }))
    } catch {
      report(Violation(.l4, "\(truth.name) cannot be read: \(error)"))
    }
    report.reads += 1
    run(for: self.configuration.patience * 2 + .seconds(30)) { end != nil }
    process.die(audit: noteCounts)
    guard violation == nil, !isOver else { return }
    report.recordsRead += check.records
    switch end {
    case .success: report(check.finish())
    case .failure(let error): report(Violation(.l4, "\(truth.name) cannot be read: \(error)"))
    case nil: report(Violation(.l4, "reading \(truth.name) does not end"))
    }
  }
}
