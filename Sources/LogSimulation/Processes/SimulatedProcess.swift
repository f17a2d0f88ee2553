import LogServices
import RulesNetwork
import RulesRuntime
import RulesSimulation

/// A process of a simulated machine, from its start to its death.
package final class SimulatedProcess {
  /// Whether it lives, for those who ask from closures.
  ///
  /// `@unchecked Sendable` is sound: all of a world runs on the thread that made it.
  private final class Life: @unchecked Sendable {
    var isAlive = true
  }

  /// `b2#3`: the machine, and how often it has started a process.
  package let name: String
  private let machine: Machine
  private let life = Life()
  private let stage: Stage
  private(set) var members: [Stage.Member] = []
  /// What it runs. When it is released, the process's memory is gone.
  private(set) var program: AnyObject?

  init(name: String, machine: Machine, stage: Stage) {
    self.name = name
    self.machine = machine
    self.stage = stage
    host = machine.networkHost(for: name)
  }

  package var isAlive: Bool { life.isAlive }

  /// A pool of the process.
  package func makeCore(_ pool: String) -> PoolCore {
    let core = PoolCore(
      name: "\(name) \(pool)", clock: stage.clock, log: machine.log(for: name),
      traceCapacity: 16, counting: .leaves)
    core.auditInterval = .milliseconds(100)
    let member = stage.add(core)
    member.afterTurn = { [unowned self, unowned member] in turnEnded(member) }
    members.append(member)
    return core
  }

  private func turnEnded(_ member: Stage.Member) {
    let count = member.core.firingCount
    if count > member.firings {
      machine.noteFirings(of: member.core, from: member.firings)
      member.firings = count
    }
    machine.noteTurn(of: self)
  }

  /// A pool that the process does not need any more.
  func retire(_ core: PoolCore) {
    guard let index = members.firstIndex(where: { $0.core === core }) else { return }
    stage.retire(members.remove(at: index))
  }

  package var files: FileSystem {
    let life = life
    return machine.disk.fileSystem(isAlive: { life.isAlive })
  }

  /// The network as the process has it, and its random numbers.
  package let host: NetworkHost

  /// What is released when the process dies.
  package func run(_ program: AnyObject) { self.program = program }

  /// Not stepped until then.
  func sleep(until time: PoolInstant) {
    for member in members { member.sleepsUntil = max(member.sleepsUntil, time) }
  }

  func wake() {
    for member in members { member.sleepsUntil = .distantPast }
  }

  /// Ends it without a word of its own: `kill -9`.
  /// - Parameter audit: is asked about each pool before it is gone.
  func die(audit: (PoolCore) -> Void) {
    guard life.isAlive else { return }
    for member in members { audit(member.core) }
    life.isAlive = false
    for member in members { member.core.removeAllTasks() }
    program = nil
    for member in members { stage.retire(member) }
  }
}
