/// Bytes that a record of 100 bytes has in a segment.
private let entryBytes = 108.0

/// Medians over the rounds; each ratio is that of one round.
func report(_ rounds: [Round]) {
  for durability in ["memory", "disk"] {
    func line(
      _ name: String, _ unit: String, _ own: (BenchOutput.Level) -> Double,
      floor: (Round) -> Double
    ) {
      let pairs = rounds.compactMap { round in
        round.output.levels.first { $0.durability == durability }.map { (own($0), floor(round)) }
      }
      let text =
        "\(number(median(pairs.map(\.0)))) \(unit), floor \(number(median(pairs.map(\.1)))) \(unit)"
      print(
        padded("\(durability): \(name)") + text
          + ", ratio \(number(median(pairs.map { $0.0 / $0.1 })))")
    }
    line(
      "append of 100 bytes, one client, p50", "us", { $0.oneClient.p50 },
      floor: { durability == "disk" ? $0.diskFanOut : $0.memoryFanOut })
    line(
      "the same, on the log's own thread", "us", { $0.oneClientOnThread.p50 },
      floor: { durability == "disk" ? $0.diskFanOut : $0.memoryFanOut })
    line(
      "10,000 records at once", "M/s", { $0.pipelinedPerSecond / 1e6 },
      floor: { $0.replication / entryBytes / 1e6 })
    line(
      "repair of a lost backup", "MB/s", { $0.repairBytesPerSecond / 1e6 },
      floor: { $0.stream / 1e6 })
    line(
      "recovery by a new owner", "MB/s", { $0.recoveryBytesPerSecond / 1e6 },
      floor: { $0.stream / 1e6 })
  }
}

private func median(_ values: [Double]) -> Double {
  values.isEmpty ? .nan : values.sorted()[values.count / 2]
}

private func number(_ value: Double) -> String {
  guard value.isFinite else { return "-" }
  let hundredths = Int((value * 100).rounded())
  let digits = hundredths % 100
  return value >= 100
    ? "\(hundredths / 100)" : "\(hundredths / 100).\(digits < 10 ? "0" : "")\(digits)"
}

private func padded(_ text: String) -> String {
  text + String(repeating: " ", count: max(1, 50 - text.count))
}
