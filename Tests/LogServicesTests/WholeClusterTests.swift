import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

@Suite("A log on these servers", .timeLimit(.minutes(20)))
struct WholeClusterTests {
  @Test("outlives a restart of all of them, and damage to one replica of each segment")
  func restartAndDamage() async throws {
    let state = try TemporaryDirectory()
    let directories = try (0..<3).map { _ in try TemporaryDirectory() }
    let records = (0..<200).map { ReplicaImage(count: 1_000, seed: UInt64($0)).bytes }

    try await Cluster.run(directory: state.path) { cluster in
      try await withBackups(directories, in: cluster) { _ in
        let log = try await ReplicatedLog.open(
          LogConfiguration(coordinator: cluster.coordinator.address, segmentCapacity: 64 << 10))
        _ = try await log.append(records)
        try await log.close()
      }
    }

    var damaged = 0
    for (index, name) in directories[0].names.filter({ $0.hasSuffix(".replica") }).enumerated() {
      // Each segment has a replica in every directory.
      try directories[index % 3].flipBit(of: name, at: ReplicaHeader.size + 100)
      damaged += 1
    }
    #expect(damaged >= 4)

    try await Cluster.run(directory: state.path) { cluster in
      try await withBackups(directories, in: cluster) { backups in
        var lists: [ReplicaList.Replica] = []
        for backup in backups { lists += try await cluster.caller.list(backup.address) }
        // Of the segment that was open, the certificate before the damage may still hold.
        #expect(lists.filter { $0.state == .corrupt || $0.certified <= 100 }.count == damaged)
        #expect(lists.filter { $0.state == .corrupt }.count >= damaged - 1)
        var read: [[UInt8]] = []
        _ = try await LogReader.read(
          LogConfiguration(coordinator: cluster.coordinator.address)
        ) { _, record in read.append(record) }
        #expect(read == records)
      }
    }
  }

  private func withBackups(
    _ directories: [TemporaryDirectory], in cluster: Cluster,
    _ body: ([BackupServer]) async throws -> Void
  ) async throws {
    var backups: [BackupServer] = []
    let result: Result<Void, any Error>
    do {
      for directory in directories {
        backups.append(try await BackupServer.start(cluster.backupConfiguration(directory)))
      }
      result = .success(try await body(backups))
    } catch {
      result = .failure(error)
    }
    for backup in backups { await backup.shutdown() }
    try result.get()
  }
}
