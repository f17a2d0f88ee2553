import LogSimulation

/// What is said at the end of many seeds.
struct SimulationSummary {
  var campaign: Campaign
  var first: UInt64

  var text: String {
    (totals + faults + rules).joined(separator: "\n") + "\n"
  }

  private var totals: [String] {
    let sum = campaign.sum
    let real = max(campaign.time.inSeconds, 1e-9)
    let simulated = sum.simulated.inSeconds
    return [
      "\(counted(campaign.seeds, "seed")) from \(first): \(campaign.failures.count) failed, trace "
        + hexadecimal(campaign.fingerprint),
      "\(grouped(Int(simulated))) simulated s in \(decimal(real)) s "
        + "(\(grouped(Int(simulated / real))) a second), \(grouped(sum.turns)) events "
        + "(\(grouped(Int(Double(sum.turns) / real))) a second)",
      "\(counted(sum.acknowledged, "record")) acknowledged, \(grouped(sum.whatIfs)) times asked what "
        + "would be left, \(counted(sum.reads, "log")) read with \(counted(sum.recordsRead, "record")), "
        + "\(counted(sum.starts, "process start")), \(grouped(sum.failedOwners)) owners ended early",
    ]
  }

  private var faults: [String] {
    let all = campaign.sum.faults.sorted { $0.key.rawValue < $1.key.rawValue }
    guard !all.isEmpty else { return ["no faults"] }
    let list = all.map { "\($0.key.rawValue) \(grouped($0.value))" }.joined(separator: ", ")
    return [
      "faults: \(list); \(campaign.sum.spared) spared the last copy, "
        + "\(campaign.sum.losses) runs lost data and said so, "
        + "\(campaign.sum.shortages) had too few backups left, "
        + "\(campaign.sum.excused) were misled by tampered disks"
    ]
  }

  private var rules: [String] {
    let leaves = campaign.sum.leaves.sorted { $0.key < $1.key }
    let fired = leaves.filter { $0.value > 0 }.map { "\($0.key) \(grouped(Int($0.value)))" }
    let never = leaves.filter { $0.value == 0 }.map(\.key)
    return ["rules: \(fired.joined(separator: ", "))"]
      + (never.isEmpty ? [] : ["never: \(never.joined(separator: ", "))"]) + points
  }

  /// Where machines were struck: the more rules, the better.
  private var points: [String] {
    let struck = campaign.sum.points
    guard !struck.isEmpty else { return [] }
    let spared = RulePoint.rules.filter { struck[$0] == nil }.map(\.description)
    return [
      "struck when a rule had fired: \(struck.count) of \(counted(RulePoint.rules.count, "rule"))"
        + (spared.isEmpty ? "" : ", not \(spared.joined(separator: ", "))")
    ]
  }
}
