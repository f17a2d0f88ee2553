import Foundation
import Glibc

/// What is done to a cluster's processes, by chance from a seed.
struct Nemesis {
  /// One attack, and how it is taken back.
  private struct Wound {
    var ends: ContinuousClock.Instant
    var heal: () -> Void
  }

  private let cluster: NemesisCluster
  private let owner: NemesisOwner
  private var random: SplitMix
  private var wounds: [Wound] = []
  private var nextAttack = ContinuousClock.now
  /// How often each kind of attack was made.
  private(set) var attacks: [String: Int] = [:]

  init(_ cluster: NemesisCluster, _ owner: NemesisOwner, seed: UInt64) {
    self.cluster = cluster
    self.owner = owner
    random = SplitMix(state: seed)
  }

  /// Heals what was hurt for long enough, and attacks when it is time to.
  mutating func step() throws {
    heal { $0.ends <= .now }
    guard ContinuousClock.now >= nextAttack else { return }
    nextAttack = .now + milliseconds(200...1500)
    try attack()
  }

  /// Heals everything.
  mutating func end() { heal { _ in true } }

  private mutating func heal(_ condition: (Wound) -> Bool) {
    for wound in wounds where condition(wound) { wound.heal() }
    wounds.removeAll(where: condition)
  }

  private mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
    .milliseconds(Int.random(in: range, using: &random))
  }

  private mutating func attack() throws {
    let backup = Int.random(in: cluster.backups.indices, using: &random)
    let coordinator = Int.random(in: cluster.coordinators.indices, using: &random)
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<4:
      count("kill -9 of a backup")
      cluster.killBackup(backup, rest: milliseconds(0...4000))
    case 4..<7:
      count("a stopped backup")
      stop(cluster.backups[backup].process)
    case 7..<9:
      count("kill -9 of the owner")
      owner.process.signal(SIGKILL)
    case 9:
      count("a stopped owner")
      stop(owner.process)
    case 10, 11:
      count("kill -9 of a coordinator")
      cluster.killCoordinator(coordinator, rest: milliseconds(0...3000))
    case 12, 13:
      count("a stopped coordinator")
      stop(cluster.coordinators[coordinator].process)
    case 14:
      count("a stopped etcd")
      let cluster = cluster
      cluster.signalEtcd(SIGSTOP)
      wound { cluster.signalEtcd(SIGCONT) }
    case 15:
      count("a damaged replica")
      try cluster.damageReplica(using: &random)
    case 16, 17:
      cut(NemesisCluster.address(ofBackup: backup), "a backup cut off")
    default:
      cut(NemesisCluster.address(ofCoordinator: coordinator), "a coordinator cut off")
    }
  }

  private mutating func cut(_ address: String, _ kind: String) {
    guard let network = cluster.network else { return }
    count(kind)
    let cut = NemesisNetwork.Cut.allCases.randomElement(using: &random) ?? .both
    network.cut(address, cut)
    wound { network.heal(address, cut) }
  }

  private mutating func stop(_ process: ReplogProcess) {
    process.signal(SIGSTOP)
    wound { process.signal(SIGCONT) }
  }

  private mutating func wound(_ heal: @escaping () -> Void) {
    wounds.append(Wound(ends: .now + milliseconds(50...4500), heal: heal))
  }

  private mutating func count(_ kind: String) { attacks[kind, default: 0] += 1 }
}
