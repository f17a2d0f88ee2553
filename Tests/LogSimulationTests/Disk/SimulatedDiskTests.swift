import LogServices
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogSimulation

/// What files and directories survive, and what may not.
@Suite struct SimulatedDiskTests {
  private func disk(_ seed: UInt64 = 1) -> SimulatedDisk {
    SimulatedDisk(random: SplitMix64(seed: seed))
  }

  private func put(_ bytes: [UInt8], in path: String, _ files: FileSystem, syncs: Bool) throws {
    let file = try files.open(path, .fresh)
    try files.writeFully(file, bytes, at: 0)
    if syncs { try files.sync(file) }
    files.close(file)
  }

  @Test("What was synced, with its name, is there after any power cut")
  func syncedSurvives() throws {
    for seed in UInt64(1)...50 {
      let disk = disk(seed)
      let files = disk.fileSystem()
      _ = try files.makeDirectory("/data")
      try files.syncDirectory("/data/..")
      try put([1, 2, 3], in: "/data/a", files, syncs: true)
      try files.syncDirectory("/data")
      try put([9], in: "/data/b", files, syncs: false)
      disk.cutPower()
      #expect(try disk.fileSystem().contents(of: "/data/a", limit: 10) == [1, 2, 3])
    }
  }

  @Test("A name that was not synced may be lost, and bytes that were not, sector by sector")
  func unsyncedMayBeLost() throws {
    var lostNames = 0
    var torn = 0
    for seed in UInt64(1)...200 {
      let disk = disk(seed)
      let files = disk.fileSystem()
      _ = try files.makeDirectory("/data")
      try files.syncDirectory("/")
      let bytes = [UInt8](repeating: 7, count: 3 * 512)
      try put(bytes, in: "/data/a", files, syncs: false)
      disk.cutPower()
      guard let left = try disk.fileSystem().contents(of: "/data/a", limit: 10_000) else {
        lostNames += 1
        continue
      }
      let sectors = stride(from: 0, to: left.count, by: 512).map {
        Array(left[$0..<min($0 + 512, left.count)])
      }
      let whole = sectors.filter { $0 == [UInt8](repeating: 7, count: 512) }.count
      if whole > 0, whole < 3 { torn += 1 }
    }
    #expect(lostNames > 20)
    #expect(torn > 20)
  }

  @Test("kill -9 loses nothing, and the locks of the dead are free")
  func killKeepsEverything() throws {
    let disk = disk()
    let files = disk.fileSystem()
    _ = try files.makeDirectory("/data")
    try put([1, 2], in: "/data/a", files, syncs: false)
    _ = try files.lock("/data/lock")
    #expect(throws: SystemError.self) { try files.lock("/data/lock") }
    disk.endProcess()
    _ = try files.lock("/data/lock")
    #expect(try files.contents(of: "/data/a", limit: 10) == [1, 2])
  }

  @Test("After a failed sync a second one succeeds and the bytes may be gone all the same")
  func failedSyncLosesPages() throws {
    var lost = 0
    for seed in UInt64(1)...100 {
      let disk = disk(seed)
      let files = disk.fileSystem()
      _ = try files.makeDirectory("/data")
      try files.syncDirectory("/")
      let file = try files.open("/data/a", .fresh)
      try files.syncDirectory("/data")
      try files.writeFully(file, [UInt8](repeating: 5, count: 1024), at: 0)
      disk.faults.failingSyncs = 1
      #expect(throws: SystemError.self) { try files.sync(file) }
      try files.sync(file)
      // The cache still has them.
      #expect(try files.contents(of: "/data/a", limit: 2000) == [UInt8](repeating: 5, count: 1024))
      disk.cutPower()
      let left = try disk.fileSystem().contents(of: "/data/a", limit: 2000)
      if left != [UInt8](repeating: 5, count: 1024) { lost += 1 }
    }
    #expect(lost > 20)
    #expect(lost < 100)
  }

  @Test("A rename is whole or did not happen")
  func renameIsAtomic() throws {
    var seen: Set<[UInt8]> = []
    for seed in UInt64(1)...60 {
      let disk = disk(seed)
      let files = disk.fileSystem()
      _ = try files.makeDirectory("/data")
      try files.syncDirectory("/")
      try put([1], in: "/data/a", files, syncs: true)
      try files.syncDirectory("/data")
      try put([2], in: "/data/a.new", files, syncs: true)
      try files.rename("/data/a.new", "/data/a")
      disk.cutPower()
      seen.insert(try #require(try disk.fileSystem().contents(of: "/data/a", limit: 10)))
    }
    #expect(seen == [[1], [2]])
  }

  @Test("A disk that stops in the middle of a call takes nothing of it and nothing after it")
  func stopsInCall() throws {
    let disk = disk()
    let files = disk.fileSystem()
    _ = try files.makeDirectory("/data")
    let file = try files.open("/data/a", .fresh)
    disk.faults.callsToLive = 2
    try files.writeFully(file, [1], at: 0)
    #expect(throws: SystemError.self) { try files.writeFully(file, [2], at: 1) }
    #expect(disk.hasStopped)
    #expect(throws: SystemError.self) { try files.sync(file) }
    #expect(try files.contents(of: "/data/a", limit: 10) == [1])
  }

  @Test("A full disk takes what it has room for, and room comes back with the space")
  func fullDisk() throws {
    let disk = disk()
    let files = disk.fileSystem()
    _ = try files.makeDirectory("/data")
    let file = try files.open("/data/a", .fresh)
    disk.faults.capacity = 4096
    try files.writeFully(file, [UInt8](repeating: 1, count: 4096), at: 0)
    #expect(throws: SystemError.self) { try files.writeFully(file, [1], at: 4096) }
    disk.faults.capacity = nil
    try files.writeFully(file, [1], at: 4096)
    #expect(try files.size(file) == 4097)
  }

  @Test(
    "Room that was reserved is there for as long as the file, and after a power cut if it was synced"
  )
  func reservedRoom() throws {
    let disk = disk()
    let files = disk.fileSystem()
    _ = try files.makeDirectory("/data")
    try files.syncDirectory("/")
    disk.faults.capacity = 20_000
    let file = try files.open("/data/a", .fresh)
    try files.reserve(file, 16_000)
    #expect(try files.size(file) == 16_000)
    let other = try files.open("/data/b", .fresh)
    #expect(throws: SystemError.self) { try files.reserve(other, 8_000) }
    #expect(throws: SystemError.self) {
      try files.writeFully(other, [UInt8](repeating: 1, count: 8_000), at: 0)
    }
    try files.writeFully(file, [UInt8](repeating: 2, count: 8_000), at: 8_000)
    try files.cut(file, 8_000)
    try files.reserve(other, 8_000)
    try files.sync(other)
    try files.syncDirectory("/data")
    disk.cutPower()
    disk.faults.capacity = disk.contents.allocated
    let found = try disk.fileSystem().open("/data/b", .existing)
    try disk.fileSystem().writeFully(found, [UInt8](repeating: 1, count: 8_000), at: 0)
    #expect(throws: SystemError.self) {
      try disk.fileSystem().writeFully(found, [1], at: 8_000)
    }
  }

  @Test("A picture of a disk does not change with the disk")
  func picturesAreCopies() throws {
    let disk = disk()
    let files = disk.fileSystem()
    _ = try files.makeDirectory("/data")
    try put([1], in: "/data/a", files, syncs: true)
    let picture = SimulatedDisk(contents: disk.contents, random: SplitMix64(seed: 2))
    try put([2], in: "/data/a", files, syncs: true)
    #expect(try picture.fileSystem().contents(of: "/data/a", limit: 10) == [1])
  }

  @Test("Descriptors run out, and a process that is gone can do nothing")
  func limits() throws {
    let disk = disk()
    let files = disk.fileSystem()
    _ = try files.makeDirectory("/data")
    disk.faults.descriptorLimit = 1
    let file = try files.open("/data/a", .fresh)
    #expect(throws: SystemError.self) { try files.open("/data/b", .fresh) }
    files.close(file)
    _ = try files.open("/data/b", .fresh)
    let dead = disk.fileSystem(isAlive: { false })
    #expect(throws: SystemError.self) { try dead.remove("/data/a") }
    #expect(try files.list("/data") == ["a", "b"])
  }
}
