import Glibc
import ReplicatedLog
import RulesNetwork
import RulesRuntime
import RulesSimulation
import Testing

@testable import LogServices

@Suite("The scrubber")
struct ScrubbingTests {
  private let directory: TemporaryDirectory
  private let lines = LogLines()
  private let faulty = FaultyFiles()
  private let world = World()
  private let core: PoolCore
  private let store: ReplicaStore

  init() throws {
    directory = try TemporaryDirectory()
    core = PoolCore(name: "backup", clock: world.clock, log: lines.log)
    world.add(core)
    store = try ReplicaStore(
      directory: directory.path, files: faulty.files, syncs: false, log: lines.log)
  }

  /// One that reads a thousand bytes a second.
  private func start(piece: Int = 500) -> Scrubbing {
    var pace = ScrubPace(bytesPerSecond: 1_000, rest: .seconds(10))
    pace.piece = piece
    let scrubbing = Scrubbing(core: core, store: store, pace: pace)
    core.add(scrubbing)
    scrubbing.begin()
    return scrubbing
  }

  private func images(_ count: UInt64) -> [ReplicaImage] {
    (1...count).map { segment in
      var image = ReplicaImage(seed: segment)
      image.key.segment = segment
      return image
    }
  }

  @Test("reads everything at its pace, rests, and begins again")
  func pace() throws {
    for image in images(3) { try store.putWhole(image) }
    let scrubbing = start()
    world.run(for: .seconds(10 + 5))
    #expect((4_000...5_500).contains(scrubbing.counters.bytes), "\(scrubbing.counters)")
    world.run(for: .seconds(7))
    #expect(scrubbing.counters.passes == 1 && scrubbing.counters.replicas == 3)
    #expect(scrubbing.counters.bytes == 9_000 && scrubbing.pass == .resting)
    world.run(for: .seconds(40))
    #expect(scrubbing.counters.passes >= 2)
    #expect(scrubbing.counters.damaged == 0)
    #expect(core.statistics.unexpected == 0 && core.statistics.undeclared == 0)
  }

  @Test(
    "finds rot that nobody has read, in the image and in the header, and goes on",
    arguments: [ReplicaHeader.size + 2_900, ReplicaHeader.size, 10])
  func rot(offset: Int) throws {
    let all = images(3)
    for image in all { try store.putWhole(image) }
    try directory.flipBit(of: all[1].fileName, at: offset)
    let scrubbing = start()
    world.run(for: .seconds(25))
    #expect(store.list(nil).map(\.state) == [.closed, .corrupt, .closed])
    #expect(lines.contains("error", all[1].fileName, "corrupt"))
    #expect(scrubbing.counters.damaged == 1 && scrubbing.counters.replicas == 2)
    #expect(core.statistics.unexpected == 0 && core.statistics.undeclared == 0)
  }

  @Test("takes a read error for what it is")
  func readError() throws {
    let image = images(1)[0]
    try store.putWhole(image)
    let scrubbing = start()
    faulty.fail(.read, errno: EIO)
    world.run(for: .seconds(12))
    #expect(store.list(nil).map(\.state) == [.unreadable])
    #expect(scrubbing.counters.damaged == 1)
  }

  @Test("does not mistake a replica that grows, is made anew, or is freed for a damaged one")
  func changes() throws {
    let all = images(3)
    for image in all {
      try store.put(.open, image, 0..<100)
      try store.put(.data, image, 100..<2_000)
    }
    let scrubbing = start()
    world.run(for: .milliseconds(10_800))
    #expect(scrubbing.reading == .partial)
    try store.put(.data, all[0], 2_000..<2_500)
    world.run(for: .milliseconds(1_500))
    #expect(scrubbing.reading == .partial && scrubbing.counters.replicas == 1)
    try store.free(all[1].key)
    try store.put(.open, all[1], 0..<100)
    world.run(for: .milliseconds(1_500))
    try store.free(all[2].key)
    world.run(for: .seconds(4))
    #expect(store.list(nil).map(\.state) == [.open, .open])
    #expect(scrubbing.counters.damaged == 0 && scrubbing.counters.passes == 1)
  }

  @Test("is off at a pace of zero, and has nothing to do where nothing is kept")
  func nothing() throws {
    let off = Scrubbing(core: core, store: store, pace: ScrubPace(bytesPerSecond: 0))
    core.add(off)
    off.begin()
    let scrubbing = start()
    world.run(for: .seconds(12))
    #expect(scrubbing.counters.passes == 1 && scrubbing.counters.bytes == 0)
    #expect(off.counters.passes == 0)
  }
}
