import RulesNetwork

/// What one backup said about a log.
struct BackupAnswer: Hashable, Sendable {
  var server: ServerID
  /// nil: it did not answer, which is not the same as having nothing.
  var replicas: [ReplicaList.Replica]?
}

/// Where a log can be read: which replica of which segment, on whose word.
struct RecoveryPlan: Hashable, Sendable {
  /// A replica that may be read.
  struct Source: Hashable, Sendable {
    var server: ServerID
    var key: ReplicaKey
    var certificate: Certificate
  }

  /// A segment, and the replicas that have it, best first.
  struct Segment: Hashable, Sendable {
    var id: UInt64
    var closed: Bool
    var sources: [Source]
  }

  /// All segments in order, without gaps. All are closed but the last, where the log goes on.
  var segments: [Segment]

  /// Image bytes of all segments.
  var bytes: Int { segments.reduce(0) { $0 + Int($1.sources[0].certificate.length) } }
}

/// What can be said about a log from the answers.
enum RecoveryVerdict: Hashable, Sendable {
  /// Nobody has anything of it.
  case empty
  case complete(RecoveryPlan)
  case incomplete([IncompleteSegment])
}

/// Missing segments that are listed one by one; the rest of a larger gap is not.
let incompleteSegmentLimit = 1000

/// Decides where each segment of a log is read, or what is missing. Never guesses: what an answer
/// only suggests is reported as incomplete.
///
/// - Of one segment the newest epoch that has a certificate counts: a later owner made its replica
///   from all that was acknowledged before. Within it, closed goes before open, and the longest
///   certified before shorter ones.
/// - A replica without certificate was never completed; it counts as a sign that the segment
///   existed, never as its content.
/// - Ids run from the first segment to the last without gaps.
/// - The last segment is open: its predecessor was closed only when it was there (rule R6), so when
///   all segments are closed, the last one is missing.
/// - Every other segment has a closed replica: a segment got data only when its predecessor was
///   closed on all its backups (rule R4). Segments behind the first open one must therefore be empty,
///   and are not needed: nothing in them was ever acknowledged.
func planRecovery(_ answers: [BackupAnswer], of log: UInt64) -> RecoveryVerdict {
  let segments = Dictionary(grouping: candidates(answers, of: log)) { $0.replica.key.segment }
  guard let last = segments.keys.max() else { return .empty }

  var problems: [IncompleteSegment] = []
  var found: [(segment: RecoveryPlan.Segment, isEmpty: Bool)] = []
  var next = SegmentHeader.firstSegment
  for id in segments.keys.sorted() where id >= next {
    while next < id, problems.count < incompleteSegmentLimit {
      problems.append(IncompleteSegment(segment: next, reason: .missing))
      next += 1
    }
    next = id &+ 1
    let sources = chooseSources(segments[id] ?? [])
    if let best = sources.best {
      let segment = RecoveryPlan.Segment(
        id: id, closed: best.replica.state == .closed, sources: sources.all)
      found.append((segment, isEmpty: best.replica.certified == SegmentHeader.size))
    } else {
      let isCorrupt = segments[id]?.contains { $0.replica.state == .corrupt } ?? false
      problems.append(
        IncompleteSegment(segment: id, reason: isCorrupt ? .corrupt : .uncertified))
    }
  }

  // A segment that exists and cannot be read may have had data.
  let lastWithData =
    max(
      found.last { $0.segment.closed || !$0.isEmpty }?.segment.id ?? 0,
      problems.last?.segment ?? 0)
  for (segment, _) in found where !segment.closed && segment.id < lastWithData {
    problems.append(IncompleteSegment(segment: segment.id, reason: .notClosed))
  }
  let open = found.firstIndex { !$0.segment.closed }
  if open == nil, problems.last?.segment != last {
    problems.append(IncompleteSegment(segment: last &+ 1, reason: .missing))
  }
  guard problems.isEmpty, let open else {
    return .incomplete(problems.sorted { $0.segment < $1.segment })
  }
  return .complete(RecoveryPlan(segments: found[...open].map(\.segment)))
}

private struct Candidate {
  var server: ServerID
  var replica: ReplicaList.Replica

  var isCertified: Bool {
    replica.state != .corrupt && replica.certified >= SegmentHeader.size
  }

  var certificate: Certificate {
    Certificate(length: replica.certified, crc: replica.crc)
  }

  /// Whether this is to be read rather than `other`.
  func isBetter(than other: Candidate) -> Bool {
    let mine = replica
    let its = other.replica
    if mine.key.epoch != its.key.epoch { return mine.key.epoch > its.key.epoch }
    if mine.state != its.state { return mine.state == .closed }
    if mine.certified != its.certified { return mine.certified > its.certified }
    return server < other.server
  }
}

private func candidates(_ answers: [BackupAnswer], of log: UInt64) -> [Candidate] {
  answers.flatMap { answer in
    (answer.replicas ?? []).filter { $0.key.log == log }
      .map { Candidate(server: answer.server, replica: $0) }
  }
}

/// The best replica, and all that may stand in for it: of a closed segment those with the same
/// bytes, of an open one those of the same epoch.
private func chooseSources(
  _ candidates: [Candidate]
) -> (best: Candidate?, all: [RecoveryPlan.Source]) {
  let sorted = candidates.filter(\.isCertified).sorted { $0.isBetter(than: $1) }
  guard let best = sorted.first else { return (nil, []) }
  let all = sorted.filter { candidate in
    best.replica.state == .closed
      ? candidate.replica.state == .closed && candidate.certificate == best.certificate
      : candidate.replica.key.epoch == best.replica.key.epoch
  }
  return (
    best,
    all.map {
      RecoveryPlan.Source(server: $0.server, key: $0.replica.key, certificate: $0.certificate)
    }
  )
}
