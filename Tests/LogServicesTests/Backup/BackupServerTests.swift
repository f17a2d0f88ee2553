import Glibc
import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

@Suite("A backup", .timeLimit(.minutes(20)))
struct BackupServerTests {
  private let directory: TemporaryDirectory
  private let image = ReplicaImage()

  init() throws { directory = try TemporaryDirectory() }

  @Test("enlists, keeps a replica, and gives it back after a restart, under a new number")
  func lifeOfAReplica() async throws {
    try await Cluster.run { cluster in
      let caller = cluster.caller
      var first: ServerID?
      try await cluster.withBackup(directory) { backup in
        first = backup.id
        #expect(await caller.write(.openReplica, image, 0..<100, to: backup.address) == .ok([]))
        #expect(
          await caller.write(.writeReplica, image, 100..<2_950, to: backup.address) == .ok([]))
        #expect(
          await caller.write(.closeReplica, image, 2_950..<3_000, to: backup.address) == .ok([]))
      }
      #expect(cluster.lines.contains("enlisted", "server 1.1"))
      #expect(cluster.lines.contains("server 1.1", "it left"))
      try await cluster.withBackup(directory) { backup in
        #expect(backup.id != first)
        let list = try await caller.list(backup.address)
        #expect(list.map(\.state) == [.closed] && list[0].certified == 3_000)
        let bytes = await caller.call(
          backup.address, .readReplica, image.read(10..<2_999).encoded)
        #expect(bytes == .ok(Array(image.bytes[10..<2_999])))
        #expect(await caller.call(backup.address, .freeReplica, image.key.encoded) == .ok([]))
        #expect(await caller.call(backup.address, .freeReplica, image.key.encoded) == .ok([]))
        let rest = try await caller.list(backup.address)
        #expect(rest.isEmpty)
      }
    }
  }

  @Test("refuses what is wrong, with the reason")
  func refusals() async throws {
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { backup in
        let (caller, address) = (cluster.caller, backup.address)
        func refusal(_ operation: LogOperation, _ body: [UInt8]) async -> LogRefusal? {
          await caller.call(address, operation, body).refusal
        }
        func write(_ range: Range<Int>) -> [UInt8] {
          image.write(range).encoded + image.bytes[range]
        }

        #expect(await refusal(.writeReplica, write(0..<100)) == .noSuchReplica)
        #expect(await refusal(.closeReplica, write(0..<100)) == .noSuchReplica)
        #expect(await refusal(.readReplica, image.read(0..<1).encoded) == .noSuchReplica)
        #expect(await caller.write(.openReplica, image, 0..<100, to: address) == .ok([]))
        #expect(await refusal(.writeReplica, write(101..<200)) == .badWrite)
        #expect(await refusal(.writeReplica, write(100..<200).dropLast()) == .badWrite)
        #expect(await refusal(.readReplica, image.read(0..<101).encoded) == .malformed)
        #expect(
          await refusal(.readReplica, image.read(0..<ReadReplica.maximumLength + 1).encoded)
            == .malformed)
        #expect(
          await refusal(.listReplicas, ListReplicas(log: nil, fence: 2).encoded) == .malformed)
        #expect(await refusal(.enlist, Enlist(address: "a:1").encoded) == .unknownOperation)
        #expect(await caller.call(.address(address), opcode: 999, []).refusal == .unknownOperation)
        #expect(await caller.call(address, .ping, []) == .ok([]))
      }
    }
  }

  @Test("refuses random bytes for every operation, and serves on")
  func garbage() async throws {
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { backup in
        let (caller, address) = (cluster.caller, backup.address)
        #expect(await caller.write(.openReplica, image, 0..<100, to: address) == .ok([]))
        let seed: UInt64 = 20_261_122
        var random = SplitMix(state: seed)
        for opcode: UInt16 in 0...40 {
          for length in [0, 1, 7, 19, 33, 38, 300] where !(opcode == 16 && length == 0) {
            var body = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            if length == 300 {
              // Well-formed up to the numbers.
              let key = image.key.encoded
              body.replaceSubrange(0..<key.count, with: key)
              body[key.count + 8] = 1
            }
            let outcome = await caller.call(.address(address), opcode: opcode, body)
            #expect(outcome.refusal != nil, "opcode \(opcode), \(length) bytes, seed \(seed)")
          }
        }
        #expect(
          await caller.call(address, .readReplica, image.read(0..<100).encoded)
            == .ok(Array(image.bytes[..<100])))
        let list = try await caller.list(address)
        #expect(list.map(\.certified) == [100])
      }
    }
  }

  @Test("refuses owners below the fence from the list on, also after a restart, and says so")
  func fence() async throws {
    try await Cluster.run { cluster in
      let caller = cluster.caller
      try await cluster.withBackup(directory) { backup in
        #expect(await caller.write(.openReplica, image, 0..<100, to: backup.address) == .ok([]))
        let list = try await caller.list(backup.address, log: 7, fence: 6)
        #expect(list.map(\.certified) == [100])
      }
      try await cluster.withBackup(directory) { backup in
        let write = await caller.write(.writeReplica, image, 100..<200, to: backup.address)
        #expect(write.refusal == .fenced)
        var newer = image
        newer.key.epoch = 6
        #expect(await caller.write(.openReplica, newer, 0..<100, to: backup.address) == .ok([]))
        #expect(cluster.lines.contains("refused writer", "epoch 5"))
      }
    }
  }

  @Test("lists every write that it accepts before the list, although it answers it later")
  func listAfterWrite() async throws {
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { backup in
        let caller = cluster.caller
        #expect(await caller.write(.openReplica, image, 0..<100, to: backup.address) == .ok([]))
        for end in stride(from: 200, through: 3_000, by: 100) {
          let range = end - 100..<end
          let (write, list) = await caller.callTogether(
            backup.address, (.writeReplica, image.write(range).encoded + image.bytes[range]),
            (.listReplicas, ListReplicas(log: 7, fence: 5).encoded))
          #expect(write == .ok([]))
          let replicas = try ReplicaList(decoding: try #require(list.body)).replicas
          #expect(replicas.map(\.certified) == [UInt32(end)])
        }
      }
    }
  }

  @Test("never serves a replica whose file was damaged while it ran")
  func corruption() async throws {
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { backup in
        let caller = cluster.caller
        #expect(await caller.write(.openReplica, image, 0..<3_000, to: backup.address) == .ok([]))
        try directory.flipBit(of: image.fileName, at: ReplicaHeader.size + 2_000)
        let read = image.read(0..<10).encoded
        #expect(await caller.call(backup.address, .readReplica, read).refusal == .corrupt)
        let list = try await caller.list(backup.address)
        #expect(list.map(\.state) == [.corrupt])
        #expect(cluster.lines.contains("corrupt", image.fileName))
      }
    }
  }

  @Test(
    "ends without an answer when its disk fails",
    arguments: [
      (FaultyFiles.Call.sync, EIO), (.write, ENOSPC),
    ])
  func storageFailure(call: FaultyFiles.Call, errno: Int32) async throws {
    let faulty = FaultyFiles()
    try await Cluster.run(suspectAfter: .seconds(3_600)) { cluster in
      try await cluster.withBackup(directory, files: faulty.files) { backup in
        let caller = cluster.caller
        caller.add(backup.id, at: backup.address)
        func write(_ range: Range<Int>, _ operation: LogOperation) async -> RPCOutcome {
          await caller.call(
            .server(backup.id), opcode: operation.rawValue,
            image.write(range).encoded + image.bytes[range])
        }
        #expect(await write(0..<100, .openReplica) == .ok([]))
        faulty.fail(call, errno: errno)
        async let unanswered = write(100..<200, .writeReplica)
        guard case .storageFailed(let text) = await backup.waitUntilEnded() else {
          Issue.record("it ended otherwise")
          return
        }
        #expect(text.hasSuffix(String(cString: strerror(errno))))
        // Its port refuses now, so the cluster finds out.
        _ = try await caller.membership(at: cluster.coordinator.address) { $0.backups.isEmpty }
        await caller.close()
        #expect(await unanswered == .failed(.clientClosed))
      }
    }
  }

  @Test("ends when its cluster has declared it dead")
  func declaredDead() async throws {
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { backup in
        let dead = Enlisted(cluster: cluster.coordinator.cluster, server: backup.id)
        _ = await cluster.caller.call(
          cluster.coordinator.address, .leave, dead.encoded)
        #expect(await backup.waitUntilEnded() == .declaredDead)
        #expect(cluster.lines.contains("error", "declared dead"))
      }
      // The directory is free again, and the next start enlists anew.
      try await cluster.withBackup(directory) { backup in #expect(backup.id.slot == 2) }
    }
  }

  @Test("says why it ended when it is shut down")
  func shutDown() async throws {
    try await Cluster.run { cluster in
      let backup = try await BackupServer.start(cluster.backupConfiguration(directory))
      async let reason = backup.waitUntilEnded()
      await backup.shutdown()
      await backup.shutdown()
      #expect(await reason == .shutDown)
      let membership: Membership = try await cluster.caller.ask(
        cluster.coordinator.address, .watch, Watch(after: 0))
      #expect(membership.backups.isEmpty)
    }
  }

  @Test("goes on when the coordinator is restarted")
  func coordinatorRestart() async throws {
    let state = try TemporaryDirectory()
    let first = try await CoordinatorServer.start(
      CoordinatorConfiguration(address: anyPort, storage: .directory(state.path)))
    let backup = try await BackupServer.start(
      BackupConfiguration(
        address: anyPort, coordinator: first.address, directory: directory.path, syncs: false))
    await first.shutdown()
    let second = try await CoordinatorServer.start(
      CoordinatorConfiguration(
        address: first.address, storage: .directory(state.path), suspectAfter: .seconds(3_600)))
    let caller = try await Caller()
    let _: LogSurvey = try await caller.ask(
      second.address, .openLog, LogQuery(name: "main", patience: 0))
    let membership: Membership = try await caller.ask(second.address, .watch, Watch(after: 0))
    #expect(membership.backups.map(\.server) == [backup.id])
    #expect(await caller.call(backup.address, .ping, []) == .ok([]))
    await backup.shutdown()
    await caller.close()
    await second.shutdown()
  }

  @Test("does not start in a directory that another one has")
  func directoryInUse() async throws {
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { _ in
        await #expect {
          try await cluster.withBackup(directory) { _ in }
        } throws: {
          "\($0)" == "directory \(directory.path) is in use by another process"
        }
      }
    }
  }

  @Test("does not serve another cluster than its directory belongs to")
  func otherCluster() async throws {
    try await Cluster.run { cluster in try await cluster.withBackup(directory) { _ in } }
    try await Cluster.run { cluster in
      await #expect {
        try await cluster.withBackup(directory) { _ in }
      } throws: {
        "\($0)".contains("belongs to cluster")
      }
      let membership: Membership = try await cluster.caller.ask(
        cluster.coordinator.address, .watch, Watch(after: 0))
      #expect(membership.version == 1)
    }
  }

  @Test("does not start at a port that is in use")
  func portInUse() async throws {
    try await Cluster.run { cluster in
      var configuration = cluster.backupConfiguration(directory)
      configuration.address = cluster.coordinator.address
      await #expect {
        _ = try await BackupServer.start(configuration)
      } throws: {
        "\($0)" == "bind \(cluster.coordinator.address): Address already in use"
      }
    }
  }

  @Test("gives up when there is no coordinator, and says why")
  func noCoordinator() async throws {
    let port = ClosedPort()
    await #expect {
      _ = try await BackupServer.start(
        BackupConfiguration(
          address: anyPort, coordinator: port.address, directory: directory.path,
          enlistTimeout: .milliseconds(100)))
    } throws: {
      "\($0)".contains("\(port.address) did not enlist") && "\($0)".contains("refused")
    }
  }

  @Test("makes its directory for its owner alone")
  func directoryMode() async throws {
    try await Cluster.run { cluster in
      var configuration = cluster.backupConfiguration(directory)
      configuration.directory = directory.file("new")
      let backup = try await BackupServer.start(configuration)
      var status = stat()
      #expect(lstat(configuration.directory, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o700)
      await backup.shutdown()
    }
  }
}
