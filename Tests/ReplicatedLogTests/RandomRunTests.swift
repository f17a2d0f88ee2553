import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// Appends, replies in any order and failures at any moment, a seed each.
@Suite struct RandomRunTests {
  @Test("Whatever fails and in whatever order replies come, nothing acknowledged is lost")
  func randomRuns() throws {
    for seed in UInt64(1)...500 {
      var run = RandomRun(seed: seed)
      run.play(steps: 130)
      run.finish()
      #expect(run.problems.isEmpty, "seed \(seed): \(run.problems.prefix(3))")
      if !run.problems.isEmpty { return }
    }
  }
}

extension RandomRunTests {
  @Test(
    "The same rules keep logs of one replica, whatever order replies come in and who takes over")
  func oneReplica() throws {
    for seed in UInt64(1)...200 {
      var run = RandomRun(seed: seed &* 7_919, replicas: 1)
      for _ in 0..<2 where run.problems.isEmpty {
        run.play(steps: 60)
        run.takeOver()
      }
      run.play(steps: 60)
      run.finish()
      #expect(run.problems.isEmpty, "seed \(seed): \(run.problems.prefix(3))")
      if !run.problems.isEmpty { return }
    }
  }

  @Test("Owners that take over from each other lose nothing either, and fenced ones do no harm")
  func successions() throws {
    for seed in UInt64(1)...200 {
      var run = RandomRun(seed: seed &* 1_000_003)
      for _ in 0..<3 where run.problems.isEmpty {
        run.play(steps: 60)
        run.takeOver()
      }
      run.play(steps: 60)
      run.finish()
      #expect(run.problems.isEmpty, "seed \(seed): \(run.problems.prefix(3))")
      if !run.problems.isEmpty { return }
    }
  }
}

/// One random run, and what is wrong with it.
private struct RandomRun {
  private var log: LogUnderTest
  /// Earlier owners, which do not know that they are, and how many of the records they appended the
  /// next owner found.
  private var zombies: [(log: LogUnderTest, found: Int)] = []
  private let settings: LogSettings
  private let segmentCapacity: Int
  private let appendWindow: Int
  private var random: SplitMix64
  /// All records in the order of their appends.
  private var records: [[UInt8]] = []
  /// How many servers were lost since every replica was complete the last time.
  private var recentLosses = 0
  private var nextSlot: UInt32 = 100
  private(set) var problems: [String] = []

  /// - Parameter replicas: how many each segment has.
  init(seed: UInt64, replicas: Int = 3) {
    settings = LogSettings(replicas: replicas)
    random = SplitMix64(seed: seed)
    segmentCapacity = Int.random(in: 120...700, using: &random)
    appendWindow = Int.random(in: 1...2000, using: &random)
    log = LogUnderTest(
      backups: Int.random(in: 3...7, using: &random), segmentCapacity: segmentCapacity,
      appendWindow: appendWindow, seed: seed, settings: settings)
  }

  mutating func play(steps: Int) {
    for _ in 0..<steps where problems.isEmpty {
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<20: append()
      case 20..<65:
        if let call = log.calls.outstanding.randomElement(using: &random) {
          log.calls.deliver(call)
        }
      case 65..<89: _ = log.core.step()
      case 89..<90: failOne()
      case 90..<93: killOne()
      case 93..<95: tellMembership()
      case 95..<96: refuseOne()
      case 96..<97: addOne()
      case 97..<98: restartOne()
      default: log.clock.advance(by: .milliseconds(120))
      }
      for zombie in zombies {
        zombie.log.calls.outstanding.randomElement(using: &random).map {
          _ = zombie.log.calls.deliver($0)
        }
        _ = zombie.log.core.step()
        if zombie.log.state.counters.recordsAcknowledged > zombie.found {
          problems.append("an owner that was replaced acknowledged something")
        }
      }
      if isWhole {
        recentLosses = 0
        promised = inherited
      }
      noteReplicated()
      if Int.random(in: 0..<5, using: &random) == 0 { whatIf() }
    }
  }

  /// Up to where a reader was shown the log.
  private var shown = LogPosition(segment: 0, offset: 0)

  /// A reader looks at what the backups have, and at the mark afterwards.
  private mutating func noteReplicated() {
    let answers = log.servers.answers(log.servers.live)
    let mark = log.servers.mark
    let verdict = planRecovery(answers, of: 1, mark: mark)
    let survey = LogSurvey(
      ownership: LogOwnership(log: 1, epoch: log.state.epoch, mark: mark, settings: settings),
      membership: log.servers.membership, verdict: LogSurvey.Verdict(verdict, of: answers))
    if let end = survey.replicatedEnd { shown = max(shown, end) }
  }

  /// What a reader was shown must be there.
  private mutating func checkShown(_ plan: RecoveryPlan) {
    guard shown.segment > 0 else { return }
    let last = plan.segments.last.map {
      LogPosition(segment: $0.id, offset: $0.sources[0].certificate.length)
    }
    if last.map({ $0 < shown }) ?? true {
      problems.append("a reader was shown the log up to \(shown), it ends at \(last as Any)")
    }
  }

  /// The owner hangs, and another one takes over.
  mutating func takeOver() {
    guard problems.isEmpty else { return }
    let epoch = log.state.epoch + 1
    log.servers.fence(below: epoch)
    let answers = log.servers.answers(log.servers.live)
    guard case .complete(let plan) = planRecovery(answers, of: 1, mark: log.servers.mark),
      let images = log.servers.images(plan, capacity: segmentCapacity),
      let found = log.servers.read(plan)
    else {
      // Nothing was acknowledged yet, or more was lost than a log survives.
      if acknowledged > 0 {
        let verdict = planRecovery(answers, of: 1, mark: log.servers.mark)
        problems.append("the next owner cannot recover: \(verdict)")
      }
      return
    }
    check(found)
    checkShown(plan)
    zombies.append((log, max(0, found.count - inherited)))
    promised = acknowledged
    inherited = found.count
    for (segment, image) in zip(plan.segments, images) {
      inheritedLength[segment.id] = image.length - SegmentHeader.size
    }
    records = found
    requests = 0
    log = LogUnderTest(
      segmentCapacity: segmentCapacity, appendWindow: appendWindow, seed: UInt64(epoch),
      recovered: plan.recovered(images, replicas: settings.replicas),
      servers: log.servers, epoch: epoch, settings: settings)
  }

  /// Records that were there when the present owner began.
  private var inherited = 0
  /// Those among them that must not be lost: what was acknowledged, and all once they are on three
  /// backups again.
  private var promised = 0
  /// Data bytes that each segment had then.
  private var inheritedLength: [UInt64: Int] = [:]

  private var acknowledged: Int {
    let own = log.state.counters.recordsAcknowledged
    return own > 0 ? inherited + own : promised
  }

  private mutating func check(_ found: [[UInt8]]) {
    let acknowledged = acknowledged
    if found.count < acknowledged { problems.append("\(found.count) of \(acknowledged) records") }
    // What an earlier owner wrote and nobody acknowledged may come back as long as the present one has
    // nothing on its backups.
    let known = zombies.isEmpty ? found : Array(found.prefix(acknowledged))
    if !records.starts(with: known) { problems.append("other records than were appended") }
  }

  /// The faults end; everything must come to rest, complete.
  mutating func finish() {
    guard problems.isEmpty else { return }
    for server in log.servers.live { log.servers.change(server) { $0.refusal = nil } }
    while log.servers.live.count < 4 { addOne() }
    for _ in 0..<20 {
      tellMembership()
      log.advance(by: .milliseconds(120))
      log.settle()
      while log.state.members.eligible.count < 4 {
        addOne()
        tellMembership()
      }
    }
    if log.results.count != requests {
      problems.append("\(requests - log.results.count) appends hang")
    }
    if log.acknowledged != requests { problems.append("an append failed") }
    if log.unexpected != 0 { problems.append("the rules met \(log.unexpected) unexpected states") }
    if log.state.durableBytes != log.state.appendedBytes { problems.append("not all is durable") }
    for segment in log.state.segments {
      let holders = log.holders(of: Int(segment.id), length: segment.image.length)
      let chosen = Set(segment.replicas.compactMap(\.serverID))
      if chosen.count != settings.replicas || !chosen.isSubset(of: holders) {
        problems.append("segment \(segment.id) is certified on \(holders) of \(chosen)")
      }
    }
    if recovered() != records { problems.append("what is read is not what was appended") }
  }

  private var requests = 0

  private mutating func append() {
    let count = Int.random(in: 1...3, using: &random)
    let new = (0..<count).map { _ in
      [UInt8](
        repeating: UInt8.random(in: 0...255, using: &random),
        count: Int.random(in: 0...70, using: &random))
    }
    records += new
    requests += 1
    log.append(new)
  }

  /// All replicas of all segments are on live servers and visible to recovery.
  private var isWhole: Bool {
    log.state.segments.allSatisfy { segment in
      segment.replicas.allSatisfy { replica in
        guard let server = replica.serverID, log.servers.live.contains(server) else { return false }
        return !replica.repairing && replica.header == .committed
          && replica.certified >= inheritedLength[segment.id] ?? 0
      }
    }
  }

  /// All replicas but one may be lost.
  private mutating func killOne() {
    guard recentLosses < settings.replicas - 1, log.servers.live.count > 1,
      let server = log.servers.live.randomElement(using: &random)
    else { return }
    recentLosses += 1
    log.servers.kill(server)
  }

  private mutating func refuseOne() {
    guard recentLosses < settings.replicas - 1, log.state.members.eligible.count > 3,
      let server = log.servers.live.randomElement(using: &random)
    else { return }
    recentLosses += 1
    log.servers.change(server) { $0.refusal = .storage }
  }

  /// A write ends without having been done, or with its reply lost.
  private mutating func failOne() {
    guard recentLosses < settings.replicas - 1, log.state.members.eligible.count > 3,
      let call = log.calls.outstanding.filter({ $0.write != nil }).randomElement(using: &random)
    else { return }
    recentLosses += 1
    log.calls.finish(call, .failed(.notAccepted("broken")))
  }

  /// A dead server comes back under a new id, with what was on its disk.
  private mutating func restartOne() {
    let live = log.servers.live
    guard
      let dead = log.servers.all.filter({ id in !live.contains { $0.slot == id.slot } })
        .randomElement(using: &random)
    else { return }
    tellMembership()
    log.servers.restart(dead)
  }

  private mutating func addOne() {
    nextSlot += 1
    log.servers.add(slot: nextSlot)
  }

  private func tellMembership() {
    log.servers.declareDead()
    log.state.membershipChanged(log.servers.membership)
  }

  /// What a new owner would find if this one stopped now, with some of the dead servers back.
  private mutating func whatIf() {
    guard acknowledged > 0 else { return }
    guard let found = recovered() else {
      problems.append("acknowledged data cannot be recovered")
      return
    }
    check(found)
  }

  /// - Returns: nil when the log is incomplete.
  private mutating func recovered() -> [[UInt8]]? {
    var servers = log.servers.live
    for dead in log.servers.all where !servers.contains(dead) && Bool.random(using: &random) {
      servers.append(dead)
    }
    let answers = log.servers.answers(servers)
    guard case .complete(let plan) = planRecovery(answers, of: 1, mark: log.servers.mark) else {
      return nil
    }
    checkShown(plan)
    return log.servers.read(plan)
  }
}
