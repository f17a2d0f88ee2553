import ReplicatedLog
import RulesNetwork
import Testing

@testable import LogServices

@Suite("A cluster's state")
struct ClusterStateTests {
  private func sample() -> ClusterState {
    var state = ClusterState(cluster: 99)
    for port in 1...3 {
      if let id = state.takeServerID() {
        state.join(
          .init(server: id, address: "127.0.0.1:\(4100 + port)"),
          from: port == 3 ? StorageIdentity(directory: 5, incarnation: 2, start: 1) : nil)
      }
    }
    _ = state.remove(ServerID(slot: 2, generation: 1))
    _ = state.openLog("main")
    _ = state.openLog("audit")
    _ = state.openLog("main")
    _ = state.noteMark(NoteMark(log: 1, mark: LogMark(epoch: 2, segment: 3, version: 4)))
    return state
  }

  @Test("knows an older copy of a disk, and a second one, from the disk itself")
  func disks() {
    var state = sample()
    func start(_ incarnation: UInt64, _ number: UInt64, directory: UInt64 = 5) -> Bool {
      let disk = StorageIdentity(directory: directory, incarnation: incarnation, start: number)
      guard !state.knowsLaterStart(than: disk), let server = state.takeServerID() else {
        return false
      }
      for gone in state.replaced(at: "b:1", disk) { _ = state.remove(gone.server) }
      state.join(.init(server: server, address: "b:1"), from: disk)
      return true
    }
    // Asked again, the same.
    #expect(start(2, 1))
    #expect(start(3, 2))
    #expect(!start(2, 1) && !start(3, 3))
    #expect(start(1, 4, directory: 6))
    #expect(start(9, 5))
    #expect(!start(8, 6))
    for directory in UInt64(10)..<5_010 { #expect(start(1, 1, directory: directory)) }
    #expect(state.disks.count == ClusterState.diskLimit)
  }

  @Test("has no two members of one address, or of one disk")
  func replacements() {
    let state = sample()
    let third = ServerID(slot: 3, generation: 1)
    func replaced(_ address: String, directory: UInt64?) -> [ServerID] {
      state.replaced(
        at: address,
        directory.map { StorageIdentity(directory: $0, incarnation: 3, start: 2) }
      ).map(\.server)
    }
    #expect(replaced("127.0.0.1:4109", directory: 5) == [third])
    #expect(replaced("127.0.0.1:4103", directory: 6) == [third])
    #expect(
      replaced("127.0.0.1:4101", directory: 5) == [ServerID(slot: 1, generation: 1), third])
    #expect(replaced("127.0.0.1:4109", directory: 6).isEmpty)
    #expect(replaced("127.0.0.1:4102", directory: nil).isEmpty)
  }

  @Test("gives every server a number that was never used before")
  func serverNumbers() {
    var state = sample()
    #expect(state.takeServerID() == ServerID(slot: 4, generation: 1))
    for member in state.members { _ = state.remove(member.server) }
    #expect(state.takeServerID() == ServerID(slot: 5, generation: 1))
  }

  @Test("has a version that starts at 1 and grows with every change of the membership")
  func versions() {
    #expect(ClusterState(cluster: 1).version == 1)
    #expect(sample().version == 5)
    var state = sample()
    #expect(state.remove(ServerID(slot: 2, generation: 1)) == nil)
    #expect(state.version == 5)
  }

  @Test("gives every owner of a log a higher epoch, and every log a number of its own")
  func epochs() {
    var state = sample()
    let mark = LogMark(epoch: 2, segment: 3, version: 4)
    #expect(state.openLog("main") == LogOwnership(log: 1, epoch: 3, mark: mark))
    #expect(state.openLog("audit") == LogOwnership(log: 2, epoch: 2))
    #expect(state.openLog("new") == LogOwnership(log: 3, epoch: 1))
  }

  @Test("raises a log's mark for its newest owner only, and never lowers it")
  func marks() {
    var state = ClusterState(cluster: 1)
    let mark = LogMark(epoch: 1, segment: 3, version: 4)
    #expect(state.noteMark(NoteMark(log: 1, mark: mark)) == .noSuchLog)
    #expect(state.openLog("main")?.mark == LogMark.none)
    for _ in 0..<2 { #expect(state.noteMark(NoteMark(log: 1, mark: mark)) == .noted) }
    let lower = LogMark(epoch: 1, segment: 3, version: 3)
    #expect(state.noteMark(NoteMark(log: 1, mark: lower)) == .noted)
    #expect(state.logs["main"]?.mark == mark)
    #expect(state.openLog("main") == LogOwnership(log: 1, epoch: 2, mark: mark))
    let old = LogMark(epoch: 1, segment: 9, version: 1)
    #expect(state.noteMark(NoteMark(log: 1, mark: old)) == .fenced(2))
    let future = LogMark(epoch: 3, segment: 9, version: 1)
    #expect(state.noteMark(NoteMark(log: 1, mark: future)) == .fenced(2))
    #expect(state.logs["main"]?.mark == mark)
  }

  @Test("raises the first segment of a log, and never lowers it")
  func first() {
    var state = sample()
    let mark = LogMark(epoch: 2, segment: 3, version: 4)
    #expect(state.noteMark(NoteMark(log: 1, mark: mark, first: 5)) == .noted)
    #expect(state.noteMark(NoteMark(log: 1, mark: mark)) == .noted)
    #expect(state.logs["main"] == LogOwnership(log: 1, epoch: 2, mark: mark, first: 5))
    #expect(state.logs["audit"]?.first == 1)
  }

  @Test("survives encoding")
  func roundTrip() throws {
    #expect(try ClusterState(decoding: sample().encoded) == sample())
    #expect(try ClusterState(decoding: ClusterState(cluster: 4).encoded) == .init(cluster: 4))
  }

  @Test("refuses a cut encoding, at every byte")
  func cut() {
    let bytes = sample().encoded
    for count in bytes.indices {
      #expect(throws: WireError.self) { try ClusterState(decoding: Array(bytes[..<count])) }
    }
  }
}

@Suite("A cluster's state file")
struct ClusterStoreTests {
  private let directory: TemporaryDirectory
  private let faulty = FaultyFiles()

  init() throws { directory = try TemporaryDirectory() }

  private func open(_ new: UInt64 = 1) throws -> ClusterStore {
    try ClusterStore.open(directory.path, newCluster: new, files: faulty.files)
  }

  @Test("is made once and read from then on")
  func restart() throws {
    let store = try open(11)
    _ = try store.update { $0.openLog("main") }
    let again = try open(12)
    #expect(again.state == store.state)
    #expect(again.state.cluster == 11)
  }

  @Test("of an older format is one clear error")
  func oldFormat() throws {
    try directory.write(
      SealedFile.seal(ClusterState(cluster: 1).encoded, magic: FileStorage.magic, version: 1),
      to: FileStorage.name)
    #expect { _ = try open() } throws: { "\($0)".contains("version 1 is not known") }
  }

  @Test("torn at any byte is an error, never a mixture and never a new cluster")
  func torn() throws {
    let store = try open(11)
    _ = try store.update { $0.openLog("main") }
    let old = try directory.bytes(of: FileStorage.name)
    _ = try store.update { $0.openLog("a much longer name than before") }
    let new = try directory.bytes(of: FileStorage.name)
    for count in new.indices {
      // As if the new bytes had been written over the old ones and torn.
      let overwritten = Array(new[..<count]) + old.dropFirst(count)
      for torn in [overwritten, Array(new[..<count])] where torn != old && torn != new {
        try directory.write(torn, to: FileStorage.name)
        #expect { _ = try open(12) } throws: { "\($0)".contains("cluster is damaged") }
        #expect(try directory.bytes(of: FileStorage.name) == torn)
      }
    }
  }

  @Test("is the old one whenever the new one was torn before it took the name")
  func tornDraft() throws {
    let store = try open(11)
    _ = try store.update { $0.openLog("main") }
    let old = store.state
    _ = try store.update { $0.openLog("more") }
    let new = try directory.bytes(of: FileStorage.name)
    try directory.write(
      SealedFile.seal(old.encoded, magic: FileStorage.magic, version: FileStorage.version),
      to: FileStorage.name)
    for count in 0...new.count {
      try directory.write(Array(new[..<count]), to: "\(FileStorage.name).new")
      #expect(try open(12).state == old)
    }
  }

  @Test(
    "that cannot be replaced leaves the state as it was, in memory and on the disk",
    arguments: [
      FaultyFiles.Call.open, .write, .sync, .rename,
    ])
  func failure(call: FaultyFiles.Call) throws {
    let store = try open(11)
    let old = store.state
    faulty.fail(call, errno: 28)
    #expect(throws: StorageProblem.self) { _ = try store.update { $0.openLog("main") } }
    #expect(store.state == old)
    faulty.repair()
    #expect(try open(12).state == old)
    #expect(try store.update { $0.openLog("main") } == LogOwnership(log: 1, epoch: 1))
  }

}
