import Glibc
import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

/// What a backup is worth that comes back, by what has become of its disk.
@Suite("A backup that is started again", .timeLimit(.minutes(20)))
struct RestartTests {
  private let directory: TemporaryDirectory
  private let image = ReplicaImage()

  init() throws { directory = try TemporaryDirectory() }

  private var other: ReplicaImage {
    var other = image
    other.key.segment += 1
    return other
  }

  /// A life of a backup in which two replicas were made.
  private func fill(_ cluster: Cluster) async throws -> ServerID {
    var id: ServerID?
    try await cluster.withBackup(directory) { backup in
      id = backup.id
      for image in [image, other] {
        #expect(
          await cluster.caller.write(.openReplica, image, 0..<3_000, to: backup.address) == .ok([]))
      }
    }
    return try #require(id)
  }

  @Test("with its old data offers it under a new number")
  func oldData() async throws {
    try await Cluster.run { cluster in
      let first = try await fill(cluster)
      try await cluster.withBackup(directory) { backup in
        #expect(backup.id != first)
        let list = try await cluster.caller.list(backup.address)
        #expect(list.map(\.state) == [.open, .open] && list.allSatisfy { $0.certified == 3_000 })
        let read = await cluster.caller.call(
          backup.address, .readReplica, image.read(0..<3_000).encoded)
        #expect(read == .ok(image.bytes))
      }
    }
  }

  @Test("with an empty disk is a new server that has nothing, and takes new replicas")
  func emptyDisk() async throws {
    try await Cluster.run { cluster in
      let first = try await fill(cluster)
      let empty = try TemporaryDirectory()
      try await cluster.withBackup(empty) { backup in
        #expect(backup.id != first)
        let list = try await cluster.caller.list(backup.address)
        #expect(list.isEmpty)
        let read = await cluster.caller.call(
          backup.address, .readReplica, image.read(0..<10).encoded)
        #expect(read.refusal == .noSuchReplica)
        #expect(
          await cluster.caller.write(.openReplica, image, 0..<100, to: backup.address) == .ok([]))
      }
    }
  }

  @Test("with a full disk offers what it has, can be fenced, and refuses new replicas")
  func fullDisk() async throws {
    try await Cluster.run { cluster in
      _ = try await fill(cluster)
      let disk = SmallDisk()
      disk.leave(0)
      var third = image
      third.key.segment += 2
      try await cluster.withBackup(directory, files: disk.files) { backup in
        let caller = cluster.caller
        #expect(
          await caller.write(.openReplica, third, 0..<100, to: backup.address).refusal == .storage)
        let list = try await caller.list(backup.address, log: 7, fence: 6)
        #expect(list.map(\.certified) == [3_000, 3_000])
        let address = try #require(backup.monitoring)
        #expect(try await get(address, "/health").text.contains("the disk is full"))
        #expect(try await get(address, "/metrics").text.contains("\nreplog_disk_full 1\n"))
        disk.leave(1 << 30)
        third.key.epoch = 6
        #expect(await caller.write(.openReplica, third, 0..<100, to: backup.address) == .ok([]))
        #expect(try await get(address, "/metrics").text.contains("\nreplog_disk_full 0\n"))
      }
    }
  }

  @Test("with a corrupted file says so of that replica, and offers the others")
  func corruptedFile() async throws {
    try await Cluster.run { cluster in
      _ = try await fill(cluster)
      try directory.flipBit(of: image.fileName, at: ReplicaHeader.size + 2_000)
      try await cluster.withBackup(directory) { backup in
        let list = try await cluster.caller.list(backup.address)
        #expect(list.map(\.state) == [.corrupt, .open])
        let refused = await cluster.caller.call(
          backup.address, .readReplica, image.read(0..<10).encoded)
        #expect(refused.refusal == .corrupt)
        let read = await cluster.caller.call(
          backup.address, .readReplica, other.read(0..<3_000).encoded)
        #expect(read == .ok(other.bytes))
      }
    }
  }
}
