import RulesNetwork
import RulesRuntime

/// The cluster's state in etcd, for several coordinators of which one leads.
package final class EtcdStorage: ClusterStorage {
  private let core: PoolCore
  private let client: EtcdClient
  private let prefix: String
  private let name: String
  private let leaseTime: Int
  private var leadership: Leadership?

  /// Who leads, as far as this coordinator knows; nil before it begins.
  var seat: Seat? { leadership?.seat }

  /// Bytes of a state that etcd takes, with its usual limit of 1.5 MiB a request.
  static let stateLimit = 1 << 20

  /// - Parameters:
  ///   - cluster: names the cluster in etcd: coordinators of one name share a state.
  ///   - name: what the others are told of who leads.
  ///   - leaseTime: seconds after which another one leads when this one is gone.
  package init(
    core: PoolCore, transport: any Transport, endpoints: [NetworkAddress], cluster: String,
    name: String, leaseTime: Int = 3
  ) {
    self.core = core
    client = EtcdClient(core: core, transport: transport, endpoints: endpoints)
    prefix = "swift-rules/\(cluster)/"
    self.name = name
    self.leaseTime = leaseTime
  }

  package func begin(
    standsBy: @escaping (String) -> Void, leads: @escaping ([UInt8]?) -> Void,
    ended: @escaping (String) -> Void
  ) {
    let leadership = Leadership(
      core: core, client: client, prefix: prefix, name: name, leaseTime: leaseTime,
      standsBy: standsBy, leads: leads, ended: ended)
    self.leadership = leadership
    core.add(leadership)
  }

  package var isLeading: Bool { leadership?.isLeading ?? false }

  package func save(_ state: [UInt8], done: @escaping (Result<Void, StorageProblem>) -> Void) {
    guard state.count <= Self.stateLimit else {
      let problem = StorageProblem(
        description: "a state of \(state.count) bytes; etcd takes \(Self.stateLimit)")
      core.schedule(after: .zero) { done(.failure(problem)) }
      return
    }
    leadership?.save(state, done: done)
  }

  package func close(done: @escaping () -> Void) {
    guard let leadership else { return done() }
    self.leadership = nil
    leadership.close(done: done)
  }
}
