import RulesNetwork
import RulesRuntime

/// What a coordinator needs to know.
public struct CoordinatorConfiguration: Sendable {
  /// Where it listens; port 0: any free port.
  public var address: NetworkAddress
  /// Where it keeps its state; made if it is missing. nil: in memory, so that the cluster ends with
  /// the process.
  public var directory: String?
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

  /// A configuration with the storage of the operating system.
  public init(
    address: NetworkAddress, directory: String? = nil,
    pingInterval: Duration = .milliseconds(100), suspectAfter: Duration = .seconds(2),
    log: RuleLog = .disabled
  ) {
    self.address = address
    self.directory = directory
    self.pingInterval = pingInterval
    self.suspectAfter = suspectAfter
    self.log = log
  }
}
