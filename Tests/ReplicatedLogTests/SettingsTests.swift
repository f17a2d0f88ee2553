import RulesNetwork
import Testing

@testable import ReplicatedLog

/// What is a log's own: how many replicas it has, and what they survive.
@Suite("A log's settings")
struct SettingsTests {
  @Test("With one replica an append needs one backup, and a lost one is made again elsewhere")
  func oneReplica() throws {
    let log = LogUnderTest(backups: 1, settings: LogSettings(replicas: 1))
    for _ in 0..<30 { log.append(bytes: 100) }
    log.settle()
    #expect(log.acknowledged == 30)
    #expect(log.state.segments.count > 2)
    #expect(log.state.segments.allSatisfy { $0.replicas.count == 1 })

    let first = try #require(log.servers.live.first)
    log.servers.add(slot: 9)
    log.fail(first)
    log.settle()
    log.append(bytes: 100)
    log.settle()
    #expect(log.acknowledged == 31)
    for segment in log.state.segments {
      #expect(log.holders(of: Int(segment.id), length: segment.image.length).map(\.slot) == [9])
    }
    #expect(log.servers.mark.version == 2)
    #expect(log.unexpected == 0)
  }

  @Test("Every write says what it is to survive", arguments: LogDurability.allCases)
  func durability(_ level: LogDurability) {
    let log = LogUnderTest(settings: LogSettings(durability: level))
    for _ in 0..<20 { log.append(bytes: 100) }
    log.settle()
    #expect(log.acknowledged == 20)
    #expect(log.calls.writes.allSatisfy { $0.write.durability == level })
    #expect(log.state.status().settings.durability == level)
  }

  @Test("A log that is kept in another way is not opened, and nobody is fenced")
  func otherSettings() {
    let test = OpeningUnderTest()
    test.servers.changeCoordinator {
      $0.outcomes = [
        .refused(
          .application(code: LogRefusal.otherSettings.rawValue, message: "it has 1 replica"))
      ]
    }
    let owner = test.open()
    test.settle()
    #expect(test.problem == .otherSettings("it has 1 replica"))
    withExtendedLifetime(owner) {}
  }

  @Test("Two replicas are refused before anybody is asked")
  func twoReplicas() {
    let configuration = LogConfiguration(coordinator: FakeServers.coordinator, replicas: 2)
    #expect(throws: LogError.configuration("a segment has 1 or 3 replicas, not 2")) {
      try configuration.check()
    }
  }
}
