/// How long single operations took.
struct Latencies: Sendable {
  /// In nanoseconds.
  private var samples: [Int64] = []

  var count: Int { samples.count }

  mutating func add(_ time: Duration) {
    let (seconds, attoseconds) = time.components
    samples.append(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  mutating func add(_ other: Latencies) { samples += other.samples }

  /// Of the sorted samples that at `part` of their number, in microseconds; 0 without samples.
  func percentiles(_ parts: [Double]) -> [Double] {
    let sorted = samples.sorted()
    return parts.map { part in
      guard !sorted.isEmpty else { return 0 }
      return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]) / 1_000
    }
  }
}
