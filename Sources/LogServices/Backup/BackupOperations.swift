import PlantedBugs
import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Answers what masters, readers and the coordinator ask of a backup.
///
/// Writes are answered at the end of the turn that they came in, after one commit for all of them.
final class BackupOperations {
  private let core: PoolCore
  private let store: ReplicaStore
  private let log: RuleLog
  private let failed: (SystemError) -> Void
  /// Accepted writes that wait for the commit. Bounded by what the RPC server holds unanswered.
  private var pending: [(request: RPCRequest, key: ReplicaKey)] = []
  private var commitIsDue = false
  /// The newest refused epoch of each log that was fenced, so that a persistent writer makes one line.
  private var refusedEpochs: [UInt64: UInt32] = [:]

  /// - Parameter failed: called when the disk failed; from then on nothing may be answered.
  init(
    core: PoolCore, store: ReplicaStore, log: RuleLog, failed: @escaping (SystemError) -> Void
  ) {
    self.core = core
    self.store = store
    self.log = log
    self.failed = failed
  }

  func handle(_ request: RPCRequest) {
    guard let operation = LogOperation(rawValue: request.opcode) else {
      return request.refuse(.unknownOperation, "operation \(request.opcode) is not known here")
    }
    do {
      switch operation {
      case .ping: try answerPing(request)
      case .openReplica: try write(.open, request)
      case .writeReplica: try write(.data, request)
      case .closeReplica: try write(.close, request)
      case .listReplicas: try list(request)
      case .readReplica: request.reply(try store.read(try ReadReplica(decoding: request.body)))
      case .freeReplica:
        try store.free(try ReplicaKey(decoding: request.body))
        request.reply([])
      case .enlist, .watch, .openLog, .findLog, .leave, .noteMark, .nameLog, .listLogs:
        request.refuse(.unknownOperation, "\(operation) is for the coordinator")
      }
    } catch {
      refuse(request, because: error)
    }
  }

  private func refuse(_ request: RPCRequest, because error: any Error) {
    switch error {
    case StoreError.refused(let refusal, let text): request.refuse(refusal, text)
    case StoreError.failed(let error): failed(error)
    case let error as WireError: request.refuse(.malformed, error.description)
    default: request.refuse(.malformed, "\(error)")
    }
  }

  private func answerPing(_ request: RPCRequest) throws(WireError) {
    try WireReader(request.body).finish()
    request.reply([])
  }

  private func write(_ kind: WriteKind, _ request: RPCRequest) throws {
    var reader = WireReader(request.body)
    let write = try ReplicaWrite(from: &reader)
    do throws(StoreError) {
      try reader.rest().span.bytes.withUnsafeBytes { (payload) throws(StoreError) in
        try store.accept(kind, write, payload)
      }
    } catch {
      if case .refused(.fenced, let text) = error { noteFenced(write.key, request, text) }
      throw error
    }
    pending.append((request, write.key))
    guard !commitIsDue else { return }
    commitIsDue = true
    core.schedule(after: .zero) { [weak self] in self?.commit() }
  }

  private func noteFenced(_ key: ReplicaKey, _ request: RPCRequest, _ text: String) {
    guard key.epoch > refusedEpochs[key.log] ?? 0 else { return }
    refusedEpochs[key.log] = key.epoch
    log.log(.notice, "refused writer \(request.peer): \(text)")
  }

  /// - Returns: false when the disk failed.
  @discardableResult
  private func commit() -> Bool {
    commitIsDue = false
    do {
      try store.commit()
    } catch {
      if case .failed(let error) = error { failed(error) }
      return false
    }
    let answered = pending
    pending = []
    for (request, key) in answered {
      // Found damaged after the write was taken in, and before it was on the disk.
      if let refusal = store.refusal(of: key) {
        refuse(request, because: refusal)
      } else {
        request.reply([])
      }
    }
    return true
  }

  private func list(_ request: RPCRequest) throws {
    let query = try ListReplicas(decoding: request.body)
    guard query.fence == 0 || query.log != nil else {
      throw WireError("a fence without a log")
    }
    // What was accepted before the fence is answered before it, and so is in the list.
    guard commit() else { return }
    if let log = query.log {
      if planted(.b31) {
        core.schedule(after: .milliseconds(500)) { [weak self] in
          try? self?.store.raiseFence(of: log, to: query.fence)
        }
      } else {
        try store.raiseFence(of: log, to: query.fence)
      }
    }
    let replicas = store.list(query.log).filter { $0.key.segment >= query.from }
    request.reply(ReplicaList(replicas: replicas).encoded)
  }
}
