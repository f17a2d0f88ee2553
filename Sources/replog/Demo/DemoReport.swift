import ReplicatedLog
import RulesRuntime

/// What a finished demo has to say: aligned numbers, the rules, the verdict.
struct DemoReport: Sendable {
  struct ReadBack: Sendable {
    var comparison: Comparison
    var segments: Int
    var skipped: Int
    var duration: Duration
  }

  var input: DemoInput
  var appendTime: Duration
  var kills: [KillPlan.Kill]
  var status: LogStatus
  var statistics: PoolStatistics
  var subjects: [FiringHistory.Subject]
  var missingFirings: UInt64
  var readBack: ReadBack

  var lost: Int { readBack.comparison.lost }
  /// Everything came back, and nothing else.
  var isPerfect: Bool { lost == 0 && readBack.comparison.unknown == 0 }

  /// The lines of the report; the last is the verdict.
  var lines: [String] {
    ["", "Result"] + Usage.table(results).lines
      + ["", "Rules, and how often each fired"] + rules
      + ["", "Order of firings"] + orders
      + [
        "",
        (readBack.comparison.unknown > 0 ? "unknown records were read; " : "")
          + counted(lost, "record") + " lost",
      ]
  }

  private var results: [(String, String)] {
    var rows: [(String, String)] = [
      ("appended", appended),
      ("read back", readBackText),
      ("compared", verdict(readBack.comparison)),
      ("killed", killed),
      ("re-created", recreated),
    ]
    if readBack.skipped > 0 {
      rows.append(
        ("skipped", "\(counted(readBack.skipped, "replica")) that could not be read: others were"))
    }
    return rows
  }

  private var appended: String {
    let bytes = input.records.map(\.count).reduce(0, +)
    let time = "\(decimal(appendTime.inSeconds)) s (\(rate(bytes, in: appendTime)))"
    return "\(counted(input.records.count, "record")), \(byteCount(bytes)) in \(time)"
  }

  private var readBackText: String {
    let comparison = readBack.comparison
    let records = "\(counted(comparison.equal, "record")), \(byteCount(comparison.equalBytes))"
    let segments = counted(readBack.segments, "segment")
    return
      "\(records) in \(decimal(readBack.duration.inSeconds)) s, from the backups' replicas of \(segments)"
  }

  private var killed: String {
    if kills.isEmpty { return "no backup" }
    return kills.map { "\($0.server) (segment \($0.segment))" }.joined(separator: ", then ")
  }

  private var recreated: String {
    let counters = status.counters
    let replicas =
      "\(grouped(counters.replicasRecreated)) of \(counted(counters.replicasLost, "lost replica"))"
    let time = decimal(counters.repairTime.inSeconds, digits: 2)
    let rate = rate(counters.bytesRecreated, in: counters.repairTime)
    return
      "\(replicas), \(byteCount(counters.bytesRecreated)) in \(time) s from F1 on (\(rate))"
  }

  private func verdict(_ comparison: Comparison) -> String {
    if isPerfect {
      if input.records.isEmpty { return "nothing: the input is empty" }
      return "every byte of every record equals the input's"
    }
    let first = comparison.firstLost.map { ", the first is record \(grouped($0))" } ?? ""
    return "\(counted(comparison.lost, "record")) missing or altered\(first); "
      + "\(grouped(comparison.unknown)) that are not in the input"
  }

  private var rules: [String] {
    let fired = statistics.rules
    return TextTable(
      fired.map { [$0.leaf, grouped(Int($0.count)), $0.label] }, rightAligned: [1]
    ).lines
  }

  /// One replica that lost its backup, one that was never disturbed.
  private var orders: [String] {
    let replicas = subjects.filter { $0.rules.contains("R1") }
    func isHit(_ subject: FiringHistory.Subject) -> Bool {
      subject.rules.contains { $0 == "F1" || $0 == "F1open" }
    }
    let hit =
      replicas.first { isHit($0) && $0.rules.contains("R5") } ?? replicas.first(where: isHit)
    let undisturbed =
      replicas.first { !isHit($0) && $0.rules.contains("R7") } ?? replicas.first { !isHit($0) }
    var lines: [String] = []
    if let hit { lines += order("its backup was killed", hit) }
    if let undisturbed { lines += order("undisturbed", undisturbed) }
    if missingFirings > 0 {
      lines.append("  (\(counted(Int(missingFirings), "firing")) went by unrecorded)")
    }
    return lines
  }

  private func order(_ remark: String, _ subject: FiringHistory.Subject) -> [String] {
    // Asking for leave to write would stand before every write.
    let order = FiringOrder.compressed(subject.rules.filter { $0 != "P1" && $0 != "P2" })
    return ["  \(subject.name), \(remark):"] + wrapped(order, to: 84).map { "      \($0)" }
  }
}

extension String {
  fileprivate var lines: [String] { split(separator: "\n").map(String.init) }
}
