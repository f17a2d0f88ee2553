import RulesNetwork
import RulesRuntime
import RulesSimulation
import Testing

@testable import ReplicatedLog

/// A log over fake servers, stepped by hand.
final class LogUnderTest {
  let clock = ManualClock()
  let core: PoolCore
  let servers: FakeServers
  let calls: FakeCalls
  let state: LogState
  /// Results of `append`, in the order in which they came.
  private(set) var results: [Result<[LogPosition], any Error>] = []
  private var requests: UInt64 = 0

  init(
    backups: Int = 5, segmentCapacity: Int = 1000, memoryLimit: Int = 1 << 20,
    appendWindow: Int = 1 << 20, seed: UInt64 = 1, recovered: [RecoveredSegment] = [],
    servers: FakeServers? = nil, epoch: UInt32 = 1, settings: LogSettings = LogSettings()
  ) {
    let servers = servers ?? FakeServers(backups: backups)
    // An action that does something else than its rule says is a failure of any test.
    let log = RuleLog(minimum: .error) { _, message in
      if message.contains(" declared ") { Issue.record("\(message)") }
    }
    let core = PoolCore(name: "test", clock: clock, log: log)
    let calls = FakeCalls(servers)
    self.servers = servers
    self.core = core
    self.calls = calls
    state = LogState(
      core: core, calls: calls,
      identity: LogState.Identity(
        ownership: LogOwnership(
          log: 1, epoch: epoch, mark: servers.mark, first: servers.first,
          settings: settings),
        coordinator: FakeServers.coordinator,
        cluster: 7, segmentCapacity: segmentCapacity, memoryLimit: memoryLimit,
        appendWindow: appendWindow),
      membership: servers.membership, recovered: recovered, seed: seed)
  }

  /// Makes turns until nothing is left to do without news.
  func turn() {
    for _ in 0..<10_000 where core.step() != .zero { return }
    preconditionFailure("the pool turns for ever")
  }

  /// Makes turns and delivers every call, oldest first, until nothing moves any more.
  func settle() {
    turn()
    while let call = calls.outstanding.first(where: { calls.deliver($0) }) {
      _ = call
      turn()
    }
  }

  /// Makes turns and delivers every call for which `condition` holds.
  func settle(where condition: (FakeCalls.Call) -> Bool) {
    turn()
    while calls.outstanding.contains(where: { condition($0) && calls.deliver($0) }) { turn() }
  }

  func advance(by duration: Duration) {
    clock.advance(by: duration)
    turn()
  }

  @discardableResult
  func append(_ records: [[UInt8]]) -> UInt64 {
    requests += 1
    state.append(records, id: requests) { [weak self] in self?.results.append($0) }
    return requests
  }

  /// Appends a record of so many bytes.
  @discardableResult
  func append(bytes: Int) -> UInt64 { append([[UInt8](repeating: 0x61, count: bytes)]) }

  /// Kills a server and lets the log know.
  func fail(_ server: ServerID) {
    servers.kill(server)
    servers.declareDead()
    state.membershipChanged(servers.membership)
  }

  var acknowledged: Int { results.count { (try? $0.get()) != nil } }

  /// The rules that fired for a subject, oldest first, but for asking for leave to write.
  func firings(_ subject: String) -> [String] {
    core.statistics.firings.filter { $0.subject == subject }.map(\.rule)
      .filter { $0 != "P1" && $0 != "P2" }
  }

  var unexpected: UInt64 { core.statistics.unexpected }

  func replica(_ segment: Int, _ replica: Int) -> Replica {
    state.segments[segment - 1].replicas[replica - 1]
  }

  /// The servers that hold `length` certified image bytes of a segment.
  func holders(of segment: Int, length: Int) -> [ServerID] {
    servers.answers(servers.live).compactMap { answer in
      (answer.replicas ?? []).contains {
        $0.key.segment == UInt64(segment) && $0.certified >= length && $0.state != .corrupt
      } ? answer.server : nil
    }
  }
}
