import PlantedBugs
import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// One question for what a backup has. Its rules are in `rules/LogServices/ReplicaListing.rules`; this is the
/// state they are about.
final class ReplicaListing {
  let membership = TaskMembership()

  /// Fact: whether the former owner of the log can still write here.
  private(set) var fencing = Fencing.due
  /// Fact: what was taken in before the fence.
  private(set) var settling = Settling.open
  /// Fact: whoever asked has the list, or knows why there is none.
  private(set) var answered = false

  private let request: RPCRequest
  private let query: ListReplicas
  private let number: UInt64
  private let core: PoolCore
  private let store: ReplicaStore
  private let flushing: Flushing
  private let refuse: (RPCRequest, StoreError) -> Void

  /// - Parameters:
  ///   - number: tells the questions of one pool apart.
  ///   - refuse: says why there is no list.
  init(
    _ request: RPCRequest, _ query: ListReplicas, number: UInt64, core: PoolCore,
    store: ReplicaStore, flushing: Flushing, refuse: @escaping (RPCRequest, StoreError) -> Void
  ) {
    self.request = request
    self.query = query
    self.number = number
    self.core = core
    self.store = store
    self.flushing = flushing
    self.refuse = refuse
  }
}

extension ReplicaListing: RuleSubject {
  var subjectID: UInt64 { number << 8 | 4 }
  var subjectName: String { "list \(number)" }
}

// MARK: - What the rules of `ReplicaListing.rules` do, under the names that they use

extension ReplicaListing {
  func raiseFence() {
    do throws(StoreError) {
      if let log = query.log {
        if planted(.b31) {
          core.schedule(after: .milliseconds(500)) { [store, query] in
            try? store.raiseFence(of: log, to: query.fence)
          }
        } else {
          try store.raiseFence(of: log, to: query.fence)
        }
      }
      fencing = .raised
    } catch {
      answered = true
      refuse(request, error)
    }
  }

  func settle() {
    settling = .asked
    flushing.whenDurable { [weak self] in
      guard let self, settling == .asked else { return }
      settling = .done
      happened(.settled)
    }
  }

  func answer() {
    expect(settling == .done, "a list is given that may be short of what was promised")
    answered = true
    let replicas = store.list(query.log).filter { $0.key.segment >= query.from }
    request.reply(ReplicaList(replicas: replicas).encoded)
  }
}
