import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// One run of the demo, from the first process to the comparison.
struct Demo: Sendable {
  /// Bytes of records that one append carries.
  static let batchBytes = 1 << 20

  var input: DemoInput
  var backups: Int
  var resources: LocalResources
  var display: LiveDisplay
  var console: Console

  /// - Throws: what keeps it from reaching the comparison. Lost records are not an error here: the
  ///   report has them.
  func run() async throws -> DemoReport {
    let capacity = Demo.segmentCapacity(for: input)
    introduce(capacity)
    let cluster = try LocalCluster.start(backups: backups, in: resources)
    list(cluster)

    let configuration = LogConfiguration(
      coordinator: cluster.coordinator, name: "demo", segmentCapacity: capacity,
      memoryLimit: max(1 << 30, input.bytes.count * 3), patience: .seconds(30))
    let log = try await ReplicatedLog.open(configuration)
    let monitor = DemoMonitor(
      log: log, cluster: cluster, display: display, total: input.bytes.count)
    let work = Task { try await appendAndRead(configuration, monitor) }
    monitor.start { work.cancel() }
    do {
      return try await work.value
    } catch {
      guard let end = monitor.coordinatorEnd else { throw error }
      throw CommandFailure(
        "the coordinator's process ended (\(end)): nobody tells any more which backups failed",
        code: .failure)
    }
  }

  private func appendAndRead(
    _ configuration: LogConfiguration, _ monitor: DemoMonitor
  ) async throws -> DemoReport {
    let log = monitor.log
    let capacity = configuration.segmentCapacity
    var plan = KillPlan(kills: KillPlan.kills(withBackups: backups), segmentCapacity: capacity)
    console.line("\nAppending")
    let start = ContinuousClock.now
    for batch in batches() {
      async let durable = log.append(batch.map { input[$0] })
      await carryOut(&plan, monitor, inputEnded: false)
      _ = try await durable
      monitor.noteAppended(upTo: input.records[batch.upperBound - 1].upperBound)
    }
    let appendTime = ContinuousClock.now - start
    monitor.noteAppended(upTo: input.bytes.count)
    display.event("all \(counted(input.records.count, "record")) durable on three backups each")
    while !plan.isComplete, !input.records.isEmpty {
      await carryOut(&plan, monitor, inputEnded: true)
      try await Task.sleep(for: .milliseconds(20))
    }
    try await waitUntilWhole(log, monitor.cluster)
    await monitor.refresh()
    try await log.close()
    await monitor.stop()
    let last = await monitor.last()

    let segments = last.status.segments
    display.event(
      "log ended: \(segments.filter(\.closed).count) of \(counted(segments.count, "segment")) closed, "
        + "the last one stays open for the next owner")
    console.line("\nReading back")
    return DemoReport(
      input: input, appendTime: appendTime, kills: plan.done, status: last.status,
      statistics: last.statistics, subjects: monitor.history.subjects,
      missingFirings: monitor.history.missing, readBack: try await readBack(configuration))
  }

  /// 8 MB, or less for an input that would not fill two of them: so much that it fills about three.
  static func segmentCapacity(for input: DemoInput) -> Int {
    let stored = input.bytes.count + input.records.count * 8
    let longest = input.records.map(\.count).max() ?? 0
    let wanted = min(8 << 20, max(64 << 10, stored * 2 / 5))
    return max(wanted, min(8 << 20, longest + 4096))
  }

  /// Ranges of records with at most `batchBytes` (or a single larger one), in order.
  private func batches() -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var start = 0
    let limit = min(Demo.batchBytes, max(4096, input.bytes.count / 20))
    for index in input.records.indices {
      let bytes = input.records[index].upperBound - input.records[start].lowerBound
      if bytes > limit, index > start {
        batches.append(start..<index)
        start = index
      }
    }
    if start < input.records.count { batches.append(start..<input.records.count) }
    return batches
  }

  /// Carries out the next kill of the plan if it is time for it.
  private func carryOut(
    _ plan: inout KillPlan, _ monitor: DemoMonitor, inputEnded: Bool
  ) async {
    guard !plan.isComplete else { return }
    let kill = plan.next(
      await monitor.log.status(), inputEnded: inputEnded, gone: monitor.cluster.gone,
      victims: Set(monitor.cluster.backups.map(\.server)))
    if plan.isCutShort { display.event("only three backups are left: no more kills") }
    guard let kill, let backup = monitor.cluster[kill.server] else { return }
    await monitor.refresh()
    monitor.expectEnd(of: backup.process)
    backup.process.killAtOnce()
    display.event("kill -9 backup \(kill.server): \(kill.reason)")
  }

  /// Waits until F1 has run for every backup that is gone, and all segments are on three live ones.
  private func waitUntilWhole(_ log: ReplicatedLog, _ cluster: LocalCluster) async throws {
    while true {
      let status = await log.status()
      if let failure = status.failure { throw failure }
      if cluster.gone.isDisjoint(with: status.members), status.segments.allSatisfy(\.isComplete) {
        return
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private func readBack(_ configuration: LogConfiguration) async throws -> DemoReport.ReadBack {
    let start = ContinuousClock.now
    var comparison = Comparison(input: input)
    let summary = try await LogReader.read(configuration) { _, record in
      record.withUnsafeBytes { comparison.check($0) }
    }
    comparison.finish()
    return DemoReport.ReadBack(
      comparison: comparison, segments: summary.segments, skipped: summary.replicasSkipped,
      duration: ContinuousClock.now - start)
  }

  private func introduce(_ capacity: Int) {
    console.line("Input")
    for line in input.origin { console.line("  \(line)") }
    console.line(
      "  \(counted(input.records.count, "record")), \(byteCount(input.bytes.count)), "
        + "in segments of \(binaryCount(capacity))")
    if !input.endsWithNewline { console.line("  the last line has no newline: it is a record too") }
    let kills = KillPlan.kills(withBackups: backups)
    if input.records.isEmpty {
      console.line("  no record: no segment has data, and no backup is killed")
    } else if kills < 2 {
      console.line(
        "  with \(backups) backups \(kills == 0 ? "none" : "only one") is killed: three must be left"
      )
    }
  }

  private func list(_ cluster: LocalCluster) {
    console.line("\nServers")
    console.line(
      "  coordinator  \(String(cluster.coordinator.description).padded(to: 16)) "
        + "process \(cluster.coordinatorProcess.pid)")
    for backup in cluster.backups {
      console.line(
        "  backup \("\(backup.server)".padded(to: 5)) \(backup.address.description.padded(to: 16)) "
          + "process \(backup.process.pid)")
    }
  }
}
