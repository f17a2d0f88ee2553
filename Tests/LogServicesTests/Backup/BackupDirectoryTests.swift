import Foundation
import Glibc
import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

@Suite("A backup's directory")
struct BackupDirectoryTests {
  private let directory: TemporaryDirectory
  private let image = ReplicaImage()

  init() throws { directory = try TemporaryDirectory() }

  /// What keeps a backup from starting there.
  private func refusal(
    _ cluster: Cluster, _ directory: TemporaryDirectory, files: FileSystem = .system
  ) async -> ServiceError? {
    do {
      try await cluster.withBackup(directory, files: files) { _ in }
      return nil
    } catch {
      return error as? ServiceError
    }
  }

  private func copy(_ names: [String], to other: TemporaryDirectory) throws {
    for name in names { try other.write(try directory.bytes(of: name), to: name) }
  }

  @Test("that is an older copy is not served, and the one that is newer still is")
  func olderCopy() async throws {
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { backup in
        #expect(
          await cluster.caller.write(.openReplica, image, 0..<100, to: backup.address) == .ok([]))
      }
      let older = try TemporaryDirectory()
      try copy(directory.names, to: older)
      try await cluster.withBackup(directory) { _ in }
      let refusal = await refusal(cluster, older)
      #expect(refusal?.kind == .wrongDirectory)
      #expect(refusal?.description.contains("older copy") == true)
      try await cluster.withBackup(directory) { backup in
        let list = try await cluster.caller.list(backup.address)
        #expect(list.map(\.state) == [.open])
      }
    }
  }

  @Test("that two backups have a copy of each is served by the one that came first")
  func twoCopies() async throws {
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { _ in }
      let second = try TemporaryDirectory()
      try copy(directory.names, to: second)
      try await cluster.withBackup(directory) { _ in
        #expect(await refusal(cluster, second)?.kind == .wrongDirectory)
      }
    }
  }

  @Test("may be taken to another machine: what is in it goes with it, under a new number")
  func swapped() async throws {
    let other = try TemporaryDirectory()
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { backup in
        #expect(
          await cluster.caller.write(.openReplica, image, 0..<100, to: backup.address) == .ok([]))
      }
      try await cluster.withBackup(other) { _ in }
      let names = directory.names
      let third = try TemporaryDirectory()
      try copy(names, to: third)
      for name in names { try FileManager.default.removeItem(atPath: directory.file(name)) }
      for name in other.names { try directory.write(try other.bytes(of: name), to: name) }
      try await cluster.withBackup(directory) { first in
        try await cluster.withBackup(third) { second in
          let lists = try await (
            cluster.caller.list(first.address), cluster.caller.list(second.address)
          )
          #expect(lists.0.isEmpty && lists.1.count == 1)
        }
      }
    }
  }

  @Test("with one of its two identities is used, with none of them it is not", arguments: [0, 1])
  func damagedIdentity(index: Int) async throws {
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { _ in }
      try directory.flipBit(of: BackupIdentity.names[index], at: 17)
      try await cluster.withBackup(directory) { _ in }
      #expect(cluster.lines.contains("error", "is damaged", "its copy is used"))
      for name in BackupIdentity.names { try directory.flipBit(of: name, at: 17) }
      let refusal = await refusal(cluster, directory)
      #expect(refusal?.kind == .wrongDirectory)
      #expect(refusal?.description.contains("is damaged") == true)
    }
  }

  @Test("with replicas and without identity is nobody's")
  func noIdentity() async throws {
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { backup in
        #expect(
          await cluster.caller.write(.openReplica, image, 0..<100, to: backup.address) == .ok([]))
      }
      for name in BackupIdentity.names {
        try FileManager.default.removeItem(atPath: directory.file(name))
      }
      let refusal = await refusal(cluster, directory)
      #expect(refusal?.kind == .wrongDirectory)
      #expect(refusal?.description.contains("1 replicas and no identity") == true)
    }
  }

  @Test("that is empty again is a new server's")
  func empty() async throws {
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { _ in }
      for name in directory.names {
        try FileManager.default.removeItem(atPath: directory.file(name))
      }
      try await cluster.withBackup(directory) { backup in
        let list = try await cluster.caller.list(backup.address)
        #expect(list.isEmpty)
      }
    }
  }

  @Test(
    "whose fences are damaged or missing is served, and refuses whom the coordinator knows to be over",
    arguments: [true, false])
  func lostFences(damaged: Bool) async throws {
    try await Cluster.run { cluster in
      let caller = cluster.caller
      let query = LogQuery(name: "main", patience: 0)
      for epoch in UInt32(1)...6 {
        let survey: LogSurvey = try await caller.ask(cluster.coordinator.address, .openLog, query)
        #expect(survey.ownership.epoch == epoch)
      }
      try await cluster.withBackup(directory) { _ in }
      #expect(directory.names.contains(ReplicaStore.fencesName))
      if damaged {
        try directory.flipBit(of: ReplicaStore.fencesName, at: 20)
      } else {
        try FileManager.default.removeItem(atPath: directory.file(ReplicaStore.fencesName))
      }
      try await cluster.withBackup(directory) { backup in
        var image = image
        image.key = ReplicaKey(log: 1, segment: 1, epoch: 5)
        let refused = await caller.write(.openReplica, image, 0..<100, to: backup.address)
        #expect(refused.refusal == .fenced)
        image.key.epoch = 6
        #expect(await caller.write(.openReplica, image, 0..<100, to: backup.address) == .ok([]))
      }
      #expect(cluster.lines.contains("error", "fences is damaged") == damaged)
    }
  }

  @Test("is asked about replicas that could not be read at the start, until they can")
  func unreadableAtTheStart() async throws {
    let faulty = FaultyFiles()
    try await Cluster.run { cluster in
      try await cluster.withBackup(directory) { backup in
        #expect(
          await cluster.caller.write(.openReplica, image, 0..<100, to: backup.address) == .ok([]))
      }
      var files = faulty.files
      let read = files.read
      let isBroken = Guarded(true)
      files.read = { (file, buffer, offset) throws(SystemError) in
        // The replica's header alone is as long as a page.
        if buffer.count == ReplicaHeader.size, isBroken.withLock({ $0 }) {
          throw SystemError(call: "read", errno: EIO)
        }
        return try read(file, buffer, offset)
      }
      try await cluster.withBackup(directory, files: files) { backup in
        #expect(try await cluster.caller.list(backup.address).map(\.state) == [.unreadable])
        isBroken.withLock { $0 = false }
        while try await cluster.caller.list(backup.address).map(\.state) != [.open] {
          try await Task.sleep(for: .milliseconds(20))
        }
      }
    }
  }
}
