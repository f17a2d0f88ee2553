import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// What tells a log that never began from one that is lost.
@Suite("The first acknowledgement of a log")
struct FirstMarkTests {
  /// A new log in which a record is on three backups.
  private func durable() -> (test: OpeningUnderTest, owner: LogOwner) {
    let test = OpeningUnderTest()
    let owner = test.open()
    test.settle { $0.operation != .noteMark }
    test.append([[1, 2, 3]], id: 1, to: owner)
    test.settle { $0.operation != .noteMark }
    return (test, owner)
  }

  @Test("comes after the coordinator has the log's mark, and the others wait for it")
  func waits() throws {
    let (test, owner) = durable()
    #expect(test.appended.isEmpty)
    test.append([], id: 2, to: owner)
    test.settle { $0.operation != .noteMark }
    #expect(test.appended.isEmpty)
    test.settle()
    #expect(try test.appended[1]?.get().count == 1)
    #expect(try test.appended[2]?.get().isEmpty == true)
    test.append([[4]], id: 3, to: owner)
    test.settle { $0.operation != .noteMark }
    #expect(try test.appended[3]?.get().count == 1)
  }

  @Test("is not needed to close a log that has nothing")
  func empty() throws {
    let test = OpeningUnderTest()
    let owner = test.open()
    test.settle { $0.operation != .noteMark }
    test.append([], id: 1, to: owner)
    test.settle { $0.operation != .noteMark }
    #expect(try test.appended[1]?.get().isEmpty == true)
  }

  @Test("a log whose owner ended before it is new to the next one, whatever is left of it")
  func neverBegun() throws {
    let (test, owner) = durable()
    owner.shutDown()
    for id in test.servers.all { test.servers.change(id) { $0.replicas = [:] } }
    let next = OpeningUnderTest(test.servers)
    let second = next.open()
    next.settle()
    #expect(try next.opened?.get() != nil)
    #expect(second.status()?.epoch == 2)
  }

  @Test("a log of which nothing is left after it has vanished")
  func vanished() {
    let (test, owner) = durable()
    test.settle()
    owner.shutDown()
    for id in test.servers.all { test.servers.change(id) { $0.replicas = [:] } }
    let next = OpeningUnderTest(test.servers)
    let second = next.open()
    next.settle()
    #expect(next.problem == .vanished(name: "main", epoch: 2))
    #expect(second.status() == nil)
  }

  @Test("is refused to an owner that was replaced")
  func fenced() {
    let (test, owner) = durable()
    let next = OpeningUnderTest(test.servers)
    let second = next.open()
    next.settle()
    test.settle()
    #expect(throws: LogError.fenced) { try test.appended[1]?.get() }
    #expect(owner.status()?.failure == .fenced)
    #expect(second.status()?.epoch == 2)
  }
}
