import PlantedBugs
import RulesNetwork

/// What one backup said about a log.
package struct BackupAnswer: Hashable, Sendable {
  package var server: ServerID
  /// nil: it did not answer, which is not the same as having nothing.
  package var replicas: [ReplicaList.Replica]?

  package init(server: ServerID, replicas: [ReplicaList.Replica]?) {
    self.server = server
    self.replicas = replicas
  }
}

/// Where a log can be read: which replica of which segment, on whose word.
package struct RecoveryPlan: Hashable, Sendable {
  /// A replica that may be read.
  package struct Source: Hashable, Sendable {
    var server: ServerID
    var key: ReplicaKey
    var certificate: Certificate
    /// The replication version that the certificate came with.
    var version: UInt32 = 1
  }

  /// A segment, and the replicas that have it, best first.
  package struct Segment: Hashable, Sendable {
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
package enum RecoveryVerdict: Hashable, Sendable {
  /// Nothing of it was ever acknowledged, and nobody has anything that could be read.
  case empty
  case complete(RecoveryPlan)
  /// These segments are missing among the answers. Some backup did not answer, or could not read what
  /// it has, and may have them.
  case incomplete([IncompleteSegment])
  /// These segments are missing, and every backup of the cluster said what it has: only one that is
  /// no member now could bring them back.
  case lost([IncompleteSegment])
}

/// Missing segments that are listed one by one; the rest of a larger gap is not.
let incompleteSegmentLimit = 1000

/// Decides where each segment of a log is read, or what is missing. Never guesses: what an answer
/// only suggests is reported as incomplete.
///
/// - What the mark gives up counts for nothing: an open replica below it was lost to its owner, who
///   went on without it, so that it may lack what was acknowledged since.
/// - A log that has a mark was opened and its segments up to the mark were there: if they are not
///   found, they are missing, however little else is.
/// - Of one segment the newest epoch that has a certificate counts: a later owner made its replica
///   from all that was acknowledged before. Within it, closed goes before open, and the longest
///   certified before shorter ones.
/// - A replica without certificate was never completed; it counts as a sign that the segment
///   existed, never as its content.
/// - Ids run from the log's first segment to the last without gaps.
/// - The last segment is open: its predecessor was closed only when it was there (rule R6), so when
///   all segments are closed, the last one is missing.
/// - Every other segment has a closed replica: a segment got data only when its predecessor was
///   closed on all its backups (rule R4). Segments behind the first open one must therefore be empty,
///   and are not needed, whether they can be read or not: nothing in them was ever acknowledged. If one
///   does have data, the end of the open one is missing. So a segment that has a closed replica of its
///   newest epoch is never the one where the log goes on.
///
/// - Parameters:
///   - log: the log's id.
///   - mark: what the coordinator knows of it.
///   - first: the id of its first segment. Those before were given up, wherever there is one yet.
package func planRecovery(
  _ answers: [BackupAnswer], of log: UInt64, mark: LogMark,
  first: UInt64 = 1
) -> RecoveryVerdict {
  let all = candidates(answers, of: log).filter { $0.replica.key.segment >= first }
  let problems: [IncompleteSegment]
  switch survey(all, mark: mark, first: first) {
  case .success(let plan): return .complete(plan)
  case .failure(let gaps): problems = gaps.segments
  }
  let isTraceless = !all.contains { $0.isCertified || !$0.replica.state.isSound }
  if mark == .none, isTraceless { return .empty }
  // What cannot be read now may be read later, as who does not answer may answer later.
  let isFinal =
    answers.allSatisfy { $0.replicas != nil }
    && !all.contains { $0.replica.state == .unreadable }
  return isFinal ? .lost(problems) : .incomplete(problems)
}

private struct Gaps: Error {
  var segments: [IncompleteSegment]
}

/// The plan, or all that stands in its way.
private func survey(
  _ all: [Candidate], mark: LogMark, first: UInt64
) -> Result<RecoveryPlan, Gaps> {
  let known = Dictionary(grouping: all) { $0.replica.key.segment }
  let segments = known.mapValues { replicas in replicas.filter { !$0.isGivenUp(by: mark) } }
    .filter { $0.key <= mark.segment || !$0.value.isEmpty }
  let last = max(segments.keys.max() ?? 0, mark.segment)

  var problems: [IncompleteSegment] = []
  var found: [(segment: RecoveryPlan.Segment, isEmpty: Bool)] = []
  var next = first
  func noteMissing(before end: UInt64) {
    while next < end, problems.count < incompleteSegmentLimit {
      problems.append(IncompleteSegment(segment: next, reason: .missing))
      next += 1
    }
  }
  for id in segments.keys.sorted() where id >= next {
    noteMissing(before: id)
    next = id &+ 1
    let sources = chooseSources(segments[id] ?? [])
    if let best = sources.best {
      let segment = RecoveryPlan.Segment(
        id: id, closed: best.replica.state == .closed, sources: sources.all)
      found.append((segment, isEmpty: best.replica.certified == SegmentHeader.size))
    } else {
      problems.append(IncompleteSegment(segment: id, reason: reason(known[id] ?? [])))
    }
  }
  noteMissing(before: last &+ 1)

  let lastWithData = found.last { $0.segment.closed || !$0.isEmpty }?.segment.id ?? 0
  // Problems behind the head are none.
  if let head = found.first(where: { !$0.segment.closed })?.segment.id,
    head >= max(lastWithData, mark.segment)
  {
    problems.removeAll { $0.segment > head }
  }
  let lastInUse = max(lastWithData, problems.last?.segment ?? 0)
  for (segment, _) in found where !segment.closed && segment.id < lastInUse {
    problems.append(IncompleteSegment(segment: segment.id, reason: .notClosed))
  }
  let open =
    planted(.b9)
    ? found.lastIndex { !$0.segment.closed } : found.firstIndex { !$0.segment.closed }
  if open == nil, problems.last?.segment != last {
    problems.append(IncompleteSegment(segment: last &+ 1, reason: .missing))
  }
  guard problems.isEmpty || planted(.b49), let open else {
    return .failure(Gaps(segments: problems.sorted { $0.segment < $1.segment }))
  }
  expect(found[open].segment.id >= mark.segment, "everything before the mark is closed")
  return .success(RecoveryPlan(segments: found[...open].map(\.segment)))
}

/// Why none of a segment's replicas can be read.
private func reason(_ replicas: [Candidate]) -> IncompleteSegment.Reason {
  if replicas.contains(where: { $0.replica.state == .unreadable }) { return .unreadable }
  if replicas.contains(where: { $0.replica.state == .corrupt }) { return .corrupt }
  // What has a certificate and is no source was given up.
  return replicas.contains(where: \.isCertified) ? .notClosed : .uncertified
}

private struct Candidate {
  var server: ServerID
  var replica: ReplicaList.Replica

  var isCertified: Bool {
    replica.state.isSound && replica.certified >= SegmentHeader.size
  }

  func isGivenUp(by mark: LogMark) -> Bool {
    mark.givesUp(replica.key, isOpen: replica.state == .open, version: replica.version)
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

extension LogMark {
  /// Whether the owner who set the mark went on without a replica.
  ///
  /// Of the marked segment and those after it replicas of earlier owners count for nothing, not even
  /// closed ones: the owner began with that segment open, and made its own. Before it a closed
  /// replica has all that its segment ever got, an open one may not.
  package func givesUp(_ key: ReplicaKey, isOpen: Bool, version: UInt32) -> Bool {
    if key.segment >= segment, key.epoch < epoch { return true }
    return isOpen && LogMark(epoch: key.epoch, segment: key.segment, version: version) < self
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
      RecoveryPlan.Source(
        server: $0.server, key: $0.replica.key, certificate: $0.certificate,
        version: $0.replica.version)
    }
  )
}
