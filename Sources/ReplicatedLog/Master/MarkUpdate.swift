import PlantedBugs
import RulesNetwork
import RulesRuntime

/// The log's mark at the coordinator: a task whose goal is that every mark asked for is durable. Its
/// rules are in `rules/ReplicatedLog/MarkUpdate.rules`.
final class MarkUpdate {
  let membership = TaskMembership()
  /// The log, which owns this.
  private unowned let log: LogState
  /// The pauses after calls that did not help.
  private var backoff = ExponentialBackoff(
    first: .milliseconds(100), limit: .seconds(5), jitter: 0.5)
  private var retryAt = PoolInstant(nanoseconds: 0)
  private var rpc: (any ClusterCall)?

  /// Fact: the number of the newest mark that was asked for.
  private(set) var wanted = 0
  /// Fact: that of the newest one that was sent.
  private(set) var sent = 0
  /// Fact: that of the newest one that is durable.
  private(set) var current = 0
  /// Fact: the outcome of the call that is under way.
  private(set) var call = Call.idle

  private var wantedMark = LogMark.none
  private var wantedFirst: UInt64
  private var sentMark = LogMark.none
  private var sentFirst: UInt64 = 1
  /// What the coordinator is known to have; of an earlier owner, or none, at first.
  private(set) var mark: LogMark
  /// The first segment that the coordinator is known to have.
  private(set) var first: UInt64

  init(log: LogState, ownership: LogOwnership) {
    self.log = log
    mark = ownership.mark
    first = ownership.first
    wantedFirst = first
  }

  /// V4: raises the mark, once that can be.
  func ask(for mark: LogMark) {
    expect(mark > wantedMark, "marks never decrease")
    wantedMark = mark
    wanted += 1
    happened(.want)
  }

  /// Trim: the log is to begin with this segment. Only once this owner has set a mark.
  func ask(forFirst first: UInt64) {
    guard first > wantedFirst else { return }
    expect(mark.epoch == log.epoch, "an owner trims what it has begun")
    wantedFirst = first
    wanted += 1
    happened(.want)
  }

  /// U1
  func sendMark() {
    expect(
      rpc == nil && call == .idle && sent < wanted, "two marks are on their way, or none is due")
    sent = wanted
    sentMark = wantedMark
    sentFirst = wantedFirst
    call = .flying
    let note = NoteMark(log: log.id, mark: sentMark, first: sentFirst)
    rpc = log.calls.call(
      .address(log.identity.coordinator), .noteMark, head: note.encoded, payload: nil
    ) { [weak self] in self?.ended($0) }
  }

  private func ended(_ rpc: any ClusterCall) {
    guard rpc === self.rpc, let outcome = rpc.outcome else { return }
    self.rpc = nil
    switch outcome {
    case .ok: call = .ok
    case .refused(.application(LogRefusal.fenced.rawValue, _)): call = .fenced
    default:
      call = .failed
      retryAt = log.core.now + log.pause(&backoff)
      log.core.log.log(.warning, "the coordinator did not take mark \(sentMark): \(outcome)")
    }
    happened(.reply)
  }

  /// U3
  func noteMark() {
    expect(call == .ok, "a mark is durable that the coordinator did not take")
    current = sent
    call = .idle
    mark = max(mark, sentMark)
    first = max(first, sentFirst)
    backoff.reset()
    log.markIsDurable()
  }

  /// U4: not before a pause is over.
  func tryAgain() {
    expect(call == .failed, "a mark is given up that may be taken")
    guard log.core.now >= retryAt else { return }
    sent = current
    call = .idle
  }

  /// U5
  func endOwner() {
    expect(call == .fenced, "an owner ends twice, or for no reason")
    call = .ended
    log.endLater(.fenced)
  }

  func cancelCall() {
    rpc?.cancel()
    rpc = nil
  }
}

extension MarkUpdate: RuleSubject {
  /// The second highest bit keeps it apart from segments, replicas and failures.
  var subjectID: UInt64 { 1 << 62 }
  var subjectName: String { "mark of log \(log.id)" }
}
