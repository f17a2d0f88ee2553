import PlantedBugs
import RulesNetwork
import RulesRuntime

/// Everything of one log, inside its pool: its segments, the backups it may use, and the appends
/// that wait. Belongs to the pool's thread.
final class LogState {
  /// What a log is, apart from its data.
  struct Identity: Sendable {
    var ownership: LogOwnership
    var coordinator: NetworkAddress
    var cluster: UInt64
    var segmentCapacity: Int
    var memoryLimit: Int
    /// Data bytes that may be appended and not yet durable; further appends wait.
    var appendWindow = 16 << 20
  }

  let core: PoolCore
  let calls: any ClusterCalls
  let identity: Identity
  /// In order, without gaps; the last one is the head.
  var segments: [Segment] = []
  var members = Members()
  var appends = AppendQueue()
  var counters = LogStatus.Counters()
  /// Why nothing can be appended any more.
  var failure: LogError?

  /// Everything before this segment is durable, and this much of its data.
  var durableIndex = 0
  var durableInSegment = 0
  /// Data bytes of the segments before `durableIndex`.
  var durableBefore = 0
  /// Data bytes of all segments.
  var appendedBytes = 0
  /// A look at what became durable is due in the next turn.
  var advanceIsScheduled = false

  /// The log's mark at the coordinator.
  private(set) lazy var markUpdate = MarkUpdate(
    log: self, ownership: identity.ownership)
  /// Asks the backups what they have.
  private(set) lazy var review = ReplicaReview(log: self)
  /// Writes in flight: of segments that take part in appending, and of those that were closed and are
  /// made again. Eight in all, so that a repair neither drowns the backups nor delays appends.
  let writes = Throttle("log writes", limit: 5)
  let copies = Throttle("log copies", limit: 3)
  /// Frees in flight.
  let frees = Throttle("log frees", limit: 3)
  /// Segments whose replicas are given back, oldest first. Bounded by the log's memory, for a segment is
  /// trimmed once, and by `ReplicaReview.freeLimit` a round.
  var releases: [SegmentRelease] = []
  /// Nothing before this segment is wanted any more.
  var trimPoint: UInt64 = 0
  private var full = FullBackups()
  private var repairs = RepairClock()
  private var random: SplitMix64
  private var watch: (any ClusterCall)?

  /// A log that has these segments; with none it gets its first one.
  init(
    core: PoolCore, calls: any ClusterCalls, identity: Identity, membership: Membership,
    recovered: [RecoveredSegment], seed: UInt64
  ) {
    self.core = core
    self.calls = calls
    self.identity = identity
    random = SplitMix64(seed: seed)
    core.add(markUpdate)
    core.add(review)
    for segment in recovered { add(Segment(recovered: segment, log: self)) }
    for segment in segments where segment.wasClosed {
      for replica in segment.replicas where replica.serverID == nil {
        replica.markMissing()
        replicaLost()
      }
    }
    if segments.isEmpty { addSegment(id: identity.ownership.first) }
    membershipChanged(membership)
    replicaAdvanced()
  }

  // Calls send from the segments' memory: they end before it is given back. They are cancelled
  // first, because the end of a call is news for a log that lives.
  deinit {
    cancelCalls()
    calls.close()
  }

  var id: UInt64 { identity.ownership.log }
  var epoch: UInt32 { identity.ownership.epoch }
  /// How it is kept.
  var settings: LogSettings { identity.ownership.settings }

  /// Takes a segment in as the new head.
  func add(_ segment: Segment) {
    segment.prior = segments.last
    segments.last?.following = segment
    segments.append(segment)
    appendedBytes += segment.appended
    core.add(segment)
  }

  /// Makes a new head.
  func addSegment(id: UInt64) {
    let header = SegmentHeader(log: self.id, segment: id, epoch: epoch)
    let image = SegmentImage(header: header, capacity: identity.segmentCapacity)
    add(Segment(id: id, image: image, log: self))
  }

  // MARK: What the rules ask

  /// The replicas that are on a server, in log order.
  func replicas(using server: ServerID) -> [Replica] {
    segments.flatMap { $0.replicas.filter { $0.serverID == server } }
  }

  /// R1: an eligible backup that is none of these.
  func backup(excluding taken: Set<ServerID>) -> ServerID? {
    let candidates = members.eligible.filter {
      !taken.contains($0) && !full.isPausing($0, at: core.now)
    }
    guard !candidates.isEmpty else { return nil }
    var replicas: [ServerID: Int] = [:]
    for segment in segments {
      for case let server? in segment.replicas.map(\.serverID) {
        replicas[server, default: 0] += 1
      }
    }
    return chooseBackup(among: candidates, replicas: replicas, using: &random)
  }

  func replicaLost() {
    counters.replicasLost += 1
    repairs.begin(at: core.now)
  }

  func replicaRepaired(bytes: Int) {
    counters.replicasRecreated += 1
    counters.bytesRecreated += bytes
    repairs.end(at: core.now)
  }

  /// A replica under repair is not wanted any more.
  func replicaGivenUp() { repairs.end(at: core.now) }

  // MARK: Membership

  /// Asks the coordinator for the next membership, for as long as the log lives.
  func watchMembership() {
    let message = Watch(after: members.version)
    watch = calls.call(
      .address(identity.coordinator), .watch, head: message.encoded, payload: nil
    ) { [weak self] call in self?.watchEnded(call) }
  }

  private func watchEnded(_ call: any ClusterCall) {
    guard call === watch, failure == nil, let outcome = call.outcome else { return }
    if planted(.b55), appendedBytes > durableBytes {
      core.schedule(after: .milliseconds(100)) { [weak self] in self?.watchEnded(call) }
      return
    }
    switch readReply(outcome, as: Membership.self) {
    case .success(let membership):
      membershipChanged(membership)
      watchMembership()
    case .failure(let problem):
      core.log.log(.warning, "the coordinator did not tell the membership: \(problem)")
      core.schedule(after: .seconds(1)) { [weak self] in
        if self?.failure == nil { self?.watchMembership() }
      }
    }
  }

  /// Takes in a new membership: whoever is missing has failed, whoever is new may be chosen.
  func membershipChanged(_ membership: Membership) {
    guard membership.cluster == identity.cluster else {
      let text = "cluster \(membership.cluster) instead of \(identity.cluster)"
      core.log.log(.error, "the coordinator suddenly speaks for \(text); ignored")
      return
    }
    let change = members.apply(membership)
    for member in change.joined { calls.add(.server(member.server), at: member.address) }
    for server in change.left {
      calls.remove(.server(server))
      full.forget(server)
      core.log.log(.notice, "backup \(server) failed")
      startFailure(of: server)
    }
    guard !change.joined.isEmpty else { return }
    for segment in segments where segment.replicas.contains(where: { $0.serverID == nil }) {
      segment.membership.activate()
    }
  }

  // MARK: The mark

  /// Segments that waited for the mark are repaired.
  func markIsDurable() {
    for segment in segments where segment.repair == .marking && segment.mark <= markUpdate.mark {
      segment.endRepair()
    }
    releaseSegments(before: markUpdate.first)
    replicaAdvanced()
  }

  /// The next pause of a back-off, spread by the log's random source.
  func pause(_ backoff: inout ExponentialBackoff) -> Duration { backoff.next(using: &random) }

  // MARK: Failures

  /// E1: the backup has no room; others are asked before it is asked again.
  func openWasRejected(_ replica: Replica) {
    guard let server = replica.serverID else { return }
    full.note(server, at: core.now, using: &random)
    core.log.log(.warning, "backup \(server): \(replica.problem); another one is chosen")
  }

  /// R3: the backup has room.
  func openWasTaken(by server: ServerID) { full.forget(server) }

  /// E2: the backup is given up.
  func writeFailed(_ replica: Replica) {
    // One that left is dealt with where its leaving is noticed.
    guard let server = replica.serverID, members.addresses[server] != nil,
      members.exclude(server)
    else { return }
    core.log.log(
      .warning, "backup \(server): \(replica.problem); it is not used any more")
    startFailure(of: server)
  }

  /// E4: the replica is made again, there or elsewhere.
  func replicaIsDamaged(_ replica: Replica) {
    guard let server = replica.serverID else { return }
    core.log.log(.warning, "backup \(server): \(replica.problem); the replica is made again")
  }

  /// Y3: its backup has lost a replica; it is made again, there or elsewhere.
  func replicaWasLost(_ replica: Replica, _ problem: String) {
    guard let server = replica.serverID else { return }
    core.log.log(
      .warning, "backup \(server): \(replica.subjectName) \(problem); the replica is made again")
    replica.makeAgain()
    // Of a rule's changes the compiler knows; this comes from another task, as events do.
    replica.segment.happened(.deselection)
    replica.segment.happened(.openReplicaLost)
  }

  /// E3: this owner is given up.
  func wasFenced(_ replica: Replica) {
    guard let server = replica.serverID else { return }
    core.log.log(.error, "backup \(server) has a newer owner of the log: \(replica.problem)")
    endLater(.fenced)
  }

  private func startFailure(of server: ServerID) {
    guard failure == nil, !replicas(using: server).isEmpty else { return }
    core.add(ServerFailure(log: self, failed: server), removeAtGoal: true)
  }

  /// Ends the log's life in the next turn: a rule's action does not take its own task away.
  func endLater(_ error: LogError) {
    core.schedule(after: .zero) { [weak self] in self?.fail(error) }
  }

  /// Ends the log's life as far as this owner goes: nothing more is sent, and every append that
  /// waits, now or later, gets the error.
  func fail(_ error: LogError) {
    guard failure == nil else { return }
    failure = error
    for segment in segments { core.remove(segment) }
    core.remove(markUpdate)
    core.remove(review)
    for release in releases { core.remove(release) }
    cancelCalls()
    for request in appends.takeAll() { request.finish(.failure(error)) }
  }

  private func cancelCalls() {
    for segment in segments {
      for replica in segment.replicas { replica.cancelCall() }
    }
    for release in releases { release.cancelCalls() }
    markUpdate.cancelCall()
    review.cancelCall()
    watch?.cancel()
  }

  /// Before the pool ends.
  func shutDown() {
    fail(.closed)
    calls.close()
  }

  // MARK: Status

  func status() -> LogStatus {
    var counters = counters
    counters.repairTime = repairs.total(at: core.now)
    return LogStatus(
      log: id, epoch: epoch, settings: settings, segments: segments.map(\.status),
      releasing: releases.count,
      durableBytes: durableBefore + max(durableInSegment, segments[durableIndex].durable),
      appendedBytes: appendedBytes, waitingAppends: appends.waitingCount,
      members: members.addresses.keys.sorted(), excluded: members.excluded.sorted(),
      counters: counters, failure: failure)
  }
}
