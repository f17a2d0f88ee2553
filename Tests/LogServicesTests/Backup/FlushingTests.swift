import Glibc
import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

@Suite("A backup's disk that takes its time")
struct FlushingTests {
  /// A pool, a store and a disk that are moved by hand.
  private final class World {
    let core = PoolCore(name: "test", traceCapacity: 0)
    let directory: TemporaryDirectory
    let store: ReplicaStore
    let orders = Guarded<[SyncOrder]>([])
    let closedLater = Guarded<[FileDescriptor]>([])
    let closed = Guarded<[FileDescriptor]>([])
    private(set) var failures: [SystemError] = []
    private(set) var answers: [String] = []
    private(set) var flushing: Flushing!

    /// - Parameter quickSync: a disk that takes less is waited for; zero: none is.
    init(quickSync: Duration = .zero) throws {
      directory = try TemporaryDirectory()
      var files = FileSystem.system
      files.close = { [closed] file in
        closed.withLock { $0.append(file) }
        FileSystem.system.close(file)
      }
      store = try ReplicaStore(directory: directory.path, files: files, log: .disabled)
      flushing = Flushing(
        core: core, store: store,
        syncer: Syncer(
          begin: { [orders] order in orders.withLock { $0.append(order) } },
          closeLater: { [closedLater] files in closedLater.withLock { $0 += files } }),
        quickSync: quickSync,
        failed: { [unowned self] in failures.append($0) })
      core.add(flushing)
    }

    deinit { core.remove(flushing) }

    func noteAnswer(_ name: String) { answers.append(name) }

    func step() { while core.step() == .zero {} }

    func write(_ kind: WriteKind, _ image: ReplicaImage, _ range: Range<Int>, _ name: String) throws
    {
      try store.take(kind, image.write(range), Array(image.bytes[range]))
      flushing.whenDurable { [unowned self] in answers.append(name) }
      step()
    }

    /// The disk does what it was asked for last.
    func sync(_ error: SystemError? = nil) throws {
      try orders.withLock { $0.last }?.run(on: .system)
      flushing.syncEnded(error)
      step()
    }

    var orderCount: Int { orders.withLock { $0.count } }

    /// A replica that has its name.
    func open(_ image: ReplicaImage, _ range: Range<Int> = 0..<100) throws {
      try write(.open, image, range, "open")
      try sync()
      try sync()
    }
  }

  private let image = ReplicaImage()

  @Test("answers when it has what was written, and takes together what has come meanwhile")
  func groups() throws {
    let world = try World()
    try world.write(.open, image, 0..<100, "open")
    #expect(world.answers.isEmpty && world.orderCount == 1)
    try world.sync()
    // Its name is not on the disk yet.
    #expect(world.answers.isEmpty && world.orderCount == 2)
    try world.sync()
    #expect(world.answers == ["open"])

    try world.write(.data, image, 100..<200, "a")
    for (number, name) in ["b", "c", "d"].enumerated() {
      let start = 200 + number * 100
      try world.write(.data, image, start..<start + 100, name)
    }
    #expect(world.answers == ["open"] && world.orderCount == 3)
    try world.sync()
    #expect(world.answers == ["open", "a"] && world.orderCount == 4)
    try world.sync()
    #expect(world.answers == ["open", "a", "b", "c", "d"] && world.orderCount == 4)
    #expect(world.flushing.groups == 3)
  }

  @Test("that was quick is waited for by one request alone, not by several")
  func alone() throws {
    let world = try World(quickSync: .seconds(3_600))
    try world.write(.open, image, 0..<100, "open")
    #expect(world.answers == ["open"] && world.orderCount == 0)
    for (number, name) in ["a", "b"].enumerated() {
      let start = 100 + number * 100
      try world.store.take(
        .data, image.write(start..<start + 100), Array(image.bytes[start..<start + 100]))
      world.flushing.whenDurable { world.noteAnswer(name) }
    }
    world.step()
    #expect(world.answers == ["open"] && world.orderCount == 1)
    try world.sync()
    #expect(world.answers == ["open", "a", "b"])
    #expect(world.store.list(nil).map(\.certified) == [300])
  }

  @Test("that fails to sync is not asked again, and nobody is answered")
  func failure() throws {
    let world = try World()
    try world.open(image)
    try world.write(.data, image, 100..<200, "a")
    try world.write(.data, image, 200..<300, "b")
    try world.sync(SystemError(call: "fdatasync", errno: EIO))
    #expect(world.failures.map(\.errno) == [EIO])
    world.flushing.whenDurable { Issue.record("answered after a failure") }
    world.step()
    try world.sync()
    #expect(world.answers == ["open"] && world.orderCount == 3)
  }

  @Test("has the second certificate of a closed replica before anybody is told that it is closed")
  func closing() throws {
    let world = try World()
    try world.open(image)
    try world.write(.close, image, 100..<3_000, "close")
    #expect(world.store.list(nil).map(\.certified) == [100])
    try world.sync()
    #expect(world.answers == ["open"] && world.store.list(nil).map(\.state) == [.open])
    try world.write(.close, image, 3_000..<3_000, "again")
    try world.sync()
    #expect(world.answers == ["open", "close", "again"])
    #expect(world.store.list(nil).map(\.state) == [.closed])
    world.store.close()
    try world.directory.patch(image.fileName, at: ReplicaHeader.slotOffsets[0], [0xff, 0xff])
    let restarted = try ReplicaStore(directory: world.directory.path, log: .disabled)
    #expect(restarted.list(nil).map(\.state) == [.closed])
    #expect(try restarted.read(image.read(0..<3_000)) == image.bytes)
  }

  @Test("gives what it had before, while more is being synced")
  func reading() throws {
    let world = try World()
    try world.open(image)
    try world.write(.data, image, 100..<2_000, "a")
    try world.store.take(.data, image.write(2_000..<2_500), Array(image.bytes[2_000..<2_500]))
    #expect(try world.store.read(image.read(0..<100)) == Array(image.bytes[..<100]))
    #expect(ReplicaStore.refusal { _ = try world.store.read(image.read(0..<101)) } == .malformed)
    try world.sync()
    #expect(world.store.list(nil).map(\.certified) == [2_000])
    world.flushing.whenDurable {}
    world.step()
    try world.sync()
    #expect(world.store.list(nil).map(\.certified) == [2_500])
  }

  @Test("keeps the file of a replica open that is freed and made anew while it is synced")
  func freed() throws {
    let world = try World()
    try world.open(image)
    try world.write(.data, image, 100..<200, "a")
    let file = try #require(world.orders.withLock { $0.last }?.files.first)
    // An earlier file may have had the same number.
    world.closed.withLock { $0 = [] }
    try world.store.free(image.key)
    let other = ReplicaImage(seed: 9)
    try world.write(.open, other, 0..<50, "anew")
    #expect(!world.closed.withLock { $0.contains(file) })
    try world.sync()
    #expect(world.closed.withLock { $0.contains(file) })
    #expect(world.store.list(nil).map(\.certified) == [0])
    try world.sync()
    try world.sync()
    #expect(world.store.list(nil).map(\.certified) == [50])
    #expect(try world.store.read(other.read(0..<50)) == Array(other.bytes[..<50]))
  }

  @Test("has its files closed by whoever syncs them, when the backup ends meanwhile")
  func end() throws {
    let world = try World()
    try world.open(image)
    try world.write(.data, image, 100..<200, "a")
    let file = try #require(world.orders.withLock { $0.last }?.files.first)
    // An earlier file may have had the same number.
    world.closed.withLock { $0 = [] }
    world.store.close()
    #expect(world.closedLater.withLock { $0 } == [file])
    #expect(!world.closed.withLock { $0.contains(file) })
    FileSystem.system.close(file)
  }
}
