import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Measures a log on a cluster of its own: a coordinator and four backups, each a process.
struct Bench: Sendable {
  /// For how long each kind of append is measured.
  var time: Duration
  /// Bytes that the log has when a backup is killed, at least.
  var repairBytes: Int
  var resources: LocalResources

  static let recordBytes = 100
  static let clients = 50
  static let batch = 10_000

  func run(_ durability: LogDurability) async throws -> BenchReport.Level {
    let cluster = try LocalCluster.start(
      backups: 4, in: resources, named: "\(durability)-")
    defer { cluster.end() }
    let configuration = LogConfiguration(
      coordinator: cluster.coordinator, durability: durability)
    let log = try await ReplicatedLog.open(configuration)

    let oneClient = try await appendOneByOne(to: log, for: time)
    let manyClients = try await withThrowingTaskGroup(of: Latencies.self) { group in
      for _ in 0..<Self.clients { group.addTask { try await appendOneByOne(to: log, for: time) } }
      return try await group.reduce(into: Latencies()) { $0.add($1) }
    }
    let onThread = try await Task(executorPreference: log.taskExecutor) {
      try await appendOneByOne(to: log, for: time)
    }.value
    let pipelined = try await appendBatches(to: log, for: time, bytes: repairBytes)
    let repair = try await measureRepair(of: log, cluster)
    try await log.close()
    let recovery = try await measureRecovery(configuration)

    return BenchReport.Level(
      durability: durability.description,
      oneClient: BenchReport.Times(oneClient), oneClientOnThread: BenchReport.Times(onThread),
      clients: Self.clients, clientsPerSecond: Double(manyClients.count) / time.inSeconds,
      batch: Self.batch, pipelinedPerSecond: pipelined,
      repairedBytes: repair.bytes, repairBytesPerSecond: repair.perSecond,
      recoveredBytes: recovery.bytes, recoveryBytesPerSecond: recovery.perSecond)
  }

  private func appendOneByOne(
    to log: ReplicatedLog, for time: Duration
  ) async throws -> Latencies {
    let record = [UInt8](repeating: 7, count: Self.recordBytes)
    let clock = ContinuousClock()
    let end = clock.now + time
    var latencies = Latencies()
    var now = clock.now
    while now < end {
      _ = try await log.append(record)
      let after = clock.now
      latencies.add(after - now)
      now = after
    }
    return latencies
  }

  /// For so long, and then until the log has so many bytes.
  /// - Returns: records a second.
  private func appendBatches(
    to log: ReplicatedLog, for time: Duration, bytes: Int
  ) async throws -> Double {
    let batch = [[UInt8]](
      repeating: [UInt8](repeating: 7, count: Self.recordBytes), count: Self.batch)
    let clock = ContinuousClock()
    let start = clock.now
    var records = 0
    while clock.now - start < time {
      records += try await log.append(batch).count
    }
    let perSecond = Double(records) / (clock.now - start).inSeconds
    while await log.status().appendedBytes < bytes { _ = try await log.append(batch) }
    return perSecond
  }

  private typealias Transfer = (bytes: Int, perSecond: Double)

  /// Kills the backup that has the most replicas, and waits until they are made again.
  private func measureRepair(
    of log: ReplicatedLog, _ cluster: LocalCluster
  ) async throws -> Transfer {
    let before = await log.status()
    var replicas: [ServerID: Int] = [:]
    for replica in before.segments.flatMap(\.replicas) {
      if let server = replica.server { replicas[server, default: 0] += 1 }
    }
    guard let victim = replicas.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else {
      throw CommandFailure("no backup has a replica", code: .failure)
    }
    cluster[victim]?.process.killAtOnce()
    while true {
      let status = await log.status()
      if status.counters.replicasLost > before.counters.replicasLost,
        status.counters.replicasRecreated == status.counters.replicasLost
      {
        let bytes = status.counters.bytesRecreated - before.counters.bytesRecreated
        let time = status.counters.repairTime - before.counters.repairTime
        return (bytes, Double(bytes) / time.inSeconds)
      }
      if let failure = status.failure { throw failure }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// How long the next owner takes until it may append.
  private func measureRecovery(_ configuration: LogConfiguration) async throws -> Transfer {
    let clock = ContinuousClock()
    let start = clock.now
    let log = try await ReplicatedLog.open(configuration)
    let time = clock.now - start
    let bytes = await log.status().appendedBytes
    try await log.close()
    return (bytes, Double(bytes) / time.inSeconds)
  }
}
