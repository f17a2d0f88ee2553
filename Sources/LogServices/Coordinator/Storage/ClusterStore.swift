/// The coordinator's state and the storage that it lives in. Belongs to its pool's thread.
///
/// One save at a time: changes that come while one is under way are made together after it.
final class ClusterStore {
  private struct Change {
    /// Makes the change on a copy, and gives back who is to be told how that went.
    var make: (inout ClusterState) -> (StorageProblem?) -> Void
  }

  /// The state that is saved: what others may be told.
  private(set) var state: ClusterState
  private let storage: any ClusterStorage
  /// Not made yet. Bounded by the requests that the RPC server holds unanswered, and by the members
  /// that can fail.
  private var waiting: [Change] = []
  private var isSaving = false

  private init(_ state: ClusterState, _ storage: any ClusterStorage) {
    self.state = state
    self.storage = storage
  }

  /// Takes over what was saved, or saves the state of a new cluster if nothing was.
  /// - Parameter done: called once that is done; it may be called inside this call. Fails with a
  ///   `ServiceError` when it is damaged: a cluster is never replaced by a new one silently.
  static func open(
    _ found: [UInt8]?, newCluster: UInt64, in storage: any ClusterStorage,
    done: @escaping (Result<ClusterStore, ServiceError>) -> Void
  ) {
    if let found {
      do {
        done(.success(ClusterStore(try ClusterState(decoding: found), storage)))
      } catch {
        done(.failure(ServiceError("the cluster's state is damaged: \(error)")))
      }
      return
    }
    let store = ClusterStore(ClusterState(cluster: newCluster), storage)
    storage.save(store.state.encoded) { result in
      done(result.map { store }.mapError { ServiceError("\($0)") })
    }
  }

  /// Whether no other coordinator can have changed the state.
  var isLeading: Bool { storage.isLeading }

  /// Changes the state.
  /// - Parameter done: called when the change is durable, with what `change` gave back, or could not
  ///   be saved. Then the state is what it was before; a crash may still bring the change to light,
  ///   which is harmless: nobody was told of it. It may be called inside this call, and is never
  ///   called when this coordinator does not lead any more.
  func update<Value>(
    _ change: @escaping (inout ClusterState) -> Value,
    done: @escaping (Result<Value, StorageProblem>) -> Void
  ) {
    waiting.append(
      Change { state in
        let value = change(&state)
        return { problem in done(problem.map { .failure($0) } ?? .success(value)) }
      })
    saveNext()
  }

  private func saveNext() {
    guard !isSaving, !waiting.isEmpty else { return }
    isSaving = true
    var changed = state
    let ends = waiting.map { $0.make(&changed) }
    waiting = []
    guard changed != state else { return saved(changed, ends, nil) }
    storage.save(changed.encoded) { [weak self] result in
      switch result {
      case .success: self?.saved(changed, ends, nil)
      case .failure(let problem): self?.saved(nil, ends, problem)
      }
    }
  }

  private func saved(
    _ changed: ClusterState?, _ ends: [(StorageProblem?) -> Void], _ problem: StorageProblem?
  ) {
    if let changed { state = changed }
    for end in ends { end(problem) }
    isSaving = false
    saveNext()
  }
}
