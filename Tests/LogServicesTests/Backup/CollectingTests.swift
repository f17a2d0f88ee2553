import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

@Suite("What a backup frees")
struct CollectingTests {
  private let directory: TemporaryDirectory
  private let store: ReplicaStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try ReplicaStore(directory: directory.path, syncs: false, log: .disabled)
  }

  private func put(
    _ segment: UInt64, epoch: UInt32, log: UInt64 = 1, closed: Bool
  ) throws -> ReplicaKey {
    var image = ReplicaImage()
    image.key = ReplicaKey(log: log, segment: segment, epoch: epoch)
    if closed { try store.putWhole(image) } else { try store.put(.open, image, 0..<100) }
    return image.key
  }

  private func ownership(
    epoch: UInt32, mark: (UInt32, UInt64, UInt32), first: UInt64 = 1
  ) -> LogOwnership {
    LogOwnership(
      log: 1, epoch: epoch, mark: LogMark(epoch: mark.0, segment: mark.1, version: mark.2),
      first: first)
  }

  @Test("is all of trimmed segments, whoever made it")
  func trimmed() throws {
    let old = try put(1, epoch: 1, closed: true)
    let newer = try put(2, epoch: 4, closed: false)
    _ = try put(3, epoch: 1, closed: true)
    _ = try put(1, epoch: 1, log: 2, closed: true)
    #expect(store.obsolete(by: [ownership(epoch: 4, mark: (1, 1, 1), first: 3)]) == [old, newer])
  }

  @Test("is what earlier owners left of segments that their successor has made, and said so")
  func earlierOwners() throws {
    let below = try put(1, epoch: 2, closed: true)
    let openBelow = try put(2, epoch: 2, closed: false)
    let closedAt = try put(3, epoch: 2, closed: true)
    let openAfter = try put(4, epoch: 1, closed: false)
    let now = try put(3, epoch: 5, closed: false)
    #expect(
      store.obsolete(by: [ownership(epoch: 5, mark: (5, 3, 1))]) == [
        openBelow, closedAt, openAfter,
      ])
    // The newest owner has not set its mark yet: what its predecessor left is all there is.
    #expect(store.obsolete(by: [ownership(epoch: 5, mark: (2, 1, 1))]) == [openAfter])
    // Its own are never touched, not even when they look old.
    #expect(store.obsolete(by: [ownership(epoch: 5, mark: (5, 3, 9))]).contains(now) == false)
    #expect(store.obsolete(by: [ownership(epoch: 5, mark: (5, 3, 9))]).contains(below) == false)
    #expect(store.obsolete(by: []).isEmpty)
  }

  @Test("is freed after a restart, a few at a time, once the coordinator says so")
  func freed() async throws {
    try await Cluster.run { cluster in
      let caller = cluster.caller
      let coordinator = cluster.coordinator.address
      let query = LogQuery(name: "main", patience: 0)
      let survey: LogSurvey = try await caller.ask(coordinator, .openLog, query)
      try await cluster.withBackup(directory) { backup in
        for segment in UInt64(1)...40 {
          var image = ReplicaImage(count: 100)
          image.key = ReplicaKey(log: 1, segment: segment, epoch: 1)
          let written = await caller.write(.openReplica, image, 0..<100, to: backup.address)
          #expect(written == .ok([]))
        }
      }
      let mark = LogMark(epoch: survey.ownership.epoch, segment: 39, version: 1)
      let note = NoteMark(log: 1, mark: mark, first: 39)
      #expect(await caller.call(coordinator, .noteMark, note.encoded) == .ok([]))
      try await cluster.withBackup(directory) { backup in
        while try await caller.list(backup.address).count > 2 {
          try await Task.sleep(for: .milliseconds(20))
        }
        let left = try await caller.list(backup.address)
        #expect(left.map(\.key.segment) == [39, 40])
      }
      let files = directory.names.filter { ReplicaFileName.key(of: $0) != nil }
      #expect(files.count == 2)
    }
  }
}
