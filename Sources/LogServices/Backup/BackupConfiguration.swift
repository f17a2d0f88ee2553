import RulesNetwork
import RulesRuntime

/// What a backup needs to know.
public struct BackupConfiguration: Sendable {
  /// Where it listens; port 0: any free port.
  public var address: NetworkAddress
  /// Where the coordinator listens.
  public var coordinator: NetworkAddress
  /// Where other coordinators of the cluster stand by, one of which may lead instead.
  public var standbys: [NetworkAddress] = []
  /// Where its replicas are; made if it is missing.
  public var directory: String
  /// How long the coordinator may be silent before `start` gives up.
  public var enlistTimeout: Duration
  /// Where it answers `/metrics` and `/health` over HTTP; port 0: any free port; nil: nowhere.
  public var monitoring: NetworkAddress?
  /// How fast it verifies what it keeps.
  public var scrub = ScrubPace()
  /// Where it tells the operator what happens.
  public var log: RuleLog
  /// What its storage is made of.
  package var files = FileSystem.system
  /// Who syncs while it goes on; nil: it waits for its disk itself.
  package var syncer: Syncer?
  /// How it reaches others.
  package var host = NetworkHost.system
  /// The pause between two looks for replicas that are obsolete.
  package var collectPause = Duration.seconds(60)
  /// What it takes in at most.
  package var limits = ReplicaStore.Limits()
  /// Whether anything is synced. Without it a power cut takes also what logs on disk were promised.
  package var syncs = true

  /// A configuration with the storage of the operating system.
  public init(
    address: NetworkAddress, coordinator: NetworkAddress, directory: String,
    enlistTimeout: Duration = .seconds(10), log: RuleLog = .disabled
  ) {
    self.address = address
    self.coordinator = coordinator
    self.directory = directory
    self.enlistTimeout = enlistTimeout
    self.log = log
  }

  /// As above, for where nothing has to survive a power cut.
  package init(
    address: NetworkAddress, coordinator: NetworkAddress, directory: String, syncs: Bool,
    enlistTimeout: Duration = .seconds(10), log: RuleLog = .disabled
  ) {
    self.init(
      address: address, coordinator: coordinator, directory: directory,
      enlistTimeout: enlistTimeout, log: log)
    self.syncs = syncs
  }
}
