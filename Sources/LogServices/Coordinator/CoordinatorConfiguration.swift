import RulesNetwork
import RulesRuntime

/// What a coordinator needs to know.
public struct CoordinatorConfiguration: Sendable {
  /// Where a coordinator keeps the cluster's state.
  public enum Storage: Hashable, Sendable {
    /// In memory, so that the cluster ends with the process.
    case memory
    /// In a file of this directory, which is made if it is missing.
    case directory(String)
    /// In etcd, below `swift-rules/CLUSTER/`: one of the coordinators that name the same cluster
    /// leads, the others stand by.
    case etcd(endpoints: [NetworkAddress], cluster: String)
  }

  /// Where it listens while it leads; port 0: any free port.
  public var address: NetworkAddress
  /// Where it keeps the cluster's state.
  public var storage: Storage
  /// From a member's answer to the next ping.
  public var pingInterval: Duration
  /// How long a member may be silent before it is declared failed.
  public var suspectAfter: Duration
  /// Where it answers `/metrics` and `/health` over HTTP; port 0: any free port; nil: nowhere.
  public var monitoring: NetworkAddress?
  /// Where it tells the operator what happens.
  public var log: RuleLog
  /// What its storage is made of.
  package var files = FileSystem.system
  /// How it reaches others.
  package var host = NetworkHost.system

  /// A configuration with the file system and the network of the operating system.
  public init(
    address: NetworkAddress, storage: Storage = .memory,
    pingInterval: Duration = .milliseconds(100), suspectAfter: Duration = .seconds(2),
    log: RuleLog = .disabled
  ) {
    self.address = address
    self.storage = storage
    self.pingInterval = pingInterval
    self.suspectAfter = suspectAfter
    self.log = log
  }

  /// - Throws: when what is stored is damaged, or `address` is in use already.
  func makeStorage(
    core: PoolCore, transport: any Transport
  ) throws -> any ClusterStorage {
    switch storage {
    case .memory: return MemoryStorage()
    case .directory(let directory):
      return try FileStorage(directory: directory, files: files)
    case .etcd(let endpoints, let cluster):
      // Found out now, and not when this coordinator is to take over.
      try transport.listen(at: address) { _ in }.close()
      return EtcdStorage(
        core: core, transport: transport, endpoints: endpoints, cluster: cluster,
        name: address.description)
    }
  }
}
