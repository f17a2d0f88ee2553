import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

/// Logs that are opened on real servers, all in one thread.
@Suite("Opening a log on these servers")
struct OpeningTests {
  /// A cluster with real backups, and what became of a log.
  private final class Place {
    let state: TemporaryDirectory
    let directories: [TemporaryDirectory]
    let cluster: SimulatedCluster
    var backups: [BackupService] = []
    /// Every client is somebody else.
    private var clients: UInt64 = 1_000
    var opened: Result<Void, LogError>?
    var appended: Result<[LogPosition], any Error>?

    init(backups count: Int = 4) throws {
      state = try TemporaryDirectory()
      directories = try (0..<count).map { _ in try TemporaryDirectory() }
      cluster = try SimulatedCluster(directory: state.path)
      for index in 0..<count { try startBackup(index) }
    }

    func startBackup(_ index: Int) throws {
      let core = cluster.makeCore("backup \(index)")
      var configuration = BackupConfiguration(
        address: NetworkAddress(host: "127.0.0.1", port: 0),
        coordinator: SimulatedCluster.address, directory: directories[index].path, syncs: false)
      configuration.host = cluster.host(UInt64(100 + index))
      let isUp = Guarded(false)
      backups.append(
        try BackupService(
          core: core, configuration: configuration,
          started: { result in isUp.withLock { $0 = (try? result.get()) != nil } },
          ended: { _ in }))
      cluster.world.run(for: .seconds(10)) { isUp.withLock { $0 } }
      #expect(isUp.withLock { $0 })
    }

    var configuration: LogConfiguration {
      var configuration = LogConfiguration(
        coordinator: SimulatedCluster.address, segmentCapacity: 64 << 10, seed: 1)
      clients += 1
      configuration.host = cluster.host(clients)
      return configuration
    }

    func beginToOpen() throws -> LogOwner {
      opened = nil
      return try LogOwner(core: cluster.makeCore("owner"), configuration: configuration) {
        self.opened = $0
      }
    }

    func open() throws -> LogOwner {
      let owner = try beginToOpen()
      cluster.world.run(for: .seconds(60)) { opened != nil }
      try #require(opened).get()
      return owner
    }

    func append(_ records: [[UInt8]], to owner: LogOwner) throws {
      appended = nil
      owner.append(records, id: 1) { self.appended = $0 }
      cluster.world.run(for: .seconds(60)) { appended != nil }
      #expect(try #require(appended).get().count == records.count)
    }

    func read() throws -> [[UInt8]] {
      var records: [[UInt8]] = []
      var ended: Result<LogReadSummary, LogError>?
      let reading = try LogReading(
        core: cluster.makeCore("reader"), configuration: configuration,
        each: { records.append($1) }, ended: { ended = $0 })
      cluster.world.run(for: .seconds(60)) { ended != nil }
      #expect(try #require(ended).get().records == records.count)
      withExtendedLifetime(reading) {}
      return records
    }
  }

  private let records = (0..<300).map { ReplicaImage(count: 1_000, seed: UInt64($0)).bytes }

  @Test("gives the next owner and every reader what was acknowledged")
  func open() throws {
    let place = try Place()
    let first = try place.open()
    try place.append(records, to: first)
    #expect(try place.read() == records)
    let second = try place.open()
    #expect(second.status()?.epoch == 2)
    #expect(second.status()?.segments.count == 5)
    #expect(try place.read() == records)
    #expect(place.cluster.unexpected == 0)
    // The first owner finds out.
    first.append([[1]], id: 2) { place.appended = $0 }
    place.appended = nil
    place.cluster.world.run(for: .seconds(10)) { place.appended != nil }
    #expect(throws: LogError.fenced) { try place.appended?.get() }
  }

  @Test("goes on by itself after the coordinator was restarted in the middle of it, at any time")
  func restart() throws {
    let place = try Place()
    let first = try place.open()
    try place.append(records, to: first)
    var epoch = first.status()?.epoch ?? 0
    for rounds in [1, 3, 6, 10, 15, 25] {
      let owner = try place.beginToOpen()
      for _ in 0..<rounds { place.cluster.world.round() }
      place.cluster.killCoordinator()
      place.cluster.run(for: .seconds(1))
      try place.cluster.startCoordinator()
      place.cluster.world.run(for: .seconds(60)) { place.opened != nil }
      if case .failure(let error) = place.opened { Issue.record("\(rounds) rounds: \(error)") }
      let newEpoch = try #require(owner.status()).epoch
      #expect(newEpoch > epoch)
      epoch = newEpoch
      owner.shutDown()
    }
    #expect(try place.read() == records)
  }

  @Test("of a new log, the coordinator restarted in the middle, does not take it for a lost one")
  func restartNew() throws {
    for rounds in [1, 2, 4, 6, 8, 12] {
      let place = try Place(backups: 3)
      let owner = try place.beginToOpen()
      for _ in 0..<rounds { place.cluster.world.round() }
      place.cluster.killCoordinator()
      place.cluster.run(for: .milliseconds(300))
      try place.cluster.startCoordinator()
      place.cluster.world.run(for: .seconds(60)) { place.opened != nil }
      try #require(place.opened, "after \(rounds) rounds").get()
      try place.append([[1, 2, 3]], to: owner)
      #expect(try place.read() == [[1, 2, 3]])
    }
  }

  @Test("two at a time: one is the owner, the other is told so")
  func competition() throws {
    let place = try Place()
    try place.append(records, to: try place.open())
    var results: [Int: Result<Void, LogError>] = [:]
    let owners = try (0..<2).map { index in
      try LogOwner(
        core: place.cluster.makeCore("owner \(index)"), configuration: place.configuration
      ) { results[index] = $0 }
    }
    place.cluster.world.run(for: .seconds(60)) { results.count == 2 }
    #expect(results.values.count { (try? $0.get()) != nil } >= 1)
    let winner = try #require(
      owners.max { ($0.status()?.epoch ?? 0) < ($1.status()?.epoch ?? 0) })
    try place.append([[7]], to: winner)
    #expect(try place.read() == records + [[7]])
  }
}
