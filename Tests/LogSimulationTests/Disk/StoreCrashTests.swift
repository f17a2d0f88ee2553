import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices
@testable import LogSimulation

/// What a backup's store promises, over crashes at any moment.
@Suite struct StoreCrashTests {
  @Test("Whatever crashes when, what was answered is there, and nothing that was not certified")
  func replicaStore() throws {
    for seed in UInt64(1)...100 {
      var trial = StoreTrial(seed: seed)
      try trial.play(steps: 60)
      if let problem = trial.problem {
        Issue.record("seed \(seed): \(problem)")
        return
      }
    }
  }

  @Test(
    "What a failed sync has lost is written again by the next process, before it builds on it",
    arguments: FailedSync.allCases)
  private func failedSync(_ failure: FailedSync) throws {
    for seed in UInt64(1)...100 {
      let disk = try diskWithDirectory(seed: seed)
      let key = ReplicaKey(log: 1, segment: 1, epoch: 1)
      let image = [UInt8](repeating: 3, count: 9000)
      let first = try ReplicaStore(directory: "/data", files: disk.fileSystem(), log: .disabled)
      try first.put(.open, key, image, 0..<100)
      if failure != .ofSecondCertificate { disk.faults.failingSyncs = 1 }
      #expect(throws: (any Error).self) {
        try first.put(failure == .ofData ? .data : .close, key, image, 100..<5000) {
          if failure == .ofSecondCertificate { disk.faults.failingSyncs = 1 }
        }
      }
      disk.endProcess()
      let second = try ReplicaStore(directory: "/data", files: disk.fileSystem(), log: .disabled)
      var promised = second.list(1)[0]
      if promised.state == .open {
        try second.put(.data, key, image, Int(promised.certified)..<9000)
        promised = second.list(1)[0]
      }
      let wasClosedTwice = try isClosedTwice(key, on: disk)
      disk.cutPower()
      let third = try ReplicaStore(directory: "/data", files: disk.fileSystem(), log: .disabled)
      #expect(third.list(1) == [promised], "seed \(seed)")
      #expect(try isClosedTwice(key, on: disk) == wasClosedTwice, "seed \(seed)")
    }
  }

  private func diskWithDirectory(seed: UInt64) throws -> SimulatedDisk {
    let disk = SimulatedDisk(random: SplitMix64(seed: seed))
    _ = try disk.fileSystem().makeDirectory("/data")
    try disk.fileSystem().syncDirectory("/")
    return disk
  }

  private func isClosedTwice(_ key: ReplicaKey, on disk: SimulatedDisk) throws -> Bool {
    let files = disk.fileSystem()
    let file = try files.open("/data/\(ReplicaFileName.name(of: key))", .existing)
    defer { files.close(file) }
    guard case .sound(let sound) = try ReplicaInspection.inspect(file, of: key, files: files)
    else { return false }
    return sound.isClosedTwice
  }

  @Test("A replica whose closing was cut short gets its second certificate at the next start")
  func secondCertificate() throws {
    for seed in UInt64(1)...40 {
      for damaged in ReplicaHeader.slotOffsets {
        let disk = try diskWithDirectory(seed: seed)
        let key = ReplicaKey(log: 1, segment: 1, epoch: 1)
        let image = [UInt8](repeating: 3, count: 9000)
        let first = try ReplicaStore(directory: "/data", files: disk.fileSystem(), log: .disabled)
        try first.put(.open, key, image, 0..<100)
        disk.faults.callsToLive = Int(seed % 8) + 1
        try? first.put(.close, key, image, 100..<9000)
        seed < 20 ? disk.cutPower() : disk.endProcess()
        let files = disk.fileSystem()
        let second = try ReplicaStore(directory: "/data", files: files, log: .disabled)
        let found = second.list(1)
        second.close()
        guard found.map(\.state) == [.closed] else { continue }
        let file = try files.open("/data/\(ReplicaFileName.name(of: key))", .existing)
        try files.writeFully(file, [0xff], at: damaged + 9)
        let third = try ReplicaStore(directory: "/data", files: files, log: .disabled)
        #expect(third.list(1) == found, "seed \(seed), certificate at \(damaged)")
      }
    }
  }

  @Test(
    "A replica that is made anew because it could not be read is there as it was until it is there anew"
  )
  func madeAnew() throws {
    var lengths: Set<UInt32> = []
    for calls in 1...30 {
      let disk = try diskWithDirectory(seed: UInt64(calls))
      let key = ReplicaKey(log: 1, segment: 1, epoch: 1)
      let image = [UInt8](repeating: 3, count: 9000)
      let first = try ReplicaStore(directory: "/data", files: disk.fileSystem(), log: .disabled)
      try first.put(.open, key, image, 0..<5000)
      disk.faults.failingReads = 1
      #expect(throws: (any Error).self) {
        try first.read(ReadReplica(key: key, offset: 0, length: 5000))
      }
      #expect(first.list(1)[0].state == .unreadable)
      disk.faults.callsToLive = calls
      try? first.put(.open, key, image, 0..<6000)
      disk.cutPower()
      let second = try ReplicaStore(directory: "/data", files: disk.fileSystem(), log: .disabled)
      try #require(second.list(1).count == 1, "after \(calls) calls")
      lengths.insert(second.list(1)[0].certified)
    }
    #expect(lengths == [5000, 6000])
  }

  @Test("A directory that was made and not synced by one process is synced by the next")
  func directory() throws {
    for seed in UInt64(1)...20 {
      let disk = SimulatedDisk(random: SplitMix64(seed: seed))
      // It stops in the second call, which is to sync the name.
      disk.faults.callsToLive = 2
      #expect(throws: ServiceError.self) {
        _ = try DirectoryLock("/data", files: disk.fileSystem())
      }
      disk.endProcess()
      let lock = try DirectoryLock("/data", files: disk.fileSystem())
      withExtendedLifetime(lock) { disk.cutPower() }
      #expect(disk.contents.node(at: "/data") == .directory, "seed \(seed)")
    }
  }

  @Test("A sealed file is the old one or the new one, whatever crashes when")
  func sealedFile() throws {
    for seed in UInt64(1)...400 {
      var random = SplitMix64(seed: seed)
      let disk = SimulatedDisk(random: random.split())
      _ = try disk.fileSystem().makeDirectory("/data")
      try disk.fileSystem().syncDirectory("/")
      var answered: UInt8?
      for version in UInt8(1)...20 {
        if random.chance(0.3) { disk.faults.callsToLive = Int.random(in: 1...5, using: &random) }
        let content = [UInt8](repeating: version, count: 1000)
        do {
          try SealedFile.replace(
            "f", in: "/data", content: content, magic: 7, version: 1, files: disk.fileSystem(),
            syncs: true)
          answered = version
        } catch {
          // It stopped on the way.
        }
        if disk.hasStopped || random.chance(0.2) {
          random.chance(0.5) ? disk.cutPower() : disk.endProcess()
        }
        let found = try SealedFile.read("/data/f", magic: 7, version: 1, files: disk.fileSystem())
        // What a new process acts on must not go away again.
        try disk.fileSystem().syncDirectory("/data")
        guard let found else {
          #expect(answered == nil, "seed \(seed)")
          continue
        }
        #expect(found[0] >= answered ?? 0 && found[0] <= version, "seed \(seed)")
        answered = found[0]
      }
    }
  }

  @Test("A coordinator never gives a number twice that anybody may have seen")
  func clusterStore() throws {
    for seed in UInt64(1)...400 {
      var random = SplitMix64(seed: seed)
      let disk = SimulatedDisk(random: random.split())
      _ = try disk.fileSystem().makeDirectory("/data")
      try disk.fileSystem().syncDirectory("/")
      var store = try ClusterStore.open("/data", newCluster: 1, files: disk.fileSystem())
      var told: Set<ServerID> = []
      for _ in 1...25 {
        if random.chance(0.3) { disk.faults.callsToLive = Int.random(in: 1...5, using: &random) }
        do {
          let server = try store.update { state -> ServerID? in
            let server = state.takeServerID()
            if let server { state.join(.init(server: server, address: "b:\(server.slot)")) }
            return server
          }
          let isNew = server.map { told.insert($0).inserted } ?? false
          #expect(isNew, "seed \(seed)")
        } catch {
          // It stopped on the way; nobody was told.
        }
        guard disk.hasStopped || random.chance(0.2) else { continue }
        random.chance(0.5) ? disk.cutPower() : disk.endProcess()
        store = try ClusterStore.open("/data", newCluster: 2, files: disk.fileSystem())
        let members = Set(store.state.members.map(\.server))
        #expect(store.state.cluster == 1 && members.isSuperset(of: told), "seed \(seed)")
        // From now on whoever asks is told of these.
        told = members
      }
    }
  }
}

/// What the disk is about to sync when that fails.
private enum FailedSync: CaseIterable {
  /// Bytes and their certificate.
  case ofData
  /// The last bytes and the first certificate that closes the replica.
  case ofClosingData
  /// The second such certificate.
  case ofSecondCertificate
}

extension ReplicaStore {
  /// Writes a part of an image, certified, and commits.
  /// - Parameter between: what happens between the two rounds of the commit.
  fileprivate func put(
    _ kind: WriteKind, _ key: ReplicaKey, _ image: [UInt8], _ range: Range<Int>,
    between: () -> Void = {}
  ) throws {
    let crc = image[..<range.upperBound].withUnsafeBytes { crc32c($0) }
    let write = ReplicaWrite(
      key: key, capacity: 10_000, offset: UInt32(range.lowerBound), version: 1,
      certificate: Certificate(length: UInt32(range.upperBound), crc: crc))
    let payload = Array(image[range])
    let result: Result<Void, StoreError> = payload.withUnsafeBytes { bytes in
      do throws(StoreError) { return .success(try accept(kind, write, bytes)) } catch {
        return .failure(error)
      }
    }
    try result.get()
    try beginFlush()
    try syncOrder.run(on: files)
    try endFirstRound()
    between()
    try syncOrder.run(on: files)
    try endSecondRound()
  }
}

/// One store on one disk, and what it was told and has answered.
private struct StoreTrial {
  private struct Known {
    var image: [UInt8]
    var sent = 0
    /// Bytes that were answered for.
    var certified = 0
    var isClosed = false
    /// It was asked to go, without an answer.
    var mayBeGone = false
    /// Lengths that certificates were sent for, at any time: one that was torn holds again once its
    /// bytes are there.
    var lengths: Set<Int> = [0]
  }

  private var random: SplitMix64
  private let disk: SimulatedDisk
  private var store: ReplicaStore?
  private var known: [ReplicaKey: Known] = [:]
  /// What waits for the commit.
  private var waiting: [(key: ReplicaKey, certified: Int, isClosed: Bool)] = []
  private(set) var problem: String?

  private static let capacity = 20_000

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    disk = SimulatedDisk(random: random.split())
  }

  mutating func play(steps: Int) throws {
    _ = try disk.fileSystem().makeDirectory("/data")
    try disk.fileSystem().syncDirectory("/")
    start()
    for _ in 0..<steps where problem == nil {
      if random.chance(0.05) { disk.faults.callsToLive = Int.random(in: 1...15, using: &random) }
      if random.chance(0.03) { disk.faults.failingSyncs = 1 }
      if random.chance(0.1) { disk.faults.shortWriteRate = random.chance(0.5) ? 0.5 : 0 }
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<2: open()
      case 2..<6: write()
      case 6..<7: close()
      case 7..<9: commit()
      default: free()
      }
      if disk.hasStopped || random.chance(0.05) { crash() }
    }
    if problem == nil { crash() }
  }

  // MARK: - What it is asked

  private mutating func open() {
    let key = ReplicaKey(
      log: 1, segment: UInt64.random(in: 1...4, using: &random),
      epoch: UInt32.random(in: 1...2, using: &random))
    guard known[key] == nil else { return }
    known[key] = Known(
      image: (0..<Self.capacity).map { _ in UInt8.random(in: 0...255, using: &random) })
    // Until it is answered it may be there or not.
    known[key]?.mayBeGone = true
    send(.open, key, count: 40, certifies: random.chance(0.8))
  }

  private mutating func write() {
    guard let key = anyKey(), let replica = known[key], !replica.isClosed else { return }
    let room = Self.capacity - replica.sent
    guard room > 0 else { return }
    send(
      .data, key, count: Int.random(in: 1...min(room, 3000), using: &random),
      certifies: random.chance(0.7))
  }

  private mutating func close() {
    guard let key = anyKey(), known[key]?.isClosed == false else { return }
    send(.close, key, count: 0, certifies: true)
  }

  private mutating func anyKey() -> ReplicaKey? {
    known.keys.sorted { ($0.segment, $0.epoch) < ($1.segment, $1.epoch) }
      .randomElement(using: &random)
  }

  private mutating func send(_ kind: WriteKind, _ key: ReplicaKey, count: Int, certifies: Bool) {
    guard var replica = known[key], let store else { return }
    let end = replica.sent + count
    let crc = replica.image[..<end].withUnsafeBytes { crc32c($0) }
    let write = ReplicaWrite(
      key: key, capacity: UInt32(Self.capacity), offset: UInt32(replica.sent), version: 1,
      certificate: certifies ? Certificate(length: UInt32(end), crc: crc) : nil)
    if certifies { replica.lengths.insert(end) }
    let payload = Array(replica.image[replica.sent..<end])
    let result: Result<Void, StoreError> = payload.withUnsafeBytes { bytes in
      do throws(StoreError) { return .success(try store.accept(kind, write, bytes)) } catch {
        return .failure(error)
      }
    }
    known[key] = replica
    switch result {
    case .success:
      known[key]?.sent = end
      if kind == .close { known[key]?.isClosed = true }
      waiting.append((key, certifies ? end : 0, kind == .close))
    case .failure(.failed): crash()
    case .failure(.refused(let refusal, let text)):
      if !disk.hasStopped { problem = "refused \(kind): \(refusal) \(text)" }
    }
  }

  private mutating func commit() {
    do {
      try store?.commit()
    } catch {
      return crash()
    }
    for answer in waiting {
      // What has no certificate is promised to nobody.
      if answer.certified > 0 { known[answer.key]?.mayBeGone = false }
      let certified = max(known[answer.key]?.certified ?? 0, answer.certified)
      known[answer.key]?.certified = certified
    }
    waiting = []
  }

  private mutating func free() {
    guard random.chance(0.3), let key = anyKey() else { return }
    known[key]?.mayBeGone = true
    waiting.removeAll { $0.key == key }
    do {
      try store?.free(key)
      known[key] = nil
    } catch {
      crash()
    }
  }

  // MARK: - Crashes

  private mutating func crash() {
    let isPowerCut = random.chance(0.6)
    store = nil
    disk.faults.failingSyncs = 0
    isPowerCut ? disk.cutPower() : disk.endProcess()
    start()
    compare()
    waiting = []
  }

  private mutating func start() {
    do {
      store = try ReplicaStore(directory: "/data", files: disk.fileSystem(), log: .disabled)
    } catch {
      problem = "does not start: \(error)"
    }
  }

  private mutating func compare() {
    guard let store, problem == nil else { return }
    let list = store.list(1)
    for (key, replica) in known {
      guard let found = list.first(where: { $0.key == key }) else {
        if !replica.mayBeGone { problem = "\(key) is gone" }
        known[key] = nil
        continue
      }
      compare(key, replica, found)
    }
    for found in store.list(1) where known[found.key] == nil { problem = "\(found.key) was freed" }
  }

  private mutating func compare(
    _ key: ReplicaKey, _ replica: Known, _ found: ReplicaList.Replica
  ) {
    let length = Int(found.certified)
    guard found.state != .corrupt else {
      // Where nothing was answered for, the first certificate may be there without its bytes.
      if !replica.mayBeGone, replica.certified > 0 { problem = "\(key) is corrupt" }
      return forget(key)
    }
    guard length >= replica.certified else {
      problem = "\(key): \(length) bytes, \(replica.certified) were answered"
      return
    }
    guard replica.lengths.contains(length) else {
      problem = "\(key): \(length) bytes were never certified"
      return
    }
    let read = ReadReplica(key: key, offset: 0, length: UInt32(length))
    do {
      guard try store?.read(read) == Array(replica.image[..<length]) else {
        problem = "\(key): other bytes"
        return
      }
    } catch {
      problem = "\(key): \(error)"
    }
    known[key]?.sent = length
    known[key]?.certified = length
    known[key]?.isClosed = found.state == .closed
    known[key]?.mayBeGone = false
  }

  /// It is of no use any more.
  private mutating func forget(_ key: ReplicaKey) {
    do { try store?.free(key) } catch { problem = "\(key) cannot be freed: \(error)" }
    known[key] = nil
  }
}
