import PlantedBugs
import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Verifies what the backup keeps, again and again. Its rules are in
/// `rules/LogServices/Scrubbing.rules`; this is the state they are about.
final class Scrubbing {
  let membership = TaskMembership()

  /// Fact: whether a pass over all replicas is under way.
  private(set) var pass = Pass.resting
  /// Fact: the next piece may be read.
  private(set) var due = false
  /// Fact: what has come of the replica that is being read.
  private(set) var reading = Reading.none

  private let core: PoolCore
  private let store: ReplicaStore
  private let pace: ScrubPace
  private var scan: ReplicaScan?
  /// The replica that was read last in this pass.
  private var last: ReplicaKey?
  private var timer: PoolTimer?

  private(set) var counters = Counters()

  /// What it has done since the backup started.
  struct Counters: Hashable {
    var bytes = 0
    var passes = 0
    var replicas = 0
    var damaged = 0
  }

  init(core: PoolCore, store: ReplicaStore, pace: ScrubPace) {
    self.core = core
    self.store = store
    self.pace = pace
  }

  /// In its pool: the first pass begins after a rest.
  func begin() { if pace.bytesPerSecond > 0 { rest() } }

  /// Nothing is read any more.
  func stop() { timer?.cancel() }

  private func rest() {
    timer = core.schedule(after: pace.rest) { [weak self] in
      guard let self, pass == .resting else { return }
      pass = .running
      happened(.begin)
      pause(after: 0)
    }
  }

  private func pause(after bytes: Int) {
    timer = core.schedule(after: pace.pause(after: bytes)) { [weak self] in
      guard let self, pass == .running else { return }
      due = true
      happened(.pause)
    }
  }

  /// The replica is done with; the pause after its last piece begins.
  private func end() {
    pause(after: scan?.lastCount ?? 0)
    reading = .none
    scan = nil
  }
}

extension Scrubbing: RuleSubject {
  var subjectID: UInt64 { 1 }
  var subjectName: String { "scrubber" }
}

// MARK: - What the rules of `Scrubbing.rules` do, under the names that they use

extension Scrubbing {
  func chooseReplica() {
    expect(due && reading == .none, "a replica is chosen beside another one, or too soon")
    scan = store.scan(after: last)
    last = scan?.key
    if scan != nil {
      reading = .partial
    } else {
      counters.passes += 1
      pass = .resting
      due = false
      rest()
    }
  }

  func readPiece() {
    expect(due && reading == .partial, "a piece is read too soon, or of nothing")
    let progress = scan?.readPiece(of: store, limit: pace.piece) ?? .gone
    store.closeIdleFiles()
    counters.bytes += scan?.lastCount ?? 0
    due = false
    switch progress {
    case .more: pause(after: scan?.lastCount ?? 0)
    case .whole: reading = .whole
    case .wrong: reading = .wrong
    case .unread: reading = .unread
    case .gone: end()
    }
  }

  func noteSound() {
    expect(reading == .whole, "what was not read is sound")
    counters.replicas += 1
    end()
  }

  func verify() { noteUnread() }

  func noteUnread() {
    expect(reading == .wrong || reading == .unread, "what may be sound is looked at again")
    if let key = scan?.key, !store.verify(key) { counters.damaged += 1 }
    end()
  }

  /// For a monitoring system.
  var samples: [MetricSample] {
    func counter(_ name: String, _ help: String, _ value: Int) -> MetricSample {
      MetricSample(name: name, kind: .counter, help: help, value: Double(value))
    }
    return [
      counter("replog_scrubbed_bytes_total", "Bytes that were verified again.", counters.bytes),
      counter(
        "replog_scrubbed_replicas_total", "Replicas that were verified again, and are sound.",
        counters.replicas),
      counter(
        "replog_scrub_damaged_total", "Replicas that turned out to be damaged.", counters.damaged),
      counter("replog_scrub_passes_total", "Passes over all replicas.", counters.passes),
    ]
  }
}
