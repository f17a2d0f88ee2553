import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

@Suite("A coordinator", .timeLimit(.minutes(20)))
struct CoordinatorServerTests {
  @Test("gives every server that enlists a new number, and tells who watches")
  func enlist() async throws {
    try await Cluster.run(suspectAfter: .seconds(3_600)) { cluster in
      let (caller, coordinator) = (cluster.caller, cluster.coordinator.address)
      let silent = [ClosedPort(), ClosedPort()]
      for port in silent { port.listenSilently() }
      let first: Membership = try await caller.ask(coordinator, .watch, Watch(after: 0))
      #expect(first.version == 1 && first.backups.isEmpty)
      async let news: Membership = caller.ask(coordinator, .watch, Watch(after: 1))
      var ids: [ServerID] = []
      for port in silent {
        let enlisted: Enlisted = try await caller.ask(
          coordinator, .enlist, Enlist(address: port.address.description))
        #expect(enlisted.cluster == first.cluster)
        ids.append(enlisted.server)
      }
      #expect(ids == [ServerID(slot: 1, generation: 1), ServerID(slot: 2, generation: 1)])
      let told = try await news
      #expect(told.version > 1 && told.backups.first?.server == ids[0])
      let both = try await caller.membership(at: coordinator) { $0.backups.count == 2 }
      #expect(both.backups.map(\.address) == silent.map(\.address.description))
    }
  }

  @Test("answers who asks for a version of another history at once")
  func foreignVersion() async throws {
    try await Cluster.run { cluster in
      let membership: Membership = try await cluster.caller.ask(
        cluster.coordinator.address, .watch, Watch(after: 1_000))
      #expect(membership.version == 1)
    }
  }

  @Test("gives an address that enlists again a new number, and removes the old one")
  func enlistAgain() async throws {
    // However long the others take, silence is no failure here.
    try await Cluster.run(suspectAfter: .seconds(3_600)) { cluster in
      let port = ClosedPort()
      port.listenSilently()
      for slot in 1...3 {
        let enlisted: Enlisted = try await cluster.caller.ask(
          cluster.coordinator.address, .enlist, Enlist(address: port.address.description))
        #expect(enlisted.server == ServerID(slot: UInt32(slot), generation: 1))
        let membership: Membership = try await cluster.caller.ask(
          cluster.coordinator.address, .watch, Watch(after: 0))
        #expect(membership.backups.map(\.server) == [enlisted.server])
      }
    }
  }

  @Test("declares a member failed as soon as its address refuses connections")
  func refused() async throws {
    try await Cluster.run(suspectAfter: .seconds(3_600)) { cluster in
      let port = ClosedPort()
      let enlisted: Enlisted = try await cluster.caller.ask(
        cluster.coordinator.address, .enlist, Enlist(address: port.address.description))
      let membership = try await cluster.caller.membership(at: cluster.coordinator.address) {
        $0.version >= 3
      }
      #expect(membership.backups.isEmpty)
      #expect(cluster.lines.contains("server \(enlisted.server)", "failed", "refused"))
    }
  }

  @Test("declares a member failed when it is silent for long enough")
  func silent() async throws {
    try await Cluster.run(suspectAfter: .milliseconds(200)) { cluster in
      let port = ClosedPort()
      port.listenSilently()
      let enlisted: Enlisted = try await cluster.caller.ask(
        cluster.coordinator.address, .enlist, Enlist(address: port.address.description))
      let membership = try await cluster.caller.membership(at: cluster.coordinator.address) {
        $0.version >= 3
      }
      #expect(membership.backups.isEmpty)
      #expect(cluster.lines.contains("server \(enlisted.server)", "failed", "silent"))
    }
  }

  @Test("declares a member failed when another server answers at its address")
  func replaced() async throws {
    let directory = try TemporaryDirectory()
    try await Cluster.run(suspectAfter: .seconds(3_600)) { cluster in
      try await cluster.withBackup(directory) { backup in
        // The same place under another name, so that it is not taken for the address enlisting anew.
        let alias = "localhost:\(backup.address.port)"
        let enlisted: Enlisted = try await cluster.caller.ask(
          cluster.coordinator.address, .enlist, Enlist(address: alias))
        let membership = try await cluster.caller.membership(at: cluster.coordinator.address) {
          !$0.backups.contains { $0.server == enlisted.server }
        }
        #expect(membership.backups.map(\.server) == [backup.id])
        #expect(cluster.lines.contains("server \(enlisted.server)", "another server"))
      }
    }
  }

  @Test("gives every owner of a log a higher epoch, and finds logs that exist")
  func logs() async throws {
    try await Cluster.run { cluster in
      let (caller, address) = (cluster.caller, cluster.coordinator.address)
      let query = LogQuery(name: "main", patience: 0)
      let missing = await caller.call(address, .findLog, query.encoded)
      #expect(missing.refusal == .noSuchLog)
      let nameless = await caller.call(address, .nameLog, LogName(name: "main").encoded)
      #expect(nameless.refusal == .noSuchLog)
      for epoch: UInt32 in 1...3 {
        let owner: LogSurvey = try await caller.ask(address, .openLog, query)
        #expect(owner.ownership == LogOwnership(log: 1, epoch: epoch))
        #expect(owner.verdict == .noBackups)
        let found: LogSurvey = try await caller.ask(address, .findLog, query)
        #expect(found == owner)
        let named: LogOwnership = try await caller.ask(address, .nameLog, LogName(name: "main"))
        #expect(named == owner.ownership)
      }
      let other: LogSurvey = try await caller.ask(
        address, .openLog, LogQuery(name: "other", patience: 0))
      #expect(other.ownership == LogOwnership(log: 2, epoch: 1))
    }
  }

  @Test("makes a log as is wanted, and refuses to open it as it is not, before anything changes")
  func settings() async throws {
    let directory = try TemporaryDirectory()
    let wish = LogWish(durability: .memory, replicas: 1)
    let made = LogSettings(durability: .memory, replicas: 1)
    try await Cluster.run(directory: directory.path) { cluster in
      let owner: LogSurvey = try await cluster.caller.ask(
        cluster.coordinator.address, .openLog, LogQuery(name: "main", patience: 0, wish: wish))
      #expect(owner.ownership == LogOwnership(log: 1, epoch: 1, settings: made))
    }
    try await Cluster.run(directory: directory.path) { cluster in
      let (caller, address) = (cluster.caller, cluster.coordinator.address)
      for other in [LogWish(durability: .disk), LogWish(replicas: 3)] {
        let refused = await caller.call(
          address, .openLog, LogQuery(name: "main", patience: 0, wish: other).encoded)
        #expect(refused.refusal == .otherSettings)
      }
      let whatever: LogSurvey = try await caller.ask(
        address, .openLog, LogQuery(name: "main", patience: 0, wish: LogWish(replicas: 1)))
      #expect(whatever.ownership == LogOwnership(log: 1, epoch: 2, settings: made))
    }
  }

  @Test("lets an owner ask once more without a new epoch, but not one that was replaced")
  func askAgain() async throws {
    try await Cluster.run { cluster in
      let (caller, address) = (cluster.caller, cluster.coordinator.address)
      func ask(_ epoch: UInt32) -> [UInt8] {
        LogQuery(name: "main", patience: 0, epoch: epoch).encoded
      }
      #expect(await caller.call(address, .openLog, ask(1)).refusal == .fenced)
      for epoch: UInt32 in [0, 1, 1, 0, 2] {
        let owner: LogSurvey = try await caller.ask(
          address, .openLog, LogQuery(name: "main", patience: 0, epoch: epoch))
        #expect(owner.ownership.epoch == max(epoch, owner.ownership.epoch))
      }
      #expect(await caller.call(address, .openLog, ask(1)).refusal == .fenced)
      let owner: LogSurvey = try await caller.ask(
        address, .openLog, LogQuery(name: "main", patience: 0, epoch: 2))
      #expect(owner.ownership.epoch == 2)
    }
  }

  @Test("raises a log's mark for its owner, also when asked again, and keeps it over a restart")
  func marks() async throws {
    let directory = try TemporaryDirectory()
    let mark = LogMark(epoch: 1, segment: 2, version: 3)
    let note = NoteMark(log: 1, mark: mark).encoded
    try await Cluster.run(directory: directory.path) { cluster in
      let (caller, address) = (cluster.caller, cluster.coordinator.address)
      #expect(await caller.call(address, .noteMark, note).refusal == .noSuchLog)
      let _: LogSurvey = try await caller.ask(
        address, .openLog, LogQuery(name: "main", patience: 0))
      for _ in 0..<2 { #expect(await caller.call(address, .noteMark, note) == .ok([])) }
    }
    try await Cluster.run(directory: directory.path) { cluster in
      let (caller, address) = (cluster.caller, cluster.coordinator.address)
      let owner: LogSurvey = try await caller.ask(
        address, .openLog, LogQuery(name: "main", patience: 0))
      #expect(owner.ownership == LogOwnership(log: 1, epoch: 2, mark: mark))
      #expect(await caller.call(address, .noteMark, note).refusal == .fenced)
    }
  }

  @Test("lets a member leave, also twice, but not one of another cluster")
  func leave() async throws {
    try await Cluster.run { cluster in
      let (caller, address) = (cluster.caller, cluster.coordinator.address)
      let port = ClosedPort()
      port.listenSilently()
      let enlisted: Enlisted = try await caller.ask(
        address, .enlist, Enlist(address: port.address.description))
      var foreign = enlisted
      foreign.cluster ^= 1
      #expect(await caller.call(address, .leave, foreign.encoded).refusal == .notInCluster)
      for _ in 0..<2 { #expect(await caller.call(address, .leave, enlisted.encoded) == .ok([])) }
      let membership: Membership = try await caller.ask(address, .watch, Watch(after: 0))
      #expect(membership.backups.isEmpty && membership.version == 3)
    }
  }

  @Test("keeps cluster, numbers, epochs and members over a restart, and finds out who is gone")
  func restart() async throws {
    let (directory, backups) = (try TemporaryDirectory(), try TemporaryDirectory())
    let gone = ClosedPort()
    gone.listenSilently()
    var before = Membership(cluster: 0, version: 0, backups: [])
    try await Cluster.run(directory: directory.path) { cluster in
      let address = cluster.coordinator.address
      let _: Enlisted = try await cluster.caller.ask(
        address, .enlist, Enlist(address: gone.address.description))
      let _: LogSurvey = try await cluster.caller.ask(
        address, .openLog, LogQuery(name: "main", patience: 0))
      before = try await cluster.caller.ask(address, .watch, Watch(after: 0))
    }
    try await Cluster.run(directory: directory.path, suspectAfter: .milliseconds(200)) { cluster in
      let address = cluster.coordinator.address
      let after = try await cluster.caller.membership(at: address) { $0.backups.isEmpty }
      #expect(after.cluster == before.cluster && after.version > before.version)
      let owner: LogSurvey = try await cluster.caller.ask(
        address, .openLog, LogQuery(name: "main", patience: 0))
      #expect(owner.ownership == LogOwnership(log: 1, epoch: 2))
      try await cluster.withBackup(backups) { backup in
        #expect(backup.id == ServerID(slot: 2, generation: 1))
      }
    }
  }

  @Test("does not start on a damaged state")
  func damagedState() async throws {
    let directory = try TemporaryDirectory()
    try await Cluster.run(directory: directory.path) { _ in }
    try directory.flipBit(of: FileStorage.name, at: 30)
    await #expect {
      try await Cluster.run(directory: directory.path) { _ in }
    } throws: {
      "\($0)".contains("cluster is damaged")
    }
  }

  @Test("does not start in a directory that is in use, or at a port that is")
  func inUse() async throws {
    let directory = try TemporaryDirectory()
    try await Cluster.run(directory: directory.path) { cluster in
      await #expect {
        try await Cluster.run(directory: directory.path) { _ in }
      } throws: {
        "\($0)".contains("in use by another process")
      }
      await #expect {
        _ = try await CoordinatorServer.start(
          CoordinatorConfiguration(address: cluster.coordinator.address))
      } throws: {
        "\($0)" == "bind \(cluster.coordinator.address): Address already in use"
      }
    }
  }

  @Test("refuses what it cannot save, and tells nobody of it")
  func fullDisk() async throws {
    let directory = try TemporaryDirectory()
    let faulty = FaultyFiles()
    var configuration = CoordinatorConfiguration(
      address: anyPort, storage: .directory(directory.path))
    configuration.files = faulty.files
    let coordinator = try await CoordinatorServer.start(configuration)
    let caller = try await Caller()
    let address = coordinator.address
    faulty.fail(.write, errno: 28)
    let log = LogQuery(name: "main", patience: 0).encoded
    #expect(await caller.call(address, .openLog, log).refusal == .storage)
    #expect(await caller.call(address, .findLog, log).refusal == .noSuchLog)
    faulty.repair()
    let owner: LogSurvey = try await caller.ask(
      address, .openLog, LogQuery(name: "main", patience: 0))
    #expect(owner.ownership.epoch == 1)
    await caller.close()
    await coordinator.shutdown()
  }

  @Test("refuses malformed and foreign requests and serves on")
  func garbage() async throws {
    try await Cluster.run { cluster in
      let (caller, address) = (cluster.caller, cluster.coordinator.address)
      var random = SplitMix(state: 20_261_122)
      for opcode: UInt16 in 0...40 {
        for length in [0, 1, 3, 5, 17, 200] {
          let body = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
          // A watch of 8 bytes would be a question.
          let outcome = await caller.call(.address(address), opcode: opcode, body)
          #expect(outcome.refusal != nil, "opcode \(opcode), \(length) bytes, seed 20261122")
        }
      }
      let enlist = Enlist(address: "not an address").encoded
      #expect(await caller.call(address, .enlist, enlist).refusal == .malformed)
      let nameless = LogQuery(name: "", patience: 0).encoded
      #expect(await caller.call(address, .openLog, nameless).refusal == .malformed)
      #expect(await caller.call(address, .ping, []).refusal == .unknownOperation)
      let membership: Membership = try await caller.ask(address, .watch, Watch(after: 0))
      #expect(membership.version == 1)
    }
  }
}
