import RulesRuntime

/// A clock that costs nothing, to tell the rules' cost from the clock's.
struct StoppedClock: PoolClock {
  var now: PoolInstant { PoolInstant(nanoseconds: 0) }
}

/// One thing to be measured: `body` does it `count` times.
struct Measurement {
  var name: String
  var count: Int
  var body: () -> Void
}

/// ns for one of each: the best of so many rounds, in which all take turns, because what else the
/// machine does only ever adds, and rarely to one of them alone.
func nanoseconds(_ measurements: [Measurement], rounds: Int = 9) -> [Double] {
  var best = Array(repeating: Double.infinity, count: measurements.count)
  for _ in 0..<rounds {
    for (index, measurement) in measurements.enumerated() {
      let start = SystemClock().now
      measurement.body()
      let time = Double((SystemClock().now - start).saturatedNanoseconds)
      best[index] = min(best[index], time / Double(measurement.count))
    }
  }
  return best
}

/// `12.3`
func tenths(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
}

func report(_ name: String, _ value: String) {
  print(name + String(repeating: " ", count: max(1, 62 - name.count)) + value)
}

func report(_ name: String, _ value: Double, _ unit: String) {
  report(name, tenths(value) + unit)
}

/// A ratio with two decimals.
func reportRatio(_ name: String, _ value: Double) {
  let hundredths = Int((value * 100).rounded())
  let decimals = hundredths % 100
  report(name, "\(hundredths / 100).\(decimals < 10 ? "0" : "")\(decimals)")
}
