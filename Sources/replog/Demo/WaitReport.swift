import RulesRuntime

/// Which rule waits for what, for a person who sees nothing move.
enum WaitReport {
  /// The rules that fired and could not act: R1 when there is no backup to choose. (What waits for
  /// a reply goes on by itself, or ends with F1.) One line, or nil when there is none.
  static func line(
    _ waiting: [PoolStatistics.Waiting], backupsUp: Int, replicas: Int
  ) -> String? {
    let stuck = waiting.filter { $0.leaf.hasPrefix("R") }
    guard let first = stuck.first else { return nil }
    let others = stuck.count > 1 ? " and \(stuck.count - 1) more" : ""
    return "\(first.leaf) \"\(first.label)\" of \(first.subject)\(others) waits for a backup: "
      + "\(backupsUp) of at least \(replicas) are up"
  }
}
