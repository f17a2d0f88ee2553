import PlantedBugs
import RulesNetwork
import RulesRuntime

/// Replicas that the log does not need, of a segment that it gave up or that it has three others of, until
/// their backups were asked to free them. Its rules are
/// in `rules/ReplicatedLog/SegmentRelease.rules`.
final class SegmentRelease {
  let membership = TaskMembership()
  private let id: UInt64
  let subjectName: String
  /// The log, which owns this.
  private unowned let log: LogState
  private(set) var replicas: [ReleasedReplica] = []

  /// The segment itself, and its memory, may go.
  init(of segment: Segment) {
    id = segment.id
    log = segment.log
    subjectName = "trimmed segment \(segment.id)"
    replicas = segment.replicas.compactMap { replica in
      replica.serverID.map {
        ReleasedReplica(release: self, index: replica.index, server: $0, key: replica.key)
      }
    }
  }

  /// What one backup has of one segment beside the three replicas that the log needs.
  init(of leftOvers: [ReplicaKey], on server: ServerID, log: LogState) {
    id = leftOvers.first?.segment ?? 0
    subjectName = "left-over segment \(id) on backup \(server)"
    self.log = log
    replicas = leftOvers.enumerated().map { index, key in
      ReleasedReplica(release: self, index: index, server: server, key: key)
    }
  }

  /// X1
  func askForLeave(_ replica: ReleasedReplica) { replica.permit = log.frees.request(for: self) }

  /// X3
  func sendFree(_ replica: ReleasedReplica) { replica.send(over: log.calls) }

  /// X5
  func noteFreed(_ replica: ReleasedReplica) {
    expect(replica.call == .done, "a replica is freed twice, or not at all")
    end(replica)
  }

  /// X6
  func giveUp(_ replica: ReleasedReplica) {
    expect(replica.call == .failed, "a replica is given up that may be freed")
    log.core.log.log(.warning, "\(replica.subjectName) stays on its backup: \(replica.problem)")
    end(replica)
  }

  private func end(_ replica: ReleasedReplica) {
    replica.end()
    if replicas.allSatisfy({ !$0.held }) { log.releaseEnded(self) }
  }

  func cancelCalls() {
    for replica in replicas { replica.end() }
  }
}

extension SegmentRelease: RuleSubject {
  /// The third highest bit keeps it apart from segments.
  var subjectID: UInt64 { 1 << 61 | id * 4 }
}

/// A replica that is to be freed.
final class ReleasedReplica: RuleSubject {
  private unowned let release: SegmentRelease
  private let index: Int
  private let server: ServerID
  private let key: ReplicaKey

  /// Fact: the backup may have it.
  private(set) var held = true
  /// Fact: the call that frees it.
  private(set) var call = FreeCall.idle
  /// Why the call failed, for people.
  private(set) var problem = ""
  var permit: Permit?
  private var rpc: (any ClusterCall)?

  init(release: SegmentRelease, index: Int, server: ServerID, key: ReplicaKey) {
    self.release = release
    self.index = index
    self.server = server
    self.key = key
  }

  var subjectID: UInt64 { release.subjectID + 1 + UInt64(index) }
  var subjectName: String { "\(release.subjectName), replica \(index + 1)" }

  /// Fact: whether the call may be started.
  var leave: Leave {
    guard let permit else { return .none }
    return permit.isGranted ? .granted : .waiting
  }

  func send(over calls: any ClusterCalls) {
    expect(leave == .granted && call == .idle, "a free without leave, or twice")
    call = .flying
    rpc = calls.call(.server(server), .freeReplica, head: key.encoded, payload: nil) {
      [weak self] in self?.ended($0)
    }
  }

  private func ended(_ rpc: any ClusterCall) {
    guard rpc === self.rpc, let outcome = rpc.outcome else { return }
    switch outcome {
    case .ok, .targetLeft: call = .done
    default:
      call = .failed
      problem = outcome.problem
    }
    release.happened(.reply)
  }

  func end() {
    rpc?.cancel()
    rpc = nil
    permit = nil
    held = false
    call = .idle
  }
}
