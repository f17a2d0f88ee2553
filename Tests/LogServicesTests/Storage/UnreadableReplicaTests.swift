import Glibc
import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

@Suite("A replica that the disk does not give back")
struct UnreadableReplicaTests {
  private let directory: TemporaryDirectory
  private let faulty = FaultyFiles()
  private let lines = LogLines()
  private let image = ReplicaImage()

  init() throws { directory = try TemporaryDirectory() }

  private func makeStore() throws -> ReplicaStore {
    try ReplicaStore(
      directory: directory.path, files: faulty.files, syncs: false, log: lines.log)
  }

  /// The disk does not give a replica back, for a moment.
  private func failOnce(_ image: ReplicaImage, in store: ReplicaStore) {
    faulty.fail(.read, errno: EIO)
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(0..<10)) } == .unreadable)
    faulty.repair()
  }

  @Test("at the start is not called corrupt, and is there again once it can be read")
  func atTheStart() throws {
    var store = try makeStore()
    try store.putWhole(image)
    store.close()
    faulty.fail(.read, errno: EIO)
    store = try makeStore()
    #expect(store.list(nil).map(\.state) == [.unreadable])
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(0..<10)) } == .unreadable)
    #expect(lines.contains("error", image.fileName, "cannot be read"))
    try store.lookAgain(at: image.key)
    #expect(store.unreadable == [image.key])
    faulty.repair()
    try store.lookAgain(at: image.key)
    #expect(store.list(nil).map(\.state) == [.closed])
    #expect(try store.read(image.read(0..<3_000)) == image.bytes)
    #expect(lines.contains("notice", image.fileName, "can be read again"))
  }

  @Test("is corrupt when it can be read and its bytes are wrong")
  func corruptAfterAll() throws {
    var store = try makeStore()
    try store.putWhole(image)
    store.close()
    try directory.flipBit(of: image.fileName, at: ReplicaHeader.size + 5)
    faulty.fail(.read, errno: EIO)
    store = try makeStore()
    #expect(store.list(nil).map(\.state) == [.unreadable])
    faulty.repair()
    try store.lookAgain(at: image.key)
    #expect(store.list(nil).map(\.state) == [.corrupt])
    #expect(store.unreadable.isEmpty)
  }

  @Test("is corrupt when it can be read and has less than was certified before")
  func shorterAfterAll() throws {
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<200)
    failOnce(image, in: store)
    try directory.flipBit(of: image.fileName, at: ReplicaHeader.size + 150)
    try store.lookAgain(at: image.key)
    #expect(store.list(nil).map(\.state) == [.corrupt])
    #expect(lines.contains("error", image.fileName, "200 bytes were certified, 100 bytes hold"))
    #expect(ReplicaStore.refusal { try store.put(.data, image, 200..<300) } == .corrupt)
  }

  @Test("when it is served is unreadable from then on, and its owner may make it anew")
  func whileServed() throws {
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    failOnce(image, in: store)
    #expect(ReplicaStore.refusal { try store.put(.data, image, 100..<200) } == .unreadable)
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<200)
    #expect(try store.read(image.read(0..<200)) == Array(image.bytes[..<200]))
  }

  @Test("when a write is compared with it does not end the backup")
  func whileCompared() throws {
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<200)
    faulty.fail(.read, errno: EIO)
    #expect(ReplicaStore.refusal { try store.put(.data, image, 100..<200) } == .unreadable)
  }

  /// 100 certified bytes and what else came; then it could not be read for a moment.
  private func loseSight(
    of image: ReplicaImage, in store: ReplicaStore, after more: () throws -> Void
  ) throws {
    try store.put(.open, image, 0..<100)
    try more()
    failOnce(image, in: store)
    try store.lookAgain(at: image.key)
    #expect(store.list(nil).map(\.certified) == [100])
  }

  @Test("is opened again by its owner when bytes without a certificate are forgotten with that")
  func uncertifiedForgotten() throws {
    let store = try makeStore()
    try loseSight(of: image, in: store) {
      try store.put(.data, image, 100..<200, certified: false)
    }
    #expect(ReplicaStore.refusal { try store.put(.data, image, 200..<300) } == .unreadable)
    try store.put(.open, image, 0..<100)
    try store.put(.data, image, 100..<300)
    #expect(try store.read(image.read(0..<300)) == Array(image.bytes[..<300]))
  }

  @Test(
    "does not have a write confirmed whose certificate is forgotten with that, although it is sound again"
  )
  func certificateForgotten() throws {
    let store = try makeStore()
    try loseSight(of: image, in: store) {
      try store.take(.data, image.write(100..<200), Array(image.bytes[100..<200]))
    }
    try store.commit()
    #expect(
      ReplicaStore.refusal {
        if let refusal = store.refusal(ofWriteTo: image.key) { throw refusal }
      } == .unreadable)
    #expect(try store.read(image.read(0..<100)) == Array(image.bytes[..<100]))
  }

  @Test("goes on where all of it was durable")
  func nothingForgotten() throws {
    let store = try makeStore()
    try loseSight(of: image, in: store) {}
    try store.put(.data, image, 100..<300)
    #expect(try store.read(image.read(0..<300)) == Array(image.bytes[..<300]))
  }

  /// A replica of 100 certified bytes that could not be read for a moment; 50 bytes of what is to replace it came.
  private func makeAnew(_ image: ReplicaImage, in store: ReplicaStore) throws {
    try store.put(.open, image, 0..<100)
    failOnce(image, in: store)
    try store.put(.open, image, 0..<50, certified: false)
  }

  @Test("is what it was again when its owner ends before it has made it anew")
  func ownerEnds() throws {
    let store = try makeStore()
    try makeAnew(image, in: store)
    #expect(store.list(nil).map(\.state) == [.unreadable])
    #expect(store.unreadable.isEmpty)
    try store.raiseFence(of: image.key.log, to: image.key.epoch + 1)
    #expect(store.unreadable == [image.key])
    try store.lookAgain(at: image.key)
    #expect(try store.read(image.read(0..<100)) == Array(image.bytes[..<100]))
    #expect(!directory.names.contains(ReplicaFileName.draft(of: image.key)))
  }

  @Test("is freed with what was to replace it")
  func freed() throws {
    let store = try makeStore()
    try makeAnew(image, in: store)
    try store.free(image.key)
    #expect(!directory.names.contains { $0.contains(image.fileName) })
  }

  @Test("is made anew also where there is no room for one more, and is not looked at in its place")
  func madeAnew() throws {
    var limits = ReplicaStore.Limits()
    (limits.replicas, limits.descriptors) = (3, 1)
    let store = try ReplicaStore(
      directory: directory.path, files: faulty.files, limits: limits, log: lines.log)
    for segment in 2...3 { try store.put(.open, image.of(UInt64(segment)), 0..<100) }
    let lost = image.of(1)
    try makeAnew(lost, in: store)
    // Its file is not kept open.
    for segment in 2...3 { try store.put(.data, image.of(UInt64(segment)), 100..<200) }
    #expect(try store.read(lost.read(0..<0)).isEmpty)
    try store.put(.data, lost, 50..<300)
    #expect(try store.read(lost.read(0..<300)) == Array(lost.bytes[..<300]))
  }
}

extension ReplicaImage {
  /// The same of another segment.
  fileprivate func of(_ segment: UInt64) -> ReplicaImage {
    var other = self
    other.key.segment = segment
    return other
  }
}
