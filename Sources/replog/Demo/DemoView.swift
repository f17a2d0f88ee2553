import ReplicatedLog
import RulesRuntime

/// The progress as text: a pure picture of what the log and its pool said.
struct DemoView {
  /// The newest so many segments are shown.
  static let segments = 5

  /// How far the appending is, in bytes of the input.
  var appended: Int
  var total: Int
  var status: LogStatus
  var statistics: PoolStatistics

  /// The block of a terminal: bytes, segments with their replicas, rule firings, waits.
  var block: [String] {
    let shown = status.segments.suffix(DemoView.segments)
    let hidden = status.segments.count - shown.count
    var lines = ["  appended   \(amount)  \(bar)"]
    if hidden > 0 {
      let complete = status.segments.dropLast(shown.count).filter(\.isComplete).count
      lines.append("  segments   \(complete) of \(hidden) older ones complete")
    }
    lines += shown.map(DemoView.line)
    lines.append("  rules      \(firings)")
    if let waiting { lines.append("  waiting    \(waiting)") }
    return lines
  }

  /// One line for a log file: bytes, segments, repair, waits.
  var plain: String {
    let closed = status.segments.filter(\.closed).count
    let repairing = status.segments.flatMap(\.replicas).filter { $0.repairing }.count
    let parts = [
      "appended \(amount)",
      "\(counted(status.segments.count, "segment")), \(closed) closed",
      repairing > 0 ? "\(counted(repairing, "replica")) in repair" : nil,
      status.counters.replicasLost > 0
        ? "re-created \(status.counters.replicasRecreated) of \(status.counters.replicasLost)"
        : nil,
      waiting.map { "waiting: \($0)" },
    ]
    return parts.compactMap { $0 }.joined(separator: "; ")
  }

  /// `R1 9  R2 9 ...`: how often each rule fired, those that did.
  var firings: String {
    statistics.rules.filter { $0.count > 0 }
      .map { "\($0.leaf) \(grouped(Int($0.count)))" }.joined(separator: "  ")
  }

  /// Which rule waits for what, if something has waited for so long that a person asks why.
  var waiting: String? {
    WaitReport.line(
      statistics.waiting, backupsUp: status.members.count,
      replicas: status.settings.replicas)
  }

  private var amount: String {
    "\(decimal(Double(appended) / 1e6)) of \(decimal(Double(total) / 1e6)) MB"
  }

  private var bar: String {
    let filled = total > 0 ? min(30, appended * 30 / total) : 30
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: ".", count: 30 - filled) + "]"
  }

  private static func line(_ segment: LogStatus.Segment) -> String {
    let state = segment.closed ? "closed" : segment.finalized ? "closing" : "open"
    let size = "\(decimal(Double(segment.length) / 1e6)) MB".rightAligned(to: 7)
    let replicas = segment.replicas.map { replica -> String in
      guard let server = replica.server else { return "no backup".padded(to: 14) }
      let share = segment.length > 0 ? replica.committed * 100 / segment.length : 100
      let progress =
        replica.footer == .committed
        ? "closed" : replica.header == .committed ? "\(share)%" : "header"
      return "\(server) \(replica.repairing ? "repair " : "")\(progress)".padded(to: 14)
    }
    return "  segment \(String(segment.id).padded(to: 3)) \(state.padded(to: 8)) \(size)  "
      + replicas.joined(separator: " ")
  }
}

extension PoolStatistics {
  /// The rules, R before F, each with its count.
  var rules: [LeafCount] {
    leaves.filter { $0.kind == .rule }
      .sorted { ($0.leaf.first == "F" ? 1 : 0, $0.leaf) < ($1.leaf.first == "F" ? 1 : 0, $1.leaf) }
  }
}

extension LogStatus.Segment {
  /// All three replicas hold all that was appended so far, and their footers if it is finalized.
  var isComplete: Bool {
    replicas.allSatisfy {
      $0.server != nil && $0.header == .committed && $0.committed == length
        && (!finalized || $0.footer == .committed)
    }
  }
}
