import FoundationEssentials
import RulesNetwork
import RulesRuntime

/// A coordinator's seat and state in etcd. Its rules are in `rules/LogServices/Leadership.rules`.
///
/// Two keys below a prefix: `leader`, put under the leader's lease and only while there is none, and
/// `state`, replaced only while `leader` is under the lease of who replaces it. So a coordinator that
/// slept through the end of its lease changes nothing any more.
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
  private let leads: ([UInt8]?) -> Void
  private let ended: (String) -> Void
  private var leaseID = ""
  /// When the lease was last asked for: it lives at least as long from then on.
  private var askedAt = PoolInstant(nanoseconds: 0)
  private var timers: [PoolTimer] = []
  private var lookTimer: PoolTimer?
  /// Until when `askAgain` waits.
  private var retryAt: PoolInstant?
  /// The state that the last leader saved, once the seat is this one's.
  private var found: [UInt8]?
  /// Why the last question was not answered with yes.
  private var problem = ""

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
  static let usualLeaseTime = 3
  private let leaseTime: Int
  static let lookPause = Duration.milliseconds(500)
  static let retryPause = Duration.milliseconds(200)

  init(
    core: PoolCore, client: EtcdClient, prefix: String, name: String, leaseTime: Int,
    leads: @escaping ([UInt8]?) -> Void, ended: @escaping (String) -> Void
  ) {
    self.leaseTime = leaseTime
    self.core = core
    self.client = client
    keys = (prefix + "leader", prefix + "state")
    self.name = name
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

  /// Gives the seat up, if etcd still hears it, and ends.
  func close() {
    for timer in timers { timer.cancel() }
    lookTimer?.cancel()
    core.remove(self)
    guard lease == .held else { return }
    client.post("/v3/lease/revoke", EtcdLeaseID(id: leaseID), as: EtcdIgnored.self) { _ in }
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
    askedAt = core.now
    ask(.lease, "/v3/lease/grant", EtcdLeaseGrant(seconds: leaseTime)) {
      (leadership, lease: EtcdLease) in
      leadership.leaseID = lease.id
      return .yes
    }
  }

  /// L2
  func renewLease() {
    askedAt = core.now
    ask(.renewal, "/v3/lease/keepalive", EtcdLeaseID(id: leaseID)) { (_, alive: EtcdKeptAlive) in
      alive.result.seconds == nil ? .no : .yes
    }
  }

  /// L3: the seat is this one's if nobody has it, or its own lease has, because the answer to an
  /// earlier question was lost.
  func askForSeat() {
    let claim = EtcdTransaction(
      compare: [.isAbsent(keys.leader)],
      success: [.put(keys.leader, Array(name.utf8), lease: leaseID), .read(keys.state)],
      failure: [.read(keys.leader), .read(keys.state)])
    ask(.seat, "/v3/kv/txn", claim) { (leadership, result: EtcdTransactionResult) in
      let isMine =
        result.succeeded == true || result.found(at: 0)?.lease == leadership.leaseID
      leadership.found = isMine ? result.found(at: 1)?.value.map(Array.init) : nil
      return isMine ? .yes : .no
    }
  }

  /// L4
  func saveState() {
    saving = waiting.count
    let save = EtcdTransaction(
      compare: [.isHeld(keys.leader, by: leaseID)],
      success: [.put(keys.state, waiting[saving - 1].state)])
    ask(.save, "/v3/kv/txn", save) { (_, result: EtcdTransactionResult) in
      result.succeeded == true ? .yes : .no
    }
  }

  private func ask<Reply: Decodable>(
    _ asked: Asked, _ path: String, _ request: some Encodable,
    read: @escaping (Leadership, Reply) -> Answer
  ) {
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
    lease = .held
    renewalDue = false
    askNothing()
    for timer in timers { timer.cancel() }
    let time = Duration.seconds(leaseTime)
    let age = core.now - askedAt
    timers = [
      core.schedule(after: max(.zero, time / 3 - age)) { [weak self] in self?.growOld() },
      core.schedule(after: max(.zero, time - age)) { [weak self] in self?.runOut() },
    ]
  }

  /// L9
  func beginToLead() {
    seat = .mine
    askNothing()
    let found = found
    core.schedule(after: .zero) { [weak self] in self?.leads(found) }
  }

  /// L10
  func noteSaved() {
    let saved = waiting.prefix(saving)
    waiting.removeFirst(saving)
    askNothing()
    core.schedule(after: .zero) { for save in saved { save.done(.success(())) } }
  }

  /// L11
  func dropLease() {
    lease = .none
    seat = .unseen
    renewalDue = false
    askNothing()
  }

  /// L12
  func lookAgainLater() {
    seat = .taken
    askNothing()
    lookTimer = core.schedule(after: Self.lookPause) { [weak self] in
      guard let self, seat == .taken else { return }
      seat = .unseen
      happened(.look)
    }
  }

  /// L13
  func endLead() { lose("etcd says that another coordinator leads, or that the lease ran out") }

  /// L14: after a pause, which is over when this is called the second time.
  func askAgain() {
    if let retryAt, core.now >= retryAt {
      self.retryAt = nil
      askNothing()
    } else if retryAt == nil {
      retryAt = core.now + Self.retryPause
      core.log.log(.warning, problem)
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
