import PlantedBugs
import RulesNetwork
import RulesRuntime
import RulesSimulation

/// Coordinators that want one seat in an etcd that fails now and then: what clusters whose coordinator
/// keeps its state in files do not show.
///
/// At most one leads, the next one finds all that was confirmed, and once all is well somebody leads and
/// saves, and nobody asks etcd all the time.
final class SeatRun {
  static let address = NetworkAddress(host: "etcd", port: 2379)
  private static let count = 3
  private static let quietTime = Duration.seconds(12)
  /// Requests of one coordinator in a second, when all is well: it renews, looks, and saves.
  private static let requestsOfSecond = 8

  private let world = World()
  private let network: MemoryNetwork
  private let director: PoolCore
  private let etcd: SimulatedEtcd
  private var candidates: [SeatCandidate] = []
  private var random: SplitMix64
  private(set) var violation: Violation?
  private var begunCount = 0
  private var isOver = false
  /// From then on leases live as long as etcd has promised.
  private var trustedAgain = PoolInstant(nanoseconds: 0)
  /// What was found by the newest leader.
  private var newestFound: UInt64 = 0
  private var lastNumber: UInt64 = 0
  /// The highest number that was confirmed.
  private var lastConfirmed: UInt64 = 0
  private var confirmations = 0

  init(seed: UInt64) throws {
    let streams = Streams(seed: seed)
    random = streams.stream("seats")
    network = MemoryNetwork(seed: seed)
    director = PoolCore(name: "etcd", clock: world.clock)
    world.add(director)
    etcd = try SimulatedEtcd(
      core: director, transport: network.transport(for: director, host: "etcd"),
      at: Self.address, random: streams.stream("etcd"))
  }

  /// Time that has passed.
  var simulated: Duration { world.clock.now - PoolInstant(nanoseconds: 0) }

  /// A number for all that has happened.
  var fingerprint: UInt64 { network.fingerprint ^ lastNumber &* 31 ^ UInt64(etcd.requests) }

  func play() {
    for index in 0..<Self.count { add(index) }
    scheduleFault()
    run(for: random.logUniform(Duration.seconds(8)...(.seconds(32))))
    isOver = true
    etcd.mood = .well
    // Leases run out, and whoever slept wakes up.
    run(for: .seconds(15))
    let requests = etcd.requests
    let before = confirmations
    run(for: Self.quietTime)
    checkQuiet(requests: etcd.requests - requests, confirmed: confirmations - before)
    for candidate in candidates { lookAt(candidate) }
    for candidate in candidates { candidate.die() }
  }

  // MARK: - What candidates do

  var pause: Duration { random.duration(.milliseconds(50)...(.milliseconds(900))) }

  func nextState() -> (number: UInt64, state: [UInt8]) {
    lastNumber += 1
    return (lastNumber, withUnsafeBytes(of: lastNumber.littleEndian, Array.init))
  }

  /// - Returns: the number of the leadership.
  func begun(_ candidate: SeatCandidate, _ found: [UInt8]?) -> Int {
    let number = (found ?? []).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if number < lastConfirmed {
      report(.s6, "\(candidate.name) leads with state \(number), \(lastConfirmed) was confirmed")
    }
    newestFound = number
    begunCount += 1
    return begunCount
  }

  func confirmed(_ number: UInt64, by candidate: SeatCandidate) {
    confirmations += 1
    lastConfirmed = max(lastConfirmed, number)
    if candidate.leadership != begunCount, number > newestFound {
      report(.s6, "state \(number) is confirmed, the next leader has \(newestFound)")
    }
  }

  func ended(_ candidate: SeatCandidate) {
    guard let index = candidates.firstIndex(where: { $0 === candidate }) else { return }
    director.schedule(after: .milliseconds(200)) { [weak self] in self?.replace(index, candidate) }
  }

  private func add(_ index: Int) {
    let name = "k\(index)"
    candidates.append(
      SeatCandidate(
        name, world, transport: { [network] in network.transport(for: $0, host: name) }, run: self))
  }

  private func replace(_ index: Int, _ candidate: SeatCandidate) {
    guard candidates[index] === candidate else { return }
    lookAt(candidate)
    candidate.die()
    let name = candidate.name
    candidates[index] = SeatCandidate(
      name, world, transport: { [network] in network.transport(for: $0, host: name) }, run: self)
  }

  // MARK: - Faults

  private func scheduleFault() {
    director.schedule(after: random.logUniform(Duration.milliseconds(200)...(.seconds(3)))) {
      [weak self] in
      guard let self, !isOver else { return }
      fault()
      scheduleFault()
    }
  }

  private func fault() {
    let index = Int.random(in: candidates.indices, using: &random)
    let candidate = candidates[index]
    switch Int.random(in: 0..<9, using: &random) {
    case 0: etcd.mood = .deaf
    case 1: etcd.mood = .losing
    case 2: etcd.mood = .late
    case 3: etcd.mood = .refusing
    case 4:
      candidate.pause(for: random.logUniform(.milliseconds(200)...(.seconds(8))), on: director)
    case 5:
      candidate.close()
      replaceLater(index, candidate)
    case 6: replaceLater(index, candidate)
    case 7:
      etcd.endLeases()
      // Who led does not know for as long as its lease was to live.
      trustedAgain = world.clock.now + .seconds(4)
    default: etcd.mood = .well
    }
  }

  private func replaceLater(_ index: Int, _ candidate: SeatCandidate) {
    director.schedule(after: random.duration(.zero...(.seconds(1)))) { [weak self] in
      self?.replace(index, candidate)
    }
  }

  // MARK: - What is checked

  private func run(for time: Duration) {
    guard violation == nil else { return }
    let end = world.run(for: time, rounds: 50_000) {
      let leaders = candidates.filter(\.leads)
      if leaders.count > 1, world.clock.now >= trustedAgain {
        report(.s5, "\(leaders.map(\.name).joined(separator: " and ")) lead")
      }
      return violation != nil
    }
    if end == .tooManyRounds { report(.l6, "turns without end while the clock stands still") }
  }

  private func checkQuiet(requests: Int, confirmed: Int) {
    if !candidates.contains(where: \.leads) { report(.l4, "nobody leads though all is well") }
    if confirmed == 0 { report(.l3, "no state was saved within \(Self.quietTime)") }
    let most = Self.count * Self.requestsOfSecond * Int(Self.quietTime.components.seconds)
    if requests > most { report(.u2, "\(requests) requests came in \(Self.quietTime)") }
    for candidate in candidates {
      for subject in candidate.core.unfinished().flatMap(\.subjects) where subject.state != .atGoal
      {
        let time = world.clock.now - subject.since
        guard time >= .seconds(5) else { continue }
        report(.l1, "\(candidate.name) is in \(subject.leaf) for \(time), though all is well")
      }
    }
  }

  private func lookAt(_ candidate: SeatCandidate) {
    if let promise = Planting.takeBroken() { report(.assertion, promise) }
    let metrics = candidate.core.metrics
    if metrics.unexpected > 0 || metrics.undeclared > 0 {
      report(.t6, "\(candidate.name): a task is in a state that its rules do not know")
    }
    if metrics.forgotten > 0 { report(.t1, "\(candidate.name): a task was forgotten") }
    if metrics.stalls > 0 { report(.l1, "\(candidate.name): every task waits for another one") }
  }

  private func report(_ invariant: Violation.Invariant, _ text: String) {
    if violation == nil { violation = Violation(invariant, text) }
  }
}
