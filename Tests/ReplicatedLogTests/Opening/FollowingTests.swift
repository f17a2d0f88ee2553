import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// How a log is followed in a pool, step by step.
@Suite("Following a log")
struct FollowingTests {
  /// An owner and a reader, each in a pool of its own, over the same servers.
  private final class Scene {
    let owning: OpeningUnderTest
    let reading: OpeningUnderTest
    private(set) var owner: LogOwner
    private(set) var reader: LogReading?
    private(set) var records: [LogRecord] = []
    private(set) var ended: Result<LogReadSummary, LogError>?
    private var appends: UInt64 = 0

    init(_ servers: FakeServers = FakeServers(backups: 5)) {
      owning = OpeningUnderTest(servers)
      reading = OpeningUnderTest(servers)
      owner = owning.open()
      owning.settle()
    }

    func follow(from: LogPosition? = nil, to: LogPosition? = nil) {
      reader = LogReading(
        core: reading.core, configuration: reading.configuration, calls: reading.calls,
        scope: ReadScope(from: from, to: to, follows: true),
        take: { [weak self] part in
          var part = part
          while let record = part.removeFirst() { self?.records.append(record) }
          return .taken
        }, ended: { [weak self] in self?.ended = $0 })
      reading.settle()
    }

    func append(_ count: Int, of size: Int = 100) {
      appends += 1
      owning.append(OpeningUnderTest.records(count, of: size), id: appends, to: owner)
    }

    /// Lets the reader ask once more, or as often as it does in a time.
    func wait(_ time: Duration = .milliseconds(600)) {
      reading.advance(by: time)
      reading.settle()
    }

    /// Another owner takes over.
    func succeed() -> OpeningUnderTest {
      let next = OpeningUnderTest(owning.servers)
      owner = next.open()
      next.settle()
      return next
    }

    /// Calls of the reader so far that asked for bytes.
    var acknowledged: Int { owning.appended.values.reduce(0) { $0 + ((try? $1.get().count) ?? 0) } }
  }

  @Test("Records come as they are appended, over many segments, and each once")
  func order() {
    let scene = Scene()
    scene.append(10)
    scene.owning.settle()
    scene.follow()
    #expect(scene.records.count == 10)
    for round in 1...20 {
      scene.append(7)
      scene.owning.settle()
      scene.wait()
      #expect(scene.records.count == 10 + 7 * round)
    }
    #expect(scene.records.last?.position.segment ?? 0 > 3)
    #expect(scene.records.map(\.position) == scene.records.map(\.position).sorted())
    #expect(Set(scene.records.map(\.position)).count == scene.records.count)
    #expect(scene.ended == nil)
    #expect(scene.reading.core.statistics.unexpected == 0)
  }

  @Test("What only some of its backups have is not shown")
  func unreplicated() throws {
    let scene = Scene()
    scene.append(3)
    scene.owning.settle()
    scene.follow()
    #expect(scene.records.count == 3)
    scene.append(2)
    scene.owning.turn()
    let writes = scene.owning.calls.outstanding.filter { $0.write != nil }
    #expect(writes.count == 3)
    for (number, call) in writes.enumerated() {
      scene.wait()
      #expect(scene.records.count == 3, "\(number) backups have it")
      scene.owning.calls.deliver(call)
    }
    scene.wait()
    #expect(scene.records.count == 5)
  }

  @Test("What a lost open replica may hide is not shown before the coordinator knows of it")
  func lostReplica() throws {
    let scene = Scene()
    scene.append(3)
    scene.owning.settle()
    scene.follow()
    let victim = try #require(scene.owning.servers.holders(of: 1).first?.server)
    scene.owning.servers.kill(victim)
    scene.owning.servers.declareDead()
    scene.append(2)
    scene.owning.settle { $0.operation != .noteMark }
    scene.wait()
    #expect(scene.records.count == 3 && scene.acknowledged == 3)
    scene.owning.settle()
    scene.wait()
    #expect(scene.records.count == 5 && scene.acknowledged == 5)
  }

  @Test("It goes on with the next owner, and shows what that one has found")
  func succession() {
    let scene = Scene()
    scene.append(30)
    scene.owning.settle()
    scene.follow()
    #expect(scene.records.count == 30)
    scene.owner.shutDown()
    let next = scene.succeed()
    scene.wait()
    next.append(OpeningUnderTest.records(60), id: 1, to: scene.owner)
    next.settle()
    scene.wait()
    #expect(scene.records.count == 90 && scene.ended == nil)
    #expect(
      scene.records.map(\.bytes) == OpeningUnderTest.records(30) + OpeningUnderTest.records(60))
  }

  @Test("Only new bytes are asked for, and less often when there are none")
  func frugal() {
    let scene = Scene()
    scene.append(30)
    scene.owning.settle()
    scene.follow()
    scene.append(1, of: 50)
    scene.owning.settle()
    var asked: [ReadReplica] = []
    var surveys = 0
    func settle() {
      scene.reading.settle { call in
        if call.operation == .readReplica, let read = try? ReadReplica(decoding: call.head) {
          asked.append(read)
        }
        surveys += call.operation == .findLog ? 1 : 0
        return true
      }
    }
    scene.reading.advance(by: .milliseconds(20))
    settle()
    #expect(scene.records.count == 31)
    #expect(asked.map(\.length) == [58])
    surveys = 0
    for _ in 0..<1000 {
      scene.reading.advance(by: .milliseconds(10))
      settle()
    }
    // Ten seconds: one in half a second, and those of the beginning.
    #expect((15...35).contains(surveys), "\(surveys) questions")
    #expect(asked.count == 1)
  }

  @Test("It begins where it is told to, and ends before a position, also one that is still to come")
  func range() throws {
    let scene = Scene()
    scene.append(30)
    scene.owning.settle()
    scene.follow()
    let third = scene.records[2].position
    let end = LogPosition(segment: scene.records[29].position.segment, offset: 4000)
    let part = Scene(scene.owning.servers)
    part.follow(from: third, to: scene.records[5].position)
    #expect(part.records == Array(scene.records[2..<5]))
    #expect(try part.ended?.get().records == 3)
    let later = Scene(scene.owning.servers)
    later.follow(from: third, to: end)
    #expect(later.ended == nil)
    later.append(60)
    later.owning.settle()
    later.wait()
    #expect(try later.ended?.get().records == later.records.count)
    #expect(later.records.allSatisfy { (third..<end).contains($0.position) })
    #expect(later.records.count > 30)
  }

  @Test("What was trimmed before it was read ends it, and says where the log begins")
  func trimmed() {
    let scene = Scene()
    scene.append(10)
    scene.owning.settle()
    scene.follow()
    scene.append(200)
    scene.owning.settle()
    scene.owner.trim(before: 4)
    scene.owning.settle()
    scene.wait()
    let first = LogPosition(segment: 4, offset: 40)
    #expect(throws: LogError.trimmed(first: first)) { try scene.ended?.get() }
    #expect(scene.records.count == 10)
    // Who asks for no position begins there.
    let fresh = Scene(scene.owning.servers)
    fresh.follow()
    #expect(fresh.records.first?.position == first && fresh.ended == nil)
  }

  @Test("Cancelled while it waits, it ends, and asks nothing more")
  func cancelled() {
    let scene = Scene()
    scene.append(1)
    scene.owning.settle()
    scene.follow()
    scene.reader?.cancel()
    scene.wait()
    #expect(throws: LogError.cancelled) { try scene.ended?.get() }
    scene.wait(.seconds(10))
    #expect(scene.reading.calls.outstanding.isEmpty && scene.records.count == 1)
  }
}
