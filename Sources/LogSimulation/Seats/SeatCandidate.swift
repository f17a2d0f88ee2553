import LogServices
import RulesNetwork
import RulesRuntime
import RulesSimulation

/// A coordinator that wants the seat, as far as etcd is concerned.
final class SeatCandidate {
  let name: String
  let core: PoolCore
  private(set) var isPaused = false
  private let world: World
  private var storage: EtcdStorage?
  private weak var run: SeatRun?
  /// The number of its leadership, and what it found then; nil: it never led.
  private(set) var leadership: Int?
  private(set) var hasEnded = false

  init(_ name: String, _ world: World, transport: (PoolCore) -> any Transport, run: SeatRun) {
    self.name = name
    self.world = world
    self.run = run
    core = PoolCore(name: name, clock: world.clock)
    world.add(core)
    let storage = EtcdStorage(
      core: core, transport: transport(core), endpoints: [SeatRun.address], cluster: "drill",
      name: name)
    self.storage = storage
    storage.begin(
      standsBy: { _ in },
      leads: { [weak self] found in
        guard let self else { return }
        leadership = run.begun(self, found)
        saveLater()
      },
      ended: { [weak self] _ in
        guard let self else { return }
        hasEnded = true
        run.ended(self)
      })
  }

  /// Whether it would answer somebody now.
  var leads: Bool { !isPaused && !hasEnded && storage?.isLeading == true }

  private func saveLater() {
    core.schedule(after: run?.pause ?? .zero) { [weak self] in self?.save() }
  }

  private func save() {
    guard let run, let storage, storage.isLeading else { return }
    let (number, state) = run.nextState()
    storage.save(state) { [weak self] result in
      guard let self, case .success = result else { return }
      run.confirmed(number, by: self)
    }
    saveLater()
  }

  /// It does not go on for a time, and does not know.
  func pause(for time: Duration, on other: PoolCore) {
    guard !isPaused else { return }
    isPaused = true
    world.remove(core)
    other.schedule(after: time) { [weak self] in
      guard let self, storage != nil else { return }
      world.add(core)
      // In its own turn: only then it knows what time it is.
      core.schedule(after: .zero) { [weak self] in self?.isPaused = false }
    }
  }

  /// It gives the seat back.
  func close() { storage?.close {} }

  /// It is gone.
  func die() {
    storage = nil
    isPaused = true
    world.remove(core)
  }
}
