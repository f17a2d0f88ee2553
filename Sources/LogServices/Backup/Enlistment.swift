import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// How a backup becomes a member: it finds out whose coordinator it talks to, learns which owners are
/// over, counts its start, and asks. Belongs to its pool's thread.
final class Enlistment {
  typealias Call = (LogOperation, [UInt8], @escaping (RPC) -> Void) -> Void

  private let configuration: BackupConfiguration
  private let address: NetworkAddress
  private let store: ReplicaStore
  private let known: BackupIdentity?
  private let call: Call
  private var ended: ((Result<Enlisted, ServiceError>) -> Void)?

  /// - Parameters:
  ///   - known: what the directory remembers.
  ///   - call: asks the coordinator.
  ///   - ended: called once, unless this is released before.
  init(
    _ configuration: BackupConfiguration, at address: NetworkAddress, store: ReplicaStore,
    known: BackupIdentity?, call: @escaping Call,
    ended: @escaping (Result<Enlisted, ServiceError>) -> Void
  ) {
    self.configuration = configuration
    self.address = address
    self.store = store
    self.known = known
    self.call = call
    self.ended = ended
  }

  private var coordinator: String { "the coordinator at \(configuration.coordinator)" }

  private func end(_ result: Result<Enlisted, ServiceError>) {
    ended?(result)
    ended = nil
  }

  private func ask<Reply: WireMessage>(
    _ operation: LogOperation, _ message: some WireMessage, _ type: Reply.Type,
    then body: @escaping (Enlistment, Reply) throws -> Void
  ) {
    call(operation, message.encoded) { [weak self] rpc in
      guard let self, ended != nil else { return }
      do {
        try body(self, try reply(type, from: rpc))
      } catch let error as ServiceError {
        end(.failure(error))
      } catch let error as SystemError {
        end(.failure(ServiceError("\(error)")))
      } catch StoreError.refused(_, let text) {
        end(.failure(ServiceError(text)))
      } catch StoreError.failed(let error) {
        end(.failure(ServiceError("\(error)")))
      } catch {
        let isStale = rpc.outcome?.isRefusal(.staleStorage) ?? false
        end(.failure(ServiceError("\(coordinator): \(error)", isStale ? .wrongDirectory : .other)))
      }
    }
  }

  /// Finds out whose coordinator it is, before anything is changed there.
  func begin() {
    ask(.watch, Watch(after: 0), Membership.self) { enlistment, membership in
      try enlistment.meet(membership.cluster)
    }
  }

  private func meet(_ cluster: UInt64) throws(ServiceError) {
    if let known, known.cluster != cluster {
      throw ServiceError(
        "directory \(configuration.directory) belongs to cluster \(clusterName(known.cluster)), "
          + "\(coordinator) speaks for cluster \(clusterName(cluster))", .wrongDirectory)
    }
    learnEpochs(after: 0, of: cluster)
  }

  /// Whoever owned a log before its present owner is refused from the start, whatever this directory
  /// remembers of that.
  private func learnEpochs(after log: UInt64, of cluster: UInt64) {
    ask(.listLogs, ListLogs(after: log), LogList.self) { enlistment, list in
      try enlistment.store.raiseFences(list.owners.map { ($0.log, $0.epoch) })
      if list.hasMore, let last = list.owners.last {
        enlistment.learnEpochs(after: last.log, of: cluster)
      } else {
        try enlistment.enlist(in: cluster)
      }
    }
  }

  private func enlist(in cluster: UInt64) throws(SystemError) {
    let random = configuration.host.random
    var identity =
      known ?? BackupIdentity(cluster: cluster, directory: random(), incarnation: 0)
    identity.incarnation += 1
    try identity.save(
      in: configuration.directory, files: configuration.files, spare: store.spare,
      syncs: configuration.syncs)
    let storage = StorageIdentity(
      directory: identity.directory, incarnation: identity.incarnation, start: random())
    let message = Enlist(address: address.description, storage: storage)
    ask(.enlist, message, Enlisted.self) { enlistment, enlisted in
      guard enlisted.cluster == cluster else {
        throw NoReply(description: "it changed its cluster")
      }
      enlistment.end(.success(enlisted))
    }
  }
}

extension RPCOutcome {
  fileprivate func isRefusal(_ refusal: LogRefusal) -> Bool {
    if case .refused(.application(let code, _)) = self { code == refusal.rawValue } else { false }
  }
}
