import PlantedBugs
import RulesNetwork
import RulesRuntime

/// A copy of one segment on one backup, as its owner knows it.
final class Replica: RuleSubject {
  /// The segment, which owns this.
  unowned let segment: Segment
  /// The segment's, which is given up before what visited the replica: then it is still named.
  private let segmentID: UInt64
  /// From 0, in its segment.
  let index: Int

  /// The backup that was chosen; nil while there is none.
  private(set) var serverID: ServerID?
  /// The epoch under which it was made: a part of its name on the backup.
  private(set) var epoch: UInt32 = 0
  /// Fact: how far the header is.
  private(set) var header = Progress.unsent
  /// Fact: how far the footer is.
  private(set) var footer = Progress.unsent
  /// Fact: how far a certificate without the footer is: from `sent` on recovery may find an open
  /// replica on the backup.
  private(set) var visible = Progress.unsent
  /// Fact: whether its certificate has the segment's newest version.
  private(set) var stamp = Stamp.current
  /// The version of its newest confirmed certificate; 0: there is none.
  private(set) var certifiedVersion: UInt32 = 0
  /// Fact: data bytes sent, confirmed or not.
  private(set) var sent = 0
  /// Fact: data bytes that the backup has confirmed.
  private(set) var committed = 0
  /// Data bytes that it has confirmed under a certificate: only they are durable there.
  private(set) var certified = 0
  /// It replaces a lost one and is not visible to recovery yet.
  private(set) var repairing = false

  private var certification = Certification.always
  /// CRC-32C of all image bytes sent so far.
  private var crc: UInt32 = 0
  /// Fact: the outstanding write, or what came of it.
  private(set) var rpc = Rpc.idle
  /// Leave to write, from when it was asked for until the write has ended.
  private var permit: Permit?
  /// The outstanding write, if any, what it asks for, and whether it carries a certificate.
  private var call: (any ClusterCall)?
  private var callOperation = LogOperation.openReplica
  private var callCertifies = false
  private var callVersion: UInt32 = 0

  init(segment: Segment, index: Int) {
    self.segment = segment
    segmentID = segment.id
    self.index = index
  }

  /// One that an earlier owner, or this one before, has closed.
  init(segment: Segment, index: Int, closed: RecoveredSegment.ClosedReplica) {
    self.segment = segment
    segmentID = segment.id
    self.index = index
    serverID = closed.server
    epoch = closed.epoch
    header = .committed
    footer = .committed
    sent = segment.appended
    committed = sent
    certified = sent
  }

  var subjectID: UInt64 { Segment.subjectID(of: segmentID) + 1 + UInt64(index) }
  var subjectName: String { "\(Segment.subjectName(of: segmentID)), replica \(index + 1)" }

  /// Fact: a backup is chosen.
  var server: Server { serverID == nil ? .none : .chosen }

  /// Fact: bytes of data that the segment has.
  var appended: Int { segment.appended }

  /// Fact: whether a write may be started.
  var leave: Leave {
    guard let permit else { return .none }
    return permit.isGranted ? .granted : .waiting
  }

  var key: ReplicaKey { ReplicaKey(log: segment.log.id, segment: segment.id, epoch: epoch) }

  /// The backup has confirmed all that it was sent, and something of it.
  var isSettled: Bool { rpc == .idle && header == .committed }

  func select(_ server: ServerID, epoch: UInt32, certification: Certification) {
    serverID = server
    self.epoch = epoch
    self.certification = certification
  }

  /// E4, Y3: its backup has it no more.
  func makeAgain() {
    if visible != .unsent, footer != .committed { deselectOpenServer() } else { deselectServer() }
  }

  /// F1open: recovery might find it, should the backup come back.
  func deselectOpenServer() {
    let isReplacement = certification != .always
    if !(planted(.b16) && isReplacement) { segment.noteOpenReplicaLost() }
    deselectServer()
  }

  /// F1: everything begins again, elsewhere.
  func deselectServer() {
    reset()
    if !repairing { segment.log.replicaLost() }
    repairing = true
  }

  /// E1, E3: everything begins again. That it replaces a lost replica stays so.
  func reset() {
    cancelCall()
    serverID = nil
    header = .unsent
    footer = .unsent
    visible = .unsent
    stamp = .current
    certifiedVersion = 0
    sent = 0
    committed = 0
    certified = 0
    crc = 0
  }

  /// P1: leave to write comes at once, or in the order of asking.
  func askForLeave() {
    expect(leave == .none, "leave is asked for twice")
    let throttle = segment.wasClosed ? segment.log.copies : segment.log.writes
    permit = throttle.request(for: segment)
  }

  /// P2
  func giveLeaveBack() {
    expect(leave != .none && rpc == .idle, "leave is given back that is needed, or twice")
    permit = nil
  }

  /// E2: the backup is not used any more, and F1 will follow.
  func noteServerGivenUp() { rpc = .left }

  /// V1: its certificate, if any, has an older version now.
  func makeStale() { stamp = .stale }

  /// Marks a replica that was missing when the log was opened.
  func markMissing() { repairing = true }

  func cancelCall() {
    if planted(.b27), let permit { _ = Unmanaged.passRetained(permit) }
    if !planted(.b26), !planted(.b28) { call?.cancel() }
    endCall()
  }

  private func endCall() {
    call = nil
    rpc = .idle
    permit = nil
  }

  func sendHeader() {
    let certifies = certification.allows(length: 0, closing: false)
    send(.openReplica, 0..<SegmentHeader.size, certifies: certifies)
    header = .sent
  }

  func sendData(limit: Int) {
    let end = min(appended, sent + limit)
    let certifies = certification.allows(length: end, closing: false)
    send(
      .writeReplica, SegmentHeader.size + sent..<SegmentHeader.size + end, certifies: certifies)
    sent = end
  }

  /// V2: the certificate that it has, once more, under the segment's version.
  func sendVersion() {
    expect(
      visible == .committed && footer == .unsent && stamp == .stale, "a version is sent in vain")
    let end = SegmentHeader.size + sent
    send(.writeReplica, end..<end, certifies: true)
    stamp = .sent
  }

  func sendFooter() {
    let end = SegmentHeader.size + appended
    send(.closeReplica, end..<end, certifies: true)
    footer = .sent
  }

  func commitHeader() {
    expect(header == .sent, "a header counts that was not sent")
    header = .committed
    commitCall()
  }

  func commitData() {
    expect(committed < sent, "data count that were not sent")
    committed = sent
    commitCall()
  }

  func commitVersion() {
    expect(stamp == .sent, "a version counts that was not sent")
    stamp = .current
    commitCall()
  }

  func commitFooter() {
    expect(footer == .sent, "a footer counts that was not sent")
    footer = .committed
    commitCall()
  }

  private func send(_ operation: LogOperation, _ range: Range<Int>, certifies: Bool) {
    guard let serverID else { preconditionFailure("\(subjectName) has no backup to send to") }
    expect(leave == .granted && rpc == .idle, "a write without leave, or beside another one")
    let payload = segment.image.bytes(range)
    let checksum = segment.image.checksum(range)
    crc = crc32c(payload, seed: crc, known: checksum)
    let message = ReplicaWrite(
      key: key, capacity: UInt32(segment.image.capacity), offset: UInt32(range.lowerBound),
      version: segment.version, durability: segment.log.settings.durability,
      certificate: certifies ? Certificate(length: UInt32(range.upperBound), crc: crc) : nil)
    expect(
      !certifies || operation == .closeReplica || !segment.wasClosed,
      "an open replica of a segment that was closed would pass for the end of the log")
    expect(
      !certifies || operation == .closeReplica
        || range.upperBound >= SegmentHeader.size + segment.promised,
      "an open replica with less than was acknowledged would pass for the whole")
    callCertifies = certifies
    callVersion = segment.version
    if certifies, operation != .closeReplica, visible == .unsent {
      visible = .sent
      stamp = .current
    }
    callOperation = operation
    rpc = .flying
    // A call that is not cancelled sends from the segment's memory until it ends.
    let sending = planted(.b26) || planted(.b28) ? segment.image : nil
    call = segment.log.calls.call(
      .server(serverID), operation, head: message.encoded, payload: payload,
      payloadChecksum: checksum, destination: nil
    ) { [weak self] call in withExtendedLifetime(sending) { self?.ended(call) } }
  }

  private func ended(_ call: any ClusterCall) {
    // A call that the replica has given up says nothing about the one that took its place.
    guard call === self.call || planted(.b26), let outcome = call.outcome else { return }
    expect(call === self.call, "the end of a write counts for a replica that does not wait for it")
    rpc = Rpc(outcome, of: callOperation)
    segment.happened(rpc == .rejected ? .rejection : .reply)
  }

  /// Why the write that failed did, for people.
  var problem: String {
    "\(callOperation) of \(subjectName) " + (call?.outcome.map(\.problem) ?? "has no outcome")
  }

  private func commitCall() {
    expect(rpc == .ok, "a write counts before its backup has confirmed it")
    endCall()
    guard callCertifies else { return }
    certified = committed
    certifiedVersion = callVersion
    if visible == .sent { visible = .committed }
    if repairing {
      repairing = false
      segment.log.replicaRepaired(bytes: SegmentHeader.size + committed)
    }
  }
}
