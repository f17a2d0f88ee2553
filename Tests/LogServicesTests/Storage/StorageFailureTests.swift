import Glibc
import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

@Suite("A disk that fails")
struct StorageFailureTests {
  private let directory: TemporaryDirectory
  private let faulty = FaultyFiles()
  private let image = ReplicaImage()

  init() throws { directory = try TemporaryDirectory() }

  private func makeStore() throws -> ReplicaStore {
    try ReplicaStore(directory: directory.path, files: faulty.files, log: .disabled)
  }

  private func failure(of body: () throws -> Void) -> SystemError? {
    do {
      try body()
      return nil
    } catch StoreError.failed(let error) {
      return error
    } catch {
      return nil
    }
  }

  @Test("is not asked to sync what is to survive in memory only")
  func memory() throws {
    let store = try makeStore()
    let kinds: [(WriteKind, Range<Int>)] = [
      (.open, 0..<100), (.data, 100..<200), (.close, 200..<200),
    ]
    let before = faulty.count(of: .sync)
    for (kind, range) in kinds {
      var write = image.write(range)
      write.durability = .memory
      try store.take(kind, write, Array(image.bytes[range]))
      try store.commit()
    }
    #expect(faulty.count(of: .sync) == before && faulty.count(of: .syncDirectory) == 1)
    #expect(store.list(nil).map(\.state) == [.closed])
    // A disk that is written to in the same commit is not spared.
    var other = image
    other.key.segment += 1
    try store.put(.open, other, 0..<100)
    #expect(faulty.count(of: .sync) == before + 1 && faulty.count(of: .syncDirectory) == 2)
  }

  @Test("ends the write: a full disk, or an error", arguments: [ENOSPC, EIO])
  func failedWrite(errno: Int32) throws {
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    faulty.fail(.write, errno: errno)
    #expect(failure { try store.put(.data, image, 100..<200) }?.errno == errno)
  }

  @Test(
    "ends the commit when it fails to sync, to rename or to sync the directory",
    arguments: [
      FaultyFiles.Call.sync, .rename, .syncDirectory,
    ])
  func failedCommit(call: FaultyFiles.Call) throws {
    let store = try makeStore()
    faulty.fail(call, errno: EIO)
    #expect(failure { try store.put(.open, image, 0..<100) }?.errno == EIO)
  }

  @Test("ends the commit when the certificate cannot be written")
  func failedCertificate() throws {
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    try store.take(.data, image.write(100..<200), Array(image.bytes[100..<200]))
    faulty.fail(.write, errno: ENOSPC)
    #expect(failure { try store.commit() }?.errno == ENOSPC)
  }

  @Test("after any number of calls leaves a file that a restart reads: the old state or the new")
  func crashAnywhere() throws {
    for call in [FaultyFiles.Call.write, .sync, .rename, .syncDirectory] {
      for number in 1...8 {
        let directory = try TemporaryDirectory()
        let faulty = FaultyFiles()
        let store = try ReplicaStore(
          directory: directory.path, files: faulty.files, log: .disabled)
        faulty.limitWrites(to: 1_500)
        faulty.fail(call, number: number, errno: EIO)
        var acknowledged = 0
        do {
          for (kind, range) in [
            (WriteKind.open, 0..<100), (.data, 100..<2_950), (.close, 2_950..<3_000),
          ] {
            try store.put(kind, image, range)
            acknowledged = range.upperBound
          }
        } catch {}
        store.close()
        let restarted = try ReplicaStore(directory: directory.path, log: .disabled)
        let certified = Int(restarted.list(nil).first?.certified ?? 0)
        #expect(certified >= acknowledged, "\(call) \(number)")
        if certified > 0 {
          #expect(
            try restarted.read(image.read(0..<certified)) == Array(image.bytes[..<certified]))
        }
        restarted.close()
      }
    }
  }

  @Test("that takes writes in small pieces loses nothing")
  func shortWrites() throws {
    faulty.limitWrites(to: 7)
    let store = try makeStore()
    try store.putWhole(image)
    #expect(try store.read(image.read(0..<3_000)) == image.bytes)
    store.close()
    #expect(try makeStore().list(nil).map(\.state) == [.closed])
  }

  @Test("that takes nothing is an error, not an endless loop")
  func emptyWrites() throws {
    faulty.limitWrites(to: 0)
    let store = try makeStore()
    #expect(failure { try store.put(.open, image, 0..<100) }?.errno == EIO)
  }

  @Test("is not meant by a shortage of descriptors")
  func shortage() throws {
    let store = try makeStore()
    try store.putWhole(image)
    faulty.fail(.open, errno: EMFILE)
    var other = image
    other.key.segment += 1
    #expect(ReplicaStore.refusal { _ = try store.read(image.read(0..<10)) } == .storage)
    #expect(ReplicaStore.refusal { try store.put(.data, image, 0..<10) } == .storage)
    #expect(ReplicaStore.refusal { try store.put(.open, other, 0..<100) } == .storage)
    faulty.repair()
    #expect(try store.read(image.read(0..<3_000)) == image.bytes)
    #expect(store.list(nil).count == 1)
    try store.put(.open, other, 0..<100)
  }

  @Test("is synced once for each file of a commit, however many writes there were")
  func groupCommit() throws {
    let store = try makeStore()
    var other = image
    other.key.segment += 1
    try store.put(.open, image, 0..<100)
    try store.put(.open, other, 0..<100)
    let before = faulty.count(of: .sync)
    for image in [image, other] {
      for start in stride(from: 100, to: 1_000, by: 100) {
        let range = start..<start + 100
        try store.take(.data, image.write(range), Array(image.bytes[range]))
      }
    }
    try store.commit()
    #expect(faulty.count(of: .sync) == before + 2)
    #expect(store.list(nil).map(\.certified) == [1_000, 1_000])
    try store.commit()
    #expect(faulty.count(of: .sync) == before + 2)
  }

  @Test("is synced at start-up too: what a killed process wrote may not be on it yet")
  func syncedScan() throws {
    let store = try makeStore()
    try store.put(.open, image, 0..<100)
    store.close()
    let before = faulty.count(of: .sync)
    _ = try makeStore()
    #expect(faulty.count(of: .sync) == before + 1)
    faulty.fail(.sync, errno: EIO)
    #expect(throws: ServiceError.self) { _ = try makeStore() }
  }

  @Test("that cannot keep a fence ends the store")
  func failedFence() throws {
    let store = try makeStore()
    faulty.fail(.sync, errno: EIO)
    #expect(failure { try store.raiseFence(of: 7, to: 6) }?.errno == EIO)
  }
}
