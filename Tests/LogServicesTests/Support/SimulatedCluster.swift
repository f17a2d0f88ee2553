import ReplicatedLog
import RulesNetwork
import RulesRuntime
import RulesSimulation
import Testing

@testable import LogServices

/// A coordinator, backups and callers in one thread, over a network in memory and a clock that only
/// moves when nothing is left to do.
final class SimulatedCluster {
  static let address = NetworkAddress(host: "127.0.0.1", port: 4000)

  let world = World()
  let network = MemoryNetwork(seed: 1)
  /// Where the coordinator keeps its state; nil: nowhere.
  private let directory: String?
  private let log: RuleLog
  private(set) var coordinator: CoordinatorService?
  private var coordinatorCore: PoolCore?
  /// Every one is somebody else to those it calls.
  private var coordinators: UInt64 = 0
  private var backups: [ScriptedBackup] = []
  /// Servers that are no members, kept until the end.
  var bystanders: [ScriptedBackup] = []
  private let callerCore: PoolCore
  private let caller: RPCClient

  init(directory: String? = nil) throws {
    self.directory = directory
    // An action that does something else than its rule says is a failure of any test.
    log = RuleLog(minimum: .error) { _, message in
      if message.contains(" declared ") { Issue.record("\(message)") }
    }
    callerCore = PoolCore(name: "caller", clock: world.clock, log: log)
    caller = RPCClient(
      core: callerCore, transport: network.transport(for: callerCore),
      endpoint: RPCEndpoint(random: Self.numbers(2)))
    world.add(callerCore)
    try startCoordinator()
  }

  /// A source of numbers that are the same in each run.
  private static func numbers(_ seed: UInt64) -> @Sendable () -> UInt64 {
    let random = Guarded(SplitMix(state: seed))
    return { random.withLock { $0.next() } }
  }

  func makeCore(_ name: String) -> PoolCore {
    let core = PoolCore(name: name, clock: world.clock, log: log)
    world.add(core)
    return core
  }

  /// Sound: a simulated world lives in one thread.
  func host(_ seed: UInt64) -> NetworkHost {
    nonisolated(unsafe) let network = network
    return NetworkHost(
      makeTransport: { network.transport(for: $0) }, random: Self.numbers(seed))
  }

  // MARK: - The coordinator

  func startCoordinator() throws {
    let core = makeCore("coordinator")
    var configuration = CoordinatorConfiguration(address: Self.address)
    if let directory { configuration.storage = .directory(directory) }
    coordinators += 1
    configuration.host = host(10_000 + coordinators)
    configuration.log = log
    coordinator = try CoordinatorService(core: core, configuration: configuration)
    coordinatorCore = core
  }

  /// It ends without a word, as a killed process does; the system closes its connections.
  func killCoordinator() {
    coordinator?.close()
    world.round()
    coordinator = nil
    if let core = coordinatorCore { world.remove(core) }
    coordinatorCore = nil
  }

  /// Its process is stopped, but for the turns that it is told to make.
  func stopCoordinator() {
    if let core = coordinatorCore { world.remove(core) }
  }

  func makeTurnOfCoordinator() {
    coordinatorCore?.poller.poll(timeout: .zero)
    _ = coordinatorCore?.step()
  }

  func continueCoordinator() {
    if let core = coordinatorCore { world.add(core) }
  }

  var unexpected: UInt64 {
    let statistics = coordinatorCore?.statistics
    return (statistics?.unexpected ?? 0) + (statistics?.undeclared ?? 0)
  }

  // MARK: - Backups and calls

  /// A backup that is a member.
  func addBackup(_ behaviour: ScriptedBackup.Behaviour) throws -> ScriptedBackup {
    let core = makeCore("backup")
    let backup = try ScriptedBackup(
      core: core, transport: network.transport(for: core), random: Self.numbers(4), behaviour)
    let enlist = Enlist(address: backup.address.description)
    let enlisted = try Enlisted(
      decoding: try #require(wait(for: start(.enlist, enlist.encoded))?.body))
    backup.server.identity = enlisted.server
    backups.append(backup)
    return backup
  }

  /// The end of a call; nil while it is under way.
  final class Outcome {
    fileprivate(set) var value: RPCOutcome?
    fileprivate var call: RPC?

    func cancel() { call?.cancel() }
  }

  func start(_ operation: LogOperation, _ body: [UInt8]) -> Outcome {
    let outcome = Outcome()
    outcome.call = caller.start(
      .address(Self.address), opcode: operation.rawValue, head: body
    ) { outcome.value = $0.outcome }
    return outcome
  }

  func query(
    _ operation: LogOperation, patience: UInt32 = 1_000, name: String = "main"
  ) -> Outcome {
    start(operation, LogQuery(name: name, patience: patience).encoded)
  }

  /// Lets the world run until the call has ended.
  func wait(for outcome: Outcome) -> RPCOutcome? {
    world.run(for: .seconds(60)) { outcome.value != nil }
    return outcome.value
  }

  func survey(
    _ operation: LogOperation, patience: UInt32 = 1_000, name: String = "main"
  ) throws -> LogSurvey {
    let outcome = wait(for: query(operation, patience: patience, name: name))
    return try LogSurvey(decoding: try #require(outcome?.body, "\(String(describing: outcome))"))
  }

  func run(for time: Duration) { world.run(for: time) }

  var now: PoolInstant { world.clock.now }
}

/// A backup that answers what it is told to.
final class ScriptedBackup {
  enum Behaviour {
    case lists([ReplicaList.Replica])
    /// It answers nothing but pings.
    case silent
    case garbage
  }

  var behaviour: Behaviour
  /// What it was asked to list.
  private(set) var queries: [ListReplicas] = []
  /// Requests that it does not answer.
  private(set) var held: [RPCRequest] = []
  let core: PoolCore
  let server: RPCServer
  var address: NetworkAddress { server.address }
  var id: ServerID { server.identity ?? ServerID(slot: 0, generation: 0) }

  init(
    core: PoolCore, transport: any Transport, random: @escaping @Sendable () -> UInt64,
    _ behaviour: Behaviour
  ) throws {
    self.core = core
    self.behaviour = behaviour
    let gate = Gate()
    server = try RPCServer(
      core: core, transport: transport, address: NetworkAddress(host: "127.0.0.1", port: 0),
      endpoint: RPCEndpoint(role: .server, random: random), handler: { gate.backup?.handle($0) })
    gate.backup = self
  }

  private final class Gate {
    weak var backup: ScriptedBackup?
  }

  private func handle(_ request: RPCRequest) {
    guard request.opcode == LogOperation.listReplicas.rawValue else { return request.reply([]) }
    if let query = try? ListReplicas(decoding: request.body) { queries.append(query) }
    switch behaviour {
    case .lists(let replicas): request.reply(ReplicaList(replicas: replicas).encoded)
    case .silent: held.append(request)
    case .garbage: request.reply([1, 2, 3])
    }
  }
}

extension ReplicaList.Replica {
  /// A replica of log 1.
  static func test(
    _ segment: UInt64, _ state: ReplicaList.State, length: UInt32 = 100, epoch: UInt32 = 1,
    version: UInt32 = 1
  ) -> Self {
    Self(
      key: ReplicaKey(log: 1, segment: segment, epoch: epoch), state: state, certified: length,
      crc: 5, version: version)
  }
}
