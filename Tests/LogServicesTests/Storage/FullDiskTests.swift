import Glibc
import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

@Suite("A store on a full disk")
struct FullDiskTests {
  private let directory: TemporaryDirectory
  private let faulty = FaultyFiles()
  private let disk = SmallDisk()
  private let lines = LogLines()
  private let image = ReplicaImage()

  init() throws { directory = try TemporaryDirectory() }

  private func makeStore(_ files: FileSystem) throws -> ReplicaStore {
    try ReplicaStore(directory: directory.path, files: files, log: lines.log)
  }

  private var other: ReplicaImage {
    var other = image
    other.key.segment += 1
    return other
  }

  @Test("refuses a new replica, leaves nothing of it, and takes it when there is room")
  func refusesReplica() throws {
    let store = try makeStore(faulty.files)
    try store.put(.open, image, 0..<100)
    for call in [FaultyFiles.Call.reserve, .open] {
      let names = directory.names
      faulty.fail(call, errno: ENOSPC)
      #expect(ReplicaStore.refusal { try store.put(.open, other, 0..<100) } == .storage)
      #expect(directory.names == names && store.list(nil).count == 1 && store.room.isFull)
      faulty.repair()
    }
    #expect(store.room.refusals == 2)
    #expect(lines.contains("warning", "the disk is full"))
    try store.put(.open, other, 0..<100)
    #expect(!store.room.isFull)
    #expect(lines.contains("notice", "has room for replicas again"))
  }

  @Test("goes on with the replicas that it has, up to their capacity")
  func hasRoom() throws {
    let store = try makeStore(disk.files)
    try store.put(.open, image, 0..<100)
    disk.leave(0)
    #expect(ReplicaStore.refusal { try store.put(.open, other, 0..<100) } == .storage)
    try store.put(.data, image, 100..<2_900)
    try store.put(.close, image, 2_900..<3_000)
    #expect(try store.read(image.read(0..<3_000)) == image.bytes)
  }

  @Test("gives back what a closed replica does not need, at the latest when it starts")
  func trims() throws {
    let store = try makeStore(.system)
    try store.put(.open, image, 0..<100)
    #expect(try directory.bytes(of: image.fileName).count == ReplicaHeader.size + 10_000)
    try store.put(.close, image, 100..<3_000)
    let whole = try directory.bytes(of: image.fileName)
    #expect(whole.count == ReplicaHeader.size + 3_000)
    store.close()
    try directory.write(whole + [UInt8](repeating: 0, count: 7_000), to: image.fileName)
    #expect(try makeStore(.system).read(image.read(0..<3_000)) == image.bytes)
    #expect(try directory.bytes(of: image.fileName) == whole)
  }

  @Test("refuses to go on with a replica of an earlier process that has no room")
  func adopted() throws {
    let first = try makeStore(.system)
    try first.put(.open, image, 0..<100)
    first.close()
    let store = try makeStore(faulty.files)
    faulty.fail(.reserve, errno: EDQUOT)
    #expect(ReplicaStore.refusal { try store.put(.open, image, 0..<100) } == .storage)
    #expect(ReplicaStore.refusal { try store.put(.data, image, 100..<200) } == .storage)
    faulty.repair()
    try store.put(.data, image, 100..<200)
  }

  @Test("raises fences with the room that it spared; without it they are refused, and nothing ends")
  func fences() throws {
    let store = try makeStore(disk.files)
    disk.leave(0)
    try store.raiseFence(of: 7, to: 6)
    #expect(!store.spare.isTaken)
    disk.leave(0)
    #expect(ReplicaStore.refusal { try store.raiseFence(of: 7, to: 8) } == .storage)
    #expect(ReplicaStore.refusal { try store.put(.open, image, 0..<100) } == .fenced)
    #expect(!directory.names.contains("fences.new"))
    disk.leave(1 << 30)
    try store.raiseFence(of: 7, to: 8)
    var next = image
    next.key.epoch = 8
    try store.put(.open, next, 0..<100)
    store.close()
    let restarted = try makeStore(.system)
    #expect(ReplicaStore.refusal { try restarted.put(.open, image, 0..<100) } == .fenced)
  }

  @Test("takes the room that it spares again when it frees something")
  func spare() throws {
    let store = try makeStore(disk.files)
    try store.put(.open, image, 0..<100)
    disk.leave(0)
    try store.raiseFence(of: 7, to: 5)
    #expect(!store.spare.isTaken)
    disk.leave(1 << 30)
    try store.free(image.key)
    #expect(store.spare.isTaken && directory.names.contains(SpareRoom.name))
  }
}
