import RulesNetwork
import Synchronization

@testable import ReplicatedLog

/// A coordinator and backups that are only their state: what a request does to them, and what they
/// answer. They check every write as strictly as a backup may.
final class FakeServers: Sendable {
  struct Replica {
    var bytes: [UInt8] = []
    var certificate: Certificate?
    var version: UInt32 = 0
    var isClosed = false
    var isCorrupt = false
  }

  struct Backup {
    var replicas: [ReplicaKey: Replica] = [:]
    var fences: [UInt64: UInt32] = [:]
    var isUp = true
    /// It gives no bytes back, and does not say so.
    var isDeaf = false
    /// What it refuses all writes with.
    var refusal: LogRefusal?
  }

  private struct State {
    var backups: [ServerID: Backup] = [:]
    var membership = Membership(cluster: 7, version: 1, backups: [])
    var logs: [String: LogOwnership] = [:]
    /// What the coordinator knows of each log: its mark, and the epoch of its newest owner.
    var marks: [UInt64: LogMark] = [:]
    var firsts: [UInt64: UInt64] = [:]
    var fences: [UInt64: UInt32] = [:]
    var coordinator = Coordinator()
  }

  /// How the coordinator behaves.
  struct Coordinator {
    /// It answers nothing about logs, but who is a member.
    var isSlow = false
    /// What it did not answer because it is slow.
    fileprivate var unanswered: Set<LogOperation> = []
    /// What it answers to the next questions about logs, before it behaves again.
    var outcomes: [RPCOutcome] = []
    /// It does not answer `noteMark`.
    var isForgetful = false
  }

  static let coordinator = NetworkAddress(host: "127.0.0.1", port: 4000)
  private let state = Mutex(State())

  init(backups: Int) {
    for slot in 1...max(1, backups) where backups > 0 { add(slot: UInt32(slot)) }
  }

  // MARK: - What happens to them

  @discardableResult
  func add(slot: UInt32, generation: UInt32 = 1, disk: Backup = Backup()) -> ServerID {
    let id = ServerID(slot: slot, generation: generation)
    state.withLock { state in
      state.backups[id] = Backup(replicas: disk.replicas, fences: disk.fences)
      state.membership.version += 1
      state.membership.backups.append(
        .init(server: id, address: "127.0.0.1:\(4100 + slot)"))
    }
    return id
  }

  /// It answers nothing from now on; the membership does not know yet.
  func kill(_ id: ServerID) { change(id) { $0.isUp = false } }

  /// A dead server is somebody else now, who has its disk: its replicas and its fences.
  func restart(_ id: ServerID) {
    let disk = state.withLock { $0.backups.removeValue(forKey: id) } ?? Backup()
    add(slot: id.slot, generation: id.generation + 1, disk: disk)
  }

  /// The membership knows of all that were killed.
  func declareDead() {
    state.withLock { state in
      let before = state.membership.backups.count
      state.membership.backups.removeAll { state.backups[$0.server]?.isUp != true }
      if state.membership.backups.count != before { state.membership.version += 1 }
    }
  }

  func change(_ id: ServerID, _ body: (inout Backup) -> Void) {
    state.withLock { state in
      if var backup = state.backups[id] {
        body(&backup)
        state.backups[id] = backup
      }
    }
  }

  func changeCoordinator(_ body: (inout Coordinator) -> Void) {
    state.withLock { body(&$0.coordinator) }
  }

  // MARK: - What one can see of them

  /// How many kinds of question the coordinator has left unanswered.
  var unansweredQuestions: Int { state.withLock { $0.coordinator.unanswered.count } }

  var membership: Membership { state.withLock { $0.membership } }
  /// The mark of log 1.
  var mark: LogMark { state.withLock { $0.marks[1] ?? .none } }
  /// The epoch of log 1's newest owner.
  var epoch: UInt32 { state.withLock { $0.fences[1] ?? 0 } }
  /// The first segment of log 1.
  var first: UInt64 { state.withLock { $0.firsts[1] ?? 1 } }
  var all: [ServerID] { state.withLock { $0.backups.keys.sorted() } }
  var live: [ServerID] {
    state.withLock { state in state.backups.filter(\.value.isUp).keys.sorted() }
  }

  func replica(_ key: ReplicaKey, on id: ServerID) -> Replica? {
    state.withLock { $0.backups[id]?.replicas[key] }
  }

  func keys(on id: ServerID) -> [ReplicaKey] {
    state.withLock { $0.backups[id].map { Array($0.replicas.keys) } ?? [] }
  }

  /// What these would answer to `ListReplicas`.
  func answers(_ ids: [ServerID]) -> [BackupAnswer] {
    state.withLock { state in
      ids.map { BackupAnswer(server: $0, replicas: state.backups[$0].map(Self.list)) }
    }
  }

  // MARK: - Requests

  /// - Returns: nil when there is no answer (yet).
  func handle(_ server: ServerKey, _ operation: LogOperation, _ body: [UInt8]) -> RPCOutcome? {
    state.withLock { state in
      do {
        switch server {
        case .address:
          return try Self.coordinate(operation, body, &state)
        case .server(let id):
          guard var backup = state.backups[id], backup.isUp else { return nil }
          defer { state.backups[id] = backup }
          return try Self.answer(operation, body, &backup)
        }
      } catch {
        return .refused(.application(code: LogRefusal.malformed.rawValue, message: "\(error)"))
      }
    }
  }

  private static func coordinate(
    _ operation: LogOperation, _ body: [UInt8], _ state: inout State
  ) throws -> RPCOutcome? {
    switch operation {
    case .watch:
      let watch = try Watch(decoding: body)
      return state.membership.version > watch.after ? .ok(state.membership.encoded) : nil
    case .openLog, .findLog:
      if !state.coordinator.outcomes.isEmpty { return state.coordinator.outcomes.removeFirst() }
      if state.coordinator.isSlow {
        state.coordinator.unanswered.insert(operation)
        return nil
      }
      let query = try LogQuery(decoding: body)
      let name = query.name
      guard operation == .openLog else {
        return state.logs[name].map { survey($0, from: query.from, &state) }
          ?? refused(.noSuchLog, "no such log")
      }
      if query.epoch > 0 {
        guard let log = state.logs[name], log.epoch == query.epoch else {
          return refused(.fenced, "a newer owner")
        }
        return survey(log, from: 0, &state)
      }
      var log = state.logs[name] ?? LogOwnership(log: UInt64(state.logs.count + 1), epoch: 0)
      log.epoch += 1
      log.mark = state.marks[log.log] ?? .none
      log.first = state.firsts[log.log] ?? 1
      state.logs[name] = log
      state.fences[log.log] = log.epoch
      for id in state.backups.keys where state.backups[id]?.isUp == true {
        let fence = state.backups[id]?.fences[log.log] ?? 0
        state.backups[id]?.fences[log.log] = max(fence, log.epoch)
      }
      return survey(log, from: 0, &state)
    case .noteMark:
      let note = try NoteMark(decoding: body)
      if state.coordinator.isForgetful { return nil }
      guard note.mark.epoch >= state.fences[note.log] ?? 0 else {
        return refused(.fenced, "fenced")
      }
      state.marks[note.log] = max(state.marks[note.log] ?? .none, note.mark)
      state.firsts[note.log] = max(state.firsts[note.log] ?? 1, note.first)
      return .ok([])
    default:
      return refused(.unknownOperation, "\(operation)")
    }
  }

  /// What a coordinator says without patience.
  private static func survey(
    _ log: LogOwnership, from: UInt64, _ state: inout State
  ) -> RPCOutcome {
    let answers = state.membership.backups.map(\.server).sorted().map { id in
      let backup = state.backups[id].flatMap { $0.isUp ? $0 : nil }
      return BackupAnswer(server: id, replicas: backup.map(list))
    }
    var log = log
    log.mark = state.marks[log.log] ?? .none
    log.first = state.firsts[log.log] ?? 1
    let verdict =
      answers.isEmpty
      ? .noBackups
      : LogSurvey.Verdict(
        planRecovery(answers, of: log.log, mark: log.mark, first: max(log.first, from)),
        of: answers)
    return .ok(
      LogSurvey(ownership: log, membership: state.membership, verdict: verdict).encoded)
  }

  private static func answer(
    _ operation: LogOperation, _ body: [UInt8], _ backup: inout Backup
  ) throws -> RPCOutcome? {
    var reader = WireReader(body)
    switch operation {
    case .openReplica, .writeReplica, .closeReplica:
      let write = try ReplicaWrite(from: &reader)
      return apply(write, [UInt8](reader.rest()), operation, &backup)
    case .freeReplica:
      let key = try ReplicaKey(from: &reader)
      backup.replicas[key] = nil
      return .ok([])
    case .listReplicas:
      let request = try ListReplicas(from: &reader)
      if let log = request.log {
        backup.fences[log] = max(backup.fences[log] ?? 0, request.fence)
      }
      return .ok(ReplicaList(replicas: list(backup)).encoded)
    case .readReplica:
      if backup.isDeaf { return nil }
      let read = try ReadReplica(from: &reader)
      guard let replica = backup.replicas[read.key] else { return refused(.noSuchReplica, "none") }
      if replica.isCorrupt { return refused(.corrupt, "checksum") }
      let end = read.offset + read.length
      guard end <= replica.certificate?.length ?? 0 else { return refused(.badWrite, "beyond") }
      return .ok([UInt8](replica.bytes[Int(read.offset)..<Int(end)]))
    default:
      return refused(.unknownOperation, "\(operation)")
    }
  }

  private static func apply(
    _ write: ReplicaWrite, _ payload: [UInt8], _ operation: LogOperation, _ backup: inout Backup
  ) -> RPCOutcome {
    if write.key.epoch < backup.fences[write.key.log] ?? 0 { return refused(.fenced, "fenced") }
    if let refusal = backup.refusal { return refused(refusal, "told to") }
    // As a backup does: what is corrupt is made anew.
    if operation == .openReplica, backup.replicas[write.key]?.isCorrupt == true {
      backup.replicas[write.key] = nil
    }
    guard var replica = backup.replicas[write.key] ?? (operation == .openReplica ? Replica() : nil)
    else { return refused(.noSuchReplica, "not opened") }
    let offset = Int(write.offset)
    let end = offset + payload.count
    guard offset <= replica.bytes.count, end <= write.capacity else {
      return refused(.badWrite, "a hole or too long")
    }
    let overlap = min(replica.bytes.count, end)
    guard replica.bytes[offset..<overlap].elementsEqual(payload.prefix(overlap - offset)) else {
      return refused(.badWrite, "other bytes")
    }
    replica.bytes += payload.dropFirst(overlap - offset)
    if let certificate = write.certificate {
      guard certificate.length <= replica.bytes.count,
        replica.bytes.prefix(Int(certificate.length)).withContiguousStorageIfAvailable({
          crc32c(UnsafeRawBufferPointer($0))
        }) == certificate.crc
      else { return refused(.corrupt, "the certificate does not hold") }
      if certificate.length >= replica.certificate?.length ?? 0 {
        replica.certificate = certificate
      }
      replica.version = max(replica.version, write.version)
    }
    if operation == .closeReplica {
      guard write.certificate != nil else { return refused(.malformed, "no certificate") }
      replica.isClosed = true
    }
    backup.replicas[write.key] = replica
    return .ok([])
  }

  private static func list(_ backup: Backup) -> [ReplicaList.Replica] {
    backup.replicas.sorted { ($0.key.segment, $0.key.epoch) < ($1.key.segment, $1.key.epoch) }
      .map { key, replica in
        ReplicaList.Replica(
          key: key, state: replica.isCorrupt ? .corrupt : replica.isClosed ? .closed : .open,
          certified: replica.certificate?.length ?? 0, crc: replica.certificate?.crc ?? 0,
          version: replica.certificate == nil ? 0 : replica.version)
      }
  }

  private static func refused(_ reason: LogRefusal, _ message: String) -> RPCOutcome {
    .refused(.application(code: reason.rawValue, message: message))
  }
}

extension FakeServers {
  /// The images of a plan, each read from the best source.
  /// - Returns: nil when one is not what its certificate says.
  func images(_ plan: RecoveryPlan, capacity: Int = 0) -> [SegmentImage]? {
    var images: [SegmentImage] = []
    for segment in plan.segments {
      let source = segment.sources[0]
      guard let replica = replica(source.key, on: source.server) else { return nil }
      let length = Int(source.certificate.length)
      let image = SegmentImage(capacity: max(capacity, length))
      image.append([UInt8](replica.bytes.prefix(length)))
      guard case .success = image.verify(as: source, isClosed: segment.closed) else { return nil }
      images.append(image)
    }
    return images
  }

  /// The records of a plan.
  func read(_ plan: RecoveryPlan) -> [[UInt8]]? {
    images(plan)?.flatMap { image in
      var records: [[UInt8]] = []
      image.forEachRecord { records.append($1) }
      return records
    }
  }

  /// What happens at the coordinator and the backups when the next owner begins.
  func fence(below epoch: UInt32) {
    state.withLock { $0.fences[1] = max($0.fences[1] ?? 0, epoch) }
    for id in live { change(id) { $0.fences[1] = max($0.fences[1] ?? 0, epoch) } }
  }
}
