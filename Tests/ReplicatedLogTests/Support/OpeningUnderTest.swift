import RulesNetwork
import RulesRuntime
import RulesSimulation
import Testing

@testable import ReplicatedLog

/// A pool over fake servers, stepped by hand, in which logs are opened and read.
final class OpeningUnderTest {
  let clock = ManualClock()
  let core: PoolCore
  let servers: FakeServers
  let calls: FakeCalls
  var configuration = LogConfiguration(
    coordinator: FakeServers.coordinator, segmentCapacity: 4096, patience: .seconds(10), seed: 1)
  private(set) var opened: Result<Void, LogError>?
  private(set) var appended: [UInt64: Result<[LogPosition], any Error>] = [:]

  init(_ servers: FakeServers = FakeServers(backups: 5)) {
    self.servers = servers
    // An action that does something else than its rule says is a failure of any test.
    let log = RuleLog(minimum: .error) { _, message in
      if message.contains(" declared ") { Issue.record("\(message)") }
    }
    core = PoolCore(name: "test", clock: clock, log: log)
    calls = FakeCalls(servers)
  }

  func open() -> LogOwner {
    LogOwner(core: core, configuration: configuration, calls: calls) { [weak self] in
      if self?.opened != nil { Issue.record("it was opened twice") }
      self?.opened = $0
    }
  }

  func append(_ records: [[UInt8]], id: UInt64, to owner: LogOwner) {
    owner.append(records, id: id) { [weak self] in self?.appended[id] = $0 }
  }

  /// Why it was not opened; nil: it was, or nothing came of it yet.
  var problem: LogError? {
    guard case .failure(let error) = opened else { return nil }
    return error
  }

  func turn() {
    for _ in 0..<10_000 where core.step() != .zero { return }
    preconditionFailure("the pool turns for ever")
  }

  /// Makes turns and delivers every call for which `condition` holds, until nothing moves any more.
  func settle(where condition: (FakeCalls.Call) -> Bool = { _ in true }) {
    turn()
    while calls.outstanding.contains(where: { condition($0) && calls.deliver($0) }) { turn() }
  }

  /// Nobody gives back a segment (nil: any), for as long as there is patience.
  func refuseReads(of segment: UInt64? = nil, with refusal: LogRefusal) {
    func isRefused(_ call: FakeCalls.Call) -> Bool {
      guard call.operation == .readReplica else { return false }
      return segment == nil || (try? ReadReplica(decoding: call.head))?.key.segment == segment
    }
    for _ in 0..<1000 where problem == nil {
      turn()
      while let call = calls.outstanding.first(where: isRefused) {
        calls.finish(
          call, .refused(.application(code: refusal.rawValue, message: "told to")))
        turn()
      }
      settle { !isRefused($0) }
      advance(by: .milliseconds(100))
    }
  }

  func advance(by duration: Duration) {
    clock.advance(by: duration)
    turn()
  }

  /// A log that its owner has closed.
  static func servers(backups: Int = 5, records: [[UInt8]]) -> FakeServers {
    let first = OpeningUnderTest(FakeServers(backups: backups))
    let owner = first.open()
    first.settle()
    first.append(records, id: 1, to: owner)
    first.settle()
    #expect((try? first.appended[1]?.get())?.count == records.count)
    owner.shutDown()
    first.turn()
    return first.servers
  }

  static func records(_ count: Int, of size: Int = 100) -> [[UInt8]] {
    (0..<count).map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: size) }
  }
}

extension FakeServers {
  /// The replicas of a segment: where each is, and its name.
  func holders(of segment: UInt64) -> [(server: ServerID, key: ReplicaKey)] {
    answers(all).flatMap { answer in
      (answer.replicas ?? []).filter { $0.key.segment == segment }.map { (answer.server, $0.key) }
    }
  }
}
