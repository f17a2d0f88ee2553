import FoundationEssentials
import PlantedBugs
import RulesNetwork
import RulesRuntime

/// A coordinator's seat and state in etcd. Its rules are in `rules/LogServices/Leadership.rules`.
///
/// Two keys below a prefix: `leader`, put under the leader's lease and only while there is none, and
/// `state`, replaced only while `leader` is under the lease of who replaces it and `state` is what was
/// read or written last. So a coordinator that slept through the end of its lease changes nothing any
/// more, and a question that etcd takes up late does not bring an older state back.
final class Leadership {
  let membership = TaskMembership()

  /// Fact: whether a lease was granted, and has not run out as far as this coordinator can know.
  private(set) var lease = Lease.none
  /// Fact: who leads.
  private(set) var seat = Seat.unseen
  /// Fact: what etcd is asked for.
  private(set) var asked = Asked.nothing
  /// Fact: what it has answered.
  private(set) var answer = Answer.none
  /// Fact: a third of the lease's time is over.
  private(set) var renewalDue = false
  /// Fact: a state is to be saved.
  var saveWanted: Bool { !waiting.isEmpty }

  private let core: PoolCore
  private let client: EtcdClient
  private let keys: (leader: String, state: String)
  /// What the seat says of who holds it, for people.
  private let name: String
  private let standsBy: (String) -> Void
  private let leads: ([UInt8]?) -> Void
  private let ended: (String) -> Void
  private var leaseID = ""
  /// Until when the lease lives at least.
  private var leaseEnds = PoolInstant(nanoseconds: 0)
  /// When the lease was last asked for: it lives at least as long from then on.
  private var askedAt = PoolInstant(nanoseconds: 0)
  private var timers: [PoolTimer] = []
  private var lookTimer: PoolTimer?
  /// Until when `askAgain` waits.
  private var retryAt: PoolInstant?
  /// The state that the last leader saved, once the seat is this one's.
  private var found: [UInt8]?
  /// etcd's number of the last change of the state; 0: there is none.
  private var stateRevision = 0
  /// Who was seen to lead.
  private var leader: String?
  private var toldLeader: String?
  /// Why the last question was not answered with yes.
  private var problem = ""
  private var report = ProblemReport()

  private struct Save {
    var state: [UInt8]
    var done: (Result<Void, StorageProblem>) -> Void
  }
  /// Not saved yet; the first `saving` are under way.
  private var waiting: [Save] = []
  private var saving = 0
  /// Grows with each question: an answer to an older one is none.
  private var question: UInt64 = 0

  /// Seconds after which another coordinator leads when this one is gone.
  private let leaseTime: Int
  static let lookPause = Duration.milliseconds(500)
  static let retryPause = Duration.milliseconds(200)
  private static let closeTime = Duration.milliseconds(500)

  init(
    core: PoolCore, client: EtcdClient, prefix: String, name: String, leaseTime: Int,
    standsBy: @escaping (String) -> Void, leads: @escaping ([UInt8]?) -> Void,
    ended: @escaping (String) -> Void
  ) {
    self.leaseTime = leaseTime
    self.core = core
    self.client = client
    keys = (prefix + "leader", prefix + "state")
    self.name = name
    self.standsBy = standsBy
    self.leads = leads
    self.ended = ended
  }

  /// Has a state saved, once this coordinator leads.
  func save(_ state: [UInt8], done: @escaping (Result<Void, StorageProblem>) -> Void) {
    guard seat == .mine else {
      let problem = StorageProblem(description: "this coordinator does not lead")
      core.schedule(after: .zero) { done(.failure(problem)) }
      return
    }
    waiting.append(Save(state: state, done: done))
    happened(.save)
  }

  /// Whether the lease lives for certain, and with it the seat.
  var isLeading: Bool { seat == .mine && core.now < leaseEnds }

  /// Gives the seat up, if etcd still hears it, and ends.
  /// - Parameter done: called once etcd has answered, or after half a second.
  func close(done: @escaping () -> Void) {
    for timer in timers { timer.cancel() }
    lookTimer?.cancel()
    core.remove(self)
    question += 1
    guard lease == .held else { return done() }
    lease = .none
    var done: (() -> Void)? = done
    let end = {
      done?()
      done = nil
    }
    core.schedule(after: Self.closeTime, end)
    client.post("/v3/lease/revoke", EtcdLeaseID(id: leaseID), as: EtcdIgnored.self) { _ in end() }
  }
}

extension Leadership: RuleSubject {
  var subjectID: UInt64 { 0 }
  var subjectName: String { "lead of \(name)" }
}

// MARK: - What the rules do

extension Leadership {
  /// L1
  func askForLease() {
    expect(lease == .none, "a second lease is asked for")
    askedAt = core.now
    ask(.lease, "/v3/lease/grant", EtcdLeaseGrant(seconds: leaseTime)) {
      (leadership, lease: EtcdLease) in
      leadership.leaseID = lease.id
      return .yes
    }
  }

  /// L2
  func renewLease() {
    expect(renewalDue, "a lease is renewed too soon")
    askedAt = core.now
    ask(.renewal, "/v3/lease/keepalive", EtcdLeaseID(id: leaseID)) { (_, alive: EtcdKeptAlive) in
      alive.result.seconds == nil ? .no : .yes
    }
  }

  /// L3: the seat is this one's if nobody has it, or its own lease has, because the answer to an
  /// earlier question was lost.
  func askForSeat() {
    expect(lease == .held && seat == .unseen, "a seat is asked for without a lease, or twice")
    let claim = EtcdTransaction(
      compare: [.isAbsent(keys.leader)],
      success: [.put(keys.leader, Array(name.utf8), lease: leaseID), .read(keys.state)],
      failure: [.read(keys.leader), .read(keys.state)])
    ask(.seat, "/v3/kv/txn", claim) { (leadership, result: EtcdTransactionResult) in
      let isMine =
        result.succeeded == true || result.found(at: 0)?.lease == leadership.leaseID
      let state = result.found(at: 1)
      leadership.found = isMine ? state?.value.map(Array.init) : nil
      leadership.stateRevision = state?.revision ?? 0
      leadership.leader = isMine ? nil : result.found(at: 0)?.text
      return isMine ? .yes : .no
    }
  }

  /// L4
  func saveState() {
    expect(seat == .mine && saveWanted && !renewalDue, "who does not lead saves, or saves nothing")
    saving = waiting.count
    let state = waiting[saving - 1].state
    let save = EtcdTransaction(
      compare: [
        .isHeld(keys.leader, by: leaseID), .isUnchanged(keys.state, since: stateRevision),
      ],
      success: [.put(keys.state, state)], failure: [.read(keys.leader), .read(keys.state)])
    ask(.save, "/v3/kv/txn", save) { $0.judgeSave(of: state, $1) }
  }

  private func judgeSave(of state: [UInt8], _ result: EtcdTransactionResult) -> Answer {
    if result.succeeded == true {
      stateRevision = result.revision ?? stateRevision
      return .yes
    }
    guard result.found(at: 0)?.lease == leaseID else { return .no }
    // Nobody else can have changed it: an earlier question was heard, and its answer lost.
    let found = result.found(at: 1)
    stateRevision = found?.revision ?? 0
    if found?.value.map(Array.init) == state { return .yes }
    problem = "etcd heard an earlier save late"
    return .failed
  }

  private func ask<Reply: Decodable>(
    _ asked: Asked, _ path: String, _ request: some Encodable,
    read: @escaping (Leadership, Reply) -> Answer
  ) {
    expect(self.asked == .nothing && seat != .lost, "two questions at a time, or one too many")
    self.asked = asked
    answer = .flying
    question += 1
    let number = question
    client.post(path, request, as: Reply.self) { [weak self] result in
      guard let self, question == number, answer == .flying else { return }
      switch result {
      case .success(let reply): answer = read(self, reply)
      case .failure(let problem):
        self.problem = problem.description
        answer = .failed
      }
      happened(asked == .lease ? .granted : .answered)
    }
  }

  /// L7, L8
  func noteLease() {
    expect(
      answer == .yes && (asked == .lease || asked == .renewal), "a lease is held that nobody gave")
    lease = .held
    renewalDue = false
    askNothing()
    for timer in timers { timer.cancel() }
    let time = Duration.seconds(leaseTime)
    leaseEnds = askedAt + time
    let age = core.now - askedAt
    timers = [
      core.schedule(after: max(.zero, time / 3 - age)) { [weak self] in self?.growOld() },
      core.schedule(after: max(.zero, time - age)) { [weak self] in self?.runOut() },
    ]
  }

  /// L9
  func beginToLead() {
    expect(answer == .yes && asked == .seat, "who does not have the seat leads")
    seat = .mine
    askNothing()
    let found = found
    core.schedule(after: .zero) { [weak self] in self?.leads(found) }
  }

  /// L10
  func noteSaved() {
    expect(answer == .yes && asked == .save, "a state counts as saved that is not")
    let saved = waiting.prefix(saving)
    waiting.removeFirst(saving)
    askNothing()
    core.schedule(after: .zero) { for save in saved { save.done(.success(())) } }
  }

  /// L11
  func dropLease() {
    expect(seat != .mine, "who led stands by again")
    lease = .none
    seat = .unseen
    renewalDue = false
    askNothing()
  }

  /// L12
  func lookAgainLater() {
    expect(answer == .no && asked == .seat, "a seat is left that may be had")
    seat = .taken
    askNothing()
    noteLeader()
    lookTimer = core.schedule(after: Self.lookPause) { [weak self] in
      guard let self, seat == .taken else { return }
      seat = .unseen
      happened(.look)
    }
  }

  private func noteLeader() {
    guard let leader, leader != toldLeader else { return }
    toldLeader = leader
    core.schedule(after: .zero) { [weak self] in
      if self?.seat == .taken || self?.seat == .unseen { self?.standsBy(leader) }
    }
  }

  /// L13
  func endLead() {
    expect(answer == .no && seat == .mine, "a lead ends that nobody took")
    lose("etcd says that another coordinator leads, or that the lease ran out")
  }

  /// L14: after a pause, which is over when this is called the second time.
  func askAgain() {
    expect(answer == .failed, "a question is asked again that may be answered")
    if let retryAt, core.now >= retryAt {
      self.retryAt = nil
      askNothing()
    } else if retryAt == nil {
      retryAt = core.now + Self.retryPause
      if report.isDue(problem, at: core.now) { core.log.log(.warning, problem) }
    }
  }

  private func askNothing() {
    asked = .nothing
    answer = .none
    retryAt = nil
  }
}

// MARK: - What happens to it

extension Leadership {
  private func growOld() {
    guard lease == .held else { return }
    renewalDue = true
    happened(.renewal)
  }

  private func runOut() {
    guard lease == .held else { return }
    if seat == .mine {
      lose("the lease was not renewed in time: \(problem.isEmpty ? "no answer" : problem)")
      happened(.deposed)
    } else {
      dropLease()
      happened(.lapse)
    }
  }

  private func lose(_ reason: String) {
    seat = .lost
    lease = .none
    renewalDue = false
    waiting = []
    askNothing()
    core.schedule(after: .zero) { [weak self] in self?.ended(reason) }
  }
}

/// An answer that nobody looks at.
struct EtcdIgnored: Decodable, Sendable {}
