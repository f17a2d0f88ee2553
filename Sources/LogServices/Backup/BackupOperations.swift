import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Answers what masters, readers and the coordinator ask of a backup.
///
/// Writes that promise something are answered when they are durable, many together: see `Flushing`. Those
/// without a certificate, as of a lost replica that is made again, are answered at once.
final class BackupOperations {
  private let core: PoolCore
  private let store: ReplicaStore
  private let log: RuleLog
  private let flushing: Flushing
  private let failed: (SystemError) -> Void
  /// Questions for lists so far. As many are under way as the RPC server holds unanswered.
  private var begun: UInt64 = 0
  /// The newest refused epoch of each log that was fenced, so that a persistent writer makes one line.
  private var refusedEpochs: [UInt64: UInt32] = [:]

  /// - Parameters:
  ///   - flushing: makes what was written durable.
  ///   - failed: called when the disk failed; from then on nothing may be answered.
  init(
    core: PoolCore, store: ReplicaStore, flushing: Flushing, log: RuleLog,
    failed: @escaping (SystemError) -> Void
  ) {
    self.core = core
    self.store = store
    self.flushing = flushing
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
      case .readReplica:
        let read = try ReadReplica(decoding: request.body)
        request.reply(try store.read(read, memory: request.memory))
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
    let body = request.body
    var reader = WireReader(body)
    let write = try ReplicaWrite(from: &reader)
    do throws(StoreError) {
      try reader.rest().span.bytes.withUnsafeBytes { (payload) throws(StoreError) in
        let checksum = payloadChecksum(request, body, count: payload.count)
        try store.accept(kind, write, payload, checksum: checksum)
      }
    } catch {
      if case .refused(.fenced, let text) = error { noteFenced(write.key, request, text) }
      throw error
    }
    if store.awaitsCommit(write) {
      flushing.whenDurable { [weak self] in self?.answer(request, about: write.key) }
    } else {
      request.reply([])
    }
  }

  /// CRC-32C of the payload that a request ends with, without a pass over it; nil: it is short.
  private func payloadChecksum(_ request: RPCRequest, _ body: [UInt8], count: Int) -> UInt32? {
    guard count > fewBytesOfChecksum else { return nil }
    let head = body.span.bytes.extracting(droppingLast: count)
    return head.withUnsafeBytes {
      crc32c(behind: crc32c($0), in: request.bodyChecksum, count: count)
    }
  }

  private func answer(_ request: RPCRequest, about key: ReplicaKey) {
    // Found damaged after the write was taken in, and before it was on the disk.
    if let refusal = store.refusal(ofWriteTo: key) {
      refuse(request, because: refusal)
    } else {
      request.reply([])
    }
  }

  private func noteFenced(_ key: ReplicaKey, _ request: RPCRequest, _ text: String) {
    guard key.epoch > refusedEpochs[key.log] ?? 0 else { return }
    refusedEpochs[key.log] = key.epoch
    log.log(.notice, "refused writer \(request.peer): \(text)")
  }

  private func list(_ request: RPCRequest) throws {
    let query = try ListReplicas(decoding: request.body)
    guard query.fence == 0 || query.log != nil else {
      throw WireError("a fence without a log")
    }
    begun += 1
    core.add(
      ReplicaListing(
        request, query, number: begun, core: core, store: store, flushing: flushing,
        refuse: { [weak self] in self?.refuse($0, because: $1) }),
      removeAtGoal: true)
  }
}
