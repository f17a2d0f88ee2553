import LogServices
import RulesNetwork
import RulesRuntime
import RulesSimulation

/// A machine of the simulated world: a disk, a place in the network, and at most one process, which is
/// started again whenever it ends.
package final class Machine {
  // `@exclusivity(unchecked)`: sound, because a world is on one thread, and nobody is called back while one of
  // these changes.

  /// What it runs; makes all of a process.
  /// - Throws: what keeps the process from starting.
  package typealias Start = (SimulatedProcess) throws -> AnyObject

  /// Its host name in the network.
  package let name: String
  package let disk: SimulatedDisk
  package private(set) var process: SimulatedProcess?
  /// Whether it has power.
  package private(set) var isOn = true
  /// Processes started so far.
  package private(set) var starts = 0
  /// What its disk promised may not be there: somebody tampered with it.
  package var isUntrusted = false
  /// A picture of the disk of some time ago.
  package var olderContents: DiskContents?
  /// Called when its process could not start several times: somebody may look after the disk.
  package var isBroken: (() -> Void)?
  /// Starts in a row that failed.
  private var failedStarts = 0
  /// So many make a machine broken.
  private static let patience = 3
  /// What to do when the disk stops the machine in the middle of a call.
  @exclusivity(unchecked) package var stop: (() -> Void)?
  private let world: SimulatedWorld
  private let start: Start
  private var restart: PoolTimer?

  init(
    name: String, disk: SimulatedDisk, world: SimulatedWorld, start: @escaping Start
  ) {
    self.name = name
    self.disk = disk
    self.world = world
    self.start = start
  }

  func log(for process: String) -> RuleLog { world.log.log(for: process) }

  func networkHost(for process: String) -> NetworkHost {
    let network = Confined(value: world.network)
    let name = name
    let source = Confined(value: RandomSource(world.streams.stream("process \(process)")))
    return NetworkHost(
      makeTransport: { network.value.transport(for: $0, host: name) },
      random: { source.value.next() })
  }

  // MARK: - Its disk

  /// Who syncs for a process: later, as an event of the world, and never if the process is gone then.
  func syncer(
    for process: SimulatedProcess, ended: @escaping (SystemError?) -> Void
  ) -> Syncer {
    let world = Confined(value: (machine: self, process: process, ended: ended))
    let files = process.files
    return Syncer(
      begin: { order in
        let (machine, process, ended) = world.value
        machine.world.director.schedule(after: machine.disk.drawSyncTime()) {
          guard process.isAlive else { return }
          machine.run(order, on: files, for: process, ended)
        }
      },
      closeLater: { closed in for file in closed { files.close(file) } })
  }

  private func run(
    _ order: SyncOrder, on files: FileSystem, for process: SimulatedProcess,
    _ ended: (SystemError?) -> Void
  ) {
    do throws(SystemError) {
      try disk.run(order, on: files)
      ended(nil)
    } catch {
      // A machine that stopped in this call says nothing more.
      if disk.hasStopped { noteTurn(of: process) } else { ended(error) }
    }
  }

  // MARK: - Its process

  /// Starts its process; one that runs goes on.
  package func turnOn() {
    restart?.cancel()
    restart = nil
    if !isOn {
      isOn = true
      world.network.apply(.appear(host: name))
    }
    guard process == nil else { return }
    starts += 1
    let process = SimulatedProcess(name: "\(name)#\(starts)", machine: self, stage: world.stage)
    self.process = process
    do {
      process.run(try start(process))
      world.log.note("\(process.name) starts")
    } catch {
      world.log.note("\(process.name) cannot start: \(error)")
      noteFailedStart()
      end(process, restartAfter: .seconds(1))
    }
  }

  /// What is on its disk keeps its process from starting.
  package func noteFailedStart() {
    failedStarts += 1
    if failedStarts >= Self.patience { isBroken?() }
  }

  /// Its process does what it is for.
  package func noteStart() { failedStarts = 0 }

  /// Whether its process may be of use.
  package var isUsable: Bool { process != nil && failedStarts < Self.patience }

  /// The process ended by itself, or is at its end: it is started again after a while.
  /// - Parameter time: nil: it is not.
  package func end(_ process: SimulatedProcess, restartAfter time: Duration?) {
    guard self.process === process else { return }
    release(process)
    disk.endProcess()
    turnOn(after: time)
  }

  /// `kill -9`.
  package func kill(restartAfter time: Duration?) {
    guard let process else { return turnOn(after: time) }
    world.log.note("\(process.name) is killed")
    end(process, restartAfter: time)
  }

  /// The power fails.
  package func cutPower(restartAfter time: Duration?) {
    guard isOn else { return turnOn(after: time) }
    isOn = false
    world.log.note("\(name) loses its power")
    world.network.apply(.vanish(host: name))
    if let process { release(process) }
    disk.cutPower()
    turnOn(after: time)
  }

  /// It is off, for good.
  func turnOff() {
    restart?.cancel()
    if let process { release(process) }
  }

  private func release(_ process: SimulatedProcess) {
    self.process = nil
    stop = nil
    process.die(audit: world.audit)
  }

  /// - Parameter time: nil: it stays as it is.
  package func turnOn(after time: Duration?) {
    guard let time else { return }
    restart?.cancel()
    restart = world.director.schedule(after: time) { [unowned self] in turnOn() }
  }

  /// Its process is not stepped: SIGSTOP.
  package func pause(for time: Duration) {
    world.log.note("\(process?.name ?? name) is stopped for \(time)")
    process?.sleep(until: world.clock.now + time)
  }

  package func resume() { process?.wake() }

  /// After every turn of its process in which rules fired.
  func noteFirings(of core: PoolCore, from first: UInt64) {
    world.rules.noteTurn(of: core, on: self, from: first)
  }

  /// After every turn of its process.
  func noteTurn(of process: SimulatedProcess) {
    let time = disk.takeSpentTime()
    if time > .zero { process.sleep(until: world.clock.now + time) }
    guard disk.hasStopped, let stop else { return }
    self.stop = nil
    // Not inside the turn of somebody else.
    process.sleep(until: .distantFuture)
    world.director.schedule(after: .zero) { stop() }
  }
}

/// Random numbers for whoever asks.
final class RandomSource {
  private var random: SplitMix64

  init(_ random: SplitMix64) { self.random = random }

  func next() -> UInt64 { random.next() }
}
