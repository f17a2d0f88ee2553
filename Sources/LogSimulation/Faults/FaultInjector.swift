import ReplicatedLog
import RulesRuntime
import RulesSimulation

/// Has the faults of a plan happen in a run, and ends them.
final class FaultInjector {
  private unowned let run: SimulationRun
  private var timers: [PoolTimer] = []
  /// Faults of before heal are not ended by them.
  private var isActive = false

  init(run: SimulationRun) { self.run = run }

  private var world: SimulatedWorld { run.world }

  /// From now on the faults happen at their times.
  func play(_ plan: FaultPlan) {
    isActive = true
    for fault in plan.faults {
      after(fault.time) { injector in injector.inject(fault) }
    }
  }

  /// Everything that is still wrong is made right, but for what is lost.
  func heal() {
    isActive = false
    for timer in timers { timer.cancel() }
    timers = []
    world.rules.removeAll()
    world.log.note("all faults end")
    world.network.apply(.unblock(.all))
    world.network.apply(
      .conditions(LinkConditions(delay: run.configuration.delay), .all))
    for machine in run.allMachines {
      machine.disk.faults = DiskFaults()
      machine.stop = nil
      machine.resume()
      if machine.name != "z" || machine.process != nil { machine.turnOn() }
    }
  }

  private func after(_ time: Duration, _ body: @escaping (FaultInjector) -> Void) {
    timers.append(
      world.director.schedule(after: time) { [weak self] in
        guard let self, isActive else { return }
        body(self)
      })
  }

  private func inject(_ fault: Fault) {
    guard run.violation == nil, perform(fault) else { return }
    run.report.faults[fault.kind, default: 0] += 1
    world.log.mark(UInt64(fault.number))
  }

  /// - Returns: false when it did not happen.
  private func perform(_ fault: Fault) -> Bool {
    switch fault.action {
    case .kill(let name, let time):
      run.machine(name)?.kill(restartAfter: time)
    case .powerCut(let name, let time):
      if let machine = run.machine(name) { stop(machine, restartAfter: time) }
    case .stopInCall(let name, let calls, let losesPower, let time):
      stopInCall(name, calls, losesPower: losesPower, time)
    case .pause(let name, let time):
      guard let machine = run.machine(name), machine.process != nil else { return false }
      machine.pause(for: time)
    case .atRule(let point, let time):
      waitFor(point, time)
      return false
    case .takeover(let log): run.takeOver(log)
    case .conditions(let conditions, let time):
      note("all links: \(fault.kind.rawValue) for \(time)")
      world.network.apply(.conditions(conditions, .all))
      after(time) {
        $0.world.network.apply(
          .conditions(LinkConditions(delay: $0.run.configuration.delay), .all))
      }
    case .reset(let name):
      note("all connections of \(name) break")
      world.network.apply(.resetAll(.of(name)))
    case .partition(let some, let others, let block, let oneWay, let time):
      let links: Links = oneWay ? .from(some, to: others) : .between(some, others)
      note("\(block) \(oneWay ? "from" : "between") \(some) and \(others) for \(time)")
      world.network.apply(.block(block, links))
      after(time) { $0.world.network.apply(.unblock(links)) }
    case .wipe(let name, let time): return wipe(name, time)
    case .olderDisk(let name, let time): return bringBackOlder(name, time)
    case .swappedDisks(let one, let other, let time): return swapDisks(one, other, time)
    default: return performOnDisk(fault)
    }
    return true
  }

  private func waitFor(_ point: RulePoint, _ time: Duration) {
    world.rules.wait(for: point) { [unowned self] machine in
      after(point.delay) { $0.strike(point, at: machine, time) }
    }
  }

  private func strike(_ point: RulePoint, at machine: Machine, _ time: Duration) {
    let victim: Machine? =
      switch point.victim {
      case .itself: machine
      case .machine(let name): run.machine(name)
      }
    guard let victim, victim.process != nil else { return }
    run.report.faults[.atRule, default: 0] += 1
    run.report.points[point.rule, default: 0] += 1
    note("\(point.rule) of \(machine.name) has fired \(point.delay) ago: \(victim.name)")
    switch point.strike {
    case .kill: victim.kill(restartAfter: time)
    case .powerCut: stop(victim, restartAfter: time)
    case .pause: victim.pause(for: time)
    }
  }

  /// The machine loses its power; one whose memory is promised to survive is killed instead.
  private func stop(_ machine: Machine, restartAfter time: Duration? = nil) {
    if mayLosePower(machine.name) {
      machine.cutPower(restartAfter: time)
    } else {
      machine.kill(restartAfter: time)
    }
  }

  /// What a log keeps in memory is not promised to survive the power of its backups: they die only.
  private func mayLosePower(_ name: String) -> Bool {
    run.configuration.settings.durability == .disk
      || !run.configuration.backupNames.contains(name)
  }

  private func note(_ text: String) { world.log.note(text) }

  private func stopInCall(_ name: String, _ calls: Int, losesPower: Bool, _ time: Duration) {
    guard let machine = run.machine(name) else { return }
    note("\(name) will stop in its call \(calls)")
    machine.disk.faults.callsToLive = calls
    let losesPower = losesPower && mayLosePower(name)
    machine.stop = { [unowned machine] in
      if losesPower {
        machine.cutPower(restartAfter: time)
      } else {
        machine.kill(restartAfter: time)
      }
    }
  }

  // MARK: - Disks

  private func performOnDisk(_ fault: Fault) -> Bool {
    switch fault.action {
    case .full(let name, let room, let time):
      guard let disk = disk(name) else { return false }
      note("\(name): \(room) bytes are left on the disk for \(time)")
      disk.faults.capacity = disk.contents.allocated + room
      after(time) { $0.disk(name)?.faults.capacity = nil }
    case .writes(let name, let count): disk(name)?.faults.failingWrites += count
    case .reads(let name, let count): disk(name)?.faults.failingReads += count
    case .syncs(let name, let count):
      // What a log keeps in memory is not synced until its backup starts again; a sync that fails loses it.
      guard mayLosePower(name) || distrust(name) else { return false }
      disk(name)?.faults.failingSyncs += count
    case .lostSyncs(let name, let count):
      guard distrust(name) else { return false }
      note("\(name): \(count) syncs will be lost")
      disk(name)?.faults.lostSyncs += count
    case .misdirectedWrites(let name, let count):
      // On one machine only: all copies of what is written meanwhile may go to such ones.
      guard !run.backups.contains(where: \.isUntrusted), distrust(name) else { return false }
      note("\(name): \(count) writes will go to another file")
      disk(name)?.faults.misdirectedWrites += count
    case .shortWrites(let name, let rate, let time):
      disk(name)?.faults.shortWriteRate = rate
      after(time) { $0.disk(name)?.faults.shortWriteRate = 0 }
    case .descriptors(let name, let limit, let time):
      note("\(name): at most \(limit) open files for \(time)")
      disk(name)?.faults.descriptorLimit = limit
      after(time) { $0.disk(name)?.faults.descriptorLimit = nil }
    case .slowDisk(let name, let range, let time):
      note("\(name): syncs take up to \(range.upperBound) for \(time)")
      disk(name)?.faults.syncTime = range
      after(time) { $0.disk(name)?.faults.syncTime = nil }
    case .bit(let name):
      guard distrust(name), let path = disk(name)?.flipBit() else { return false }
      note("\(name): a bit of \(path) flips")
    case .unreadable(let name):
      guard let machine = run.machine(name), run.spares(name) else { return false }
      let before = machine.disk.contents
      guard let path = machine.disk.spoilFile() else { return false }
      // That a copy cannot be read is an answer, too: nobody opens a log that may have more.
      guard run.spares(nil) else {
        run.setDisk(of: machine, to: before)
        return false
      }
      run.report.hasDestroyed = true
      note("\(name): \(path) cannot be read any more")
    default: return false
    }
    return true
  }

  private func disk(_ name: String) -> SimulatedDisk? { run.machine(name)?.disk }

  /// The machine's disk is tampered with; what it says of the end of a log may be too little from now
  /// on.
  /// - Returns: false when others depend on it.
  private func distrust(_ name: String) -> Bool {
    guard run.spares(name), let machine = run.machine(name) else { return false }
    machine.isUntrusted = true
    run.report.hasDestroyed = true
    return true
  }

  private func wipe(_ name: String, _ time: Duration) -> Bool {
    guard let machine = run.machine(name), run.spares(name) else { return false }
    machine.cutPower(restartAfter: nil)
    run.setDisk(of: machine, to: DiskContents())
    machine.disk.faults = DiskFaults()
    machine.olderContents = nil
    machine.isUntrusted = false
    run.report.hasDestroyed = true
    note("\(name) has an empty disk")
    machine.turnOn(after: time)
    return true
  }

  private func swapDisks(_ one: String, _ other: String, _ time: Duration) -> Bool {
    guard mayLosePower(one), let one = run.machine(one), let other = run.machine(other)
    else { return false }
    note("\(one.name) and \(other.name) have each other's disks")
    for machine in [one, other] {
      stop(machine)
      machine.olderContents = nil
    }
    let contents = one.disk.contents
    run.setDisk(of: one, to: other.disk.contents)
    run.setDisk(of: other, to: contents)
    swap(&one.disk.faults, &other.disk.faults)
    swap(&one.isUntrusted, &other.isUntrusted)
    for machine in [one, other] {
      // In which call the machine stops is not the disk's.
      machine.disk.faults.callsToLive = nil
      machine.stop = nil
      machine.turnOn(after: time)
    }
    return true
  }

  /// The first time a picture of the disk is taken, the second time it comes back.
  private func bringBackOlder(_ name: String, _ time: Duration) -> Bool {
    guard let machine = run.machine(name) else { return false }
    guard let older = machine.olderContents else {
      machine.olderContents = machine.disk.contents
      return false
    }
    guard distrust(name) else { return false }
    machine.cutPower(restartAfter: nil)
    run.setDisk(of: machine, to: older)
    machine.disk.cutPower()
    machine.olderContents = nil
    note("\(name) has an older disk")
    machine.turnOn(after: time)
    return true
  }
}
