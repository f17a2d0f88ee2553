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
  /// The newest epoch that an owner was seen to begin with.
  private var epoch = 0
  /// When the recovery that has begun is attacked.
  private var nextAim: ContinuousClock.Instant?
  /// Takes the log over.
  private var rival: ReplogProcess?
  /// How often each kind of attack was made.
  private(set) var attacks: [String: Int] = [:]

  /// Some cuts last so long that whoever is cut off is given up.
  private let hasLongCuts: Bool

  init(_ cluster: NemesisCluster, _ owner: NemesisOwner, seed: UInt64, hasLongCuts: Bool) {
    self.cluster = cluster
    self.owner = owner
    random = SplitMix(state: seed)
    self.hasLongCuts = hasLongCuts
  }

  /// Heals what was hurt for long enough, and attacks when it is time to.
  mutating func step() throws {
    // One moment for all of them: healing one takes time.
    let now = ContinuousClock.now
    heal { $0.ends <= now }
    try aim()
    guard ContinuousClock.now >= nextAttack else { return }
    nextAttack = .now + milliseconds(200...1500)
    try attack()
  }

  /// Heals everything.
  mutating func end() {
    heal { _ in true }
    rival?.signal(SIGKILL)
    rival?.process.waitUntilExit()
  }

  private mutating func heal(_ condition: (Wound) -> Bool) {
    for wound in wounds where condition(wound) { wound.heal() }
    wounds.removeAll(where: condition)
  }

  private mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
    .milliseconds(Int.random(in: range, using: &random))
  }

  /// Attacks every second recovery, a moment after its owner has its epoch.
  private mutating func aim() throws {
    let newest = cluster.newestEpoch
    if newest > epoch {
      epoch = newest
      if Bool.random(using: &random) { nextAim = .now + milliseconds(0...400) }
    }
    guard let moment = nextAim, moment <= .now else { return }
    nextAim = nil
    attackRecovery()
  }

  private mutating func attackRecovery() {
    let backup = Int.random(in: cluster.backups.indices, using: &random)
    let coordinator = cluster.leader
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      count("recovery: kill -9 of the owner")
      owner.process.signal(SIGKILL)
    case 1:
      count("recovery: a stopped owner")
      stop(owner.process)
    case 2:
      count("recovery: kill -9 of the coordinator")
      cluster.killCoordinator(coordinator, rest: milliseconds(0...3000))
    case 3:
      count("recovery: a stopped coordinator")
      stop(cluster.coordinators[coordinator].process)
    case 4:
      count("recovery: kill -9 of a backup")
      cluster.killBackup(backup, rest: milliseconds(0...4000))
    default:
      count("recovery: a stopped backup")
      stop(cluster.backups[backup].process)
    }
  }

  private mutating func attack() throws {
    let backup = Int.random(in: cluster.backups.indices, using: &random)
    let coordinator = Int.random(in: cluster.coordinators.indices, using: &random)
    switch Int.random(in: 0..<25, using: &random) {
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
    case 16:
      isolate(.backup(backup), "a backup cut off")
    case 17:
      isolate(.coordinator(coordinator), "a coordinator cut off")
    case 18:
      isolate(.owner, "the owner cut off")
    case 19, 20:
      part(.owner, .backup(backup), "owner and backup")
    case 21:
      part(.owner, .coordinator(coordinator), "owner and coordinator")
    case 22:
      part(.coordinator(coordinator), .backup(backup), "coordinator and backup")
    case 23:
      part(.coordinator(coordinator), .etcd, "coordinator and etcd")
    default:
      if let rival, rival.process.isRunning { return }
      count("another owner")
      rival = try cluster.client(["recover"])
    }
  }

  /// Everybody's packets to it are lost, or its own to everybody, or both.
  private mutating func isolate(_ host: NemesisHost, _ kind: String) {
    cut([.init(to: host), .init(from: host)], kind)
  }

  /// What one of them sends to the other is lost, or both.
  private mutating func part(_ first: NemesisHost, _ second: NemesisHost, _ names: String) {
    cut(
      [.init(from: first, to: second), .init(from: second, to: first)],
      "\(names) cut from each other")
  }

  /// Makes the first cut, or the second, or both.
  private mutating func cut(_ cuts: [NemesisNetwork.Cut], _ kind: String) {
    guard let network = cluster.network else { return }
    let sides = [[cuts[0]], [cuts[1]], cuts].randomElement(using: &random) ?? cuts
    let isLong = hasLongCuts && Int.random(in: 0..<3, using: &random) == 0
    count((isLong ? "long: " : "") + (sides.count == 1 ? "\(kind), one way" : kind))
    for side in sides { network.cut(side) }
    wound(for: isLong ? 10_000...20_000 : Self.usualWound) {
      for side in sides { network.heal(side) }
    }
  }

  private mutating func stop(_ process: ReplogProcess) {
    process.signal(SIGSTOP)
    wound { process.signal(SIGCONT) }
  }

  /// In milliseconds.
  private static let usualWound = 50...4500

  private mutating func wound(
    for time: ClosedRange<Int> = Nemesis.usualWound, _ heal: @escaping () -> Void
  ) {
    wounds.append(Wound(ends: .now + milliseconds(time), heal: heal))
  }

  private mutating func count(_ kind: String) { attacks[kind, default: 0] += 1 }
}
