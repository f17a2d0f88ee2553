import Glibc
import ReplicatedLog
import RulesRuntime
import Testing

@testable import LogServices

@Suite("What was written without a certificate")
struct UncertifiedBytesTests {
  private let directory: TemporaryDirectory
  private let faulty = FaultyFiles()
  private let image = ReplicaImage()

  init() throws { directory = try TemporaryDirectory() }

  private func makeStore(_ limits: ReplicaStore.Limits = .init()) throws -> ReplicaStore {
    try ReplicaStore(
      directory: directory.path, files: faulty.files, limits: limits, log: .disabled)
  }

  private func image(of segment: UInt64) -> ReplicaImage {
    var image = image
    image.key.segment = segment
    return image
  }

  private func write(
    _ kind: WriteKind, _ image: ReplicaImage, _ range: Range<Int>, certified: Bool = false,
    to store: ReplicaStore
  ) throws {
    try store.take(kind, image.write(range, certified: certified), Array(image.bytes[range]))
  }

  @Test("is synced with the certificate that covers it, once, and its writer does not wait before")
  func together() throws {
    let store = try makeStore()
    let before = faulty.count(of: .sync)
    try write(.open, image, 0..<100, to: store)
    for start in stride(from: 100, to: 2_900, by: 100) {
      try write(.data, image, start..<start + 100, to: store)
    }
    #expect(!store.awaitsCommit(image.write(2_800..<2_900, certified: false)))
    try store.commit()
    #expect(faulty.count(of: .sync) == before)
    #expect(store.list(nil).map(\.certified) == [0])

    try write(.close, image, 2_900..<3_000, certified: true, to: store)
    #expect(store.awaitsCommit(image.write(2_900..<3_000)))
    try store.commit()
    // A closed replica has its certificate twice.
    #expect(faulty.count(of: .sync) == before + 2)
    #expect(try store.read(image.read(0..<3_000)) == image.bytes)
    #expect(store.uncertified.bytes == 0 && store.uncertified.files == 0)
  }

  @Test("is gone after a restart: nobody counted on it")
  func restart() throws {
    let store = try makeStore()
    try write(.open, image, 0..<100, to: store)
    store.close()
    #expect(try makeStore().count == 0)
    #expect(!directory.names.contains { $0.contains(image.fileName) })
  }

  @Test("waits for the disk when there is too much of it, in bytes or in files")
  func bounds() throws {
    var limits = ReplicaStore.Limits()
    limits.uncertified = 1_000
    limits.descriptors = 4
    let store = try makeStore(limits)
    try write(.open, image, 0..<900, to: store)
    #expect(!store.awaitsCommit(image.write(0..<900, certified: false)))
    try write(.data, image, 900..<1_100, to: store)
    #expect(store.awaitsCommit(image.write(900..<1_100, certified: false)))
    let before = faulty.count(of: .sync)
    try store.commit()
    #expect(faulty.count(of: .sync) == before + 1)

    for segment in 11...15 { try write(.open, image(of: UInt64(segment)), 0..<100, to: store) }
    let waiting = (11...15).map {
      store.awaitsCommit(image(of: UInt64($0)).write(0..<100, certified: false))
    }
    #expect(waiting == [false, false, true, true, true])
    try store.commit()
    #expect(store.descriptors.count <= 5)
    for segment in 11...15 {
      try write(.close, image(of: UInt64(segment)), 100..<3_000, certified: true, to: store)
    }
    try store.commit()
    #expect(store.list(nil).filter { $0.state == .closed }.count == 5)
  }

  @Test("that fails to reach the disk ends the store with the certificate that covers it")
  func failure() throws {
    let store = try makeStore()
    try write(.open, image, 0..<100, to: store)
    faulty.fail(.sync, errno: EIO)
    try write(.close, image, 100..<3_000, certified: true, to: store)
    #expect(throws: StoreError.self) { try store.commit() }
  }

  @Test("goes to the disk meanwhile, but for a last page that may get more")
  func startsWriting() throws {
    let store = try makeStore()
    let ranges = Guarded<[Range<Int>]>([])
    store.startWriting = { _, range in ranges.withLock { $0.append(range) } }
    var image = ReplicaImage(count: 30_000)
    image.capacity = 30_000
    try write(.open, image, 0..<100, to: store)
    try write(.data, image, 100..<20_000, to: store)
    try write(.data, image, 20_000..<30_000, to: store)
    let (first, last) = (ReplicaHeader.size, ReplicaHeader.size + 30_000)
    let written = ranges.withLock { $0 }
    #expect(written.first?.lowerBound == first / 4096 * 4096)
    #expect(written.last?.upperBound == last / 4096 * 4096)
    #expect(written.count == 2 && written[0].upperBound == written[1].lowerBound)
  }

  @Test("of owners that are no more is freed")
  func obsolete() throws {
    let store = try makeStore()
    try write(.open, image, 0..<100, to: store)
    let successor = LogOwnership(
      log: image.key.log, epoch: image.key.epoch + 1,
      mark: LogMark(epoch: image.key.epoch + 1, segment: image.key.segment, version: 1), first: 1)
    #expect(store.obsolete(by: [successor]) == [image.key])
    try store.free(image.key)
    #expect(store.count == 0 && store.uncertified.files == 0)
  }
}
