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

/// ns for one of each: the best of nine rounds, in which all take turns, because what else the
/// machine does only ever adds, and rarely to one of them alone.
func nanoseconds(_ measurements: [Measurement]) -> [Double] {
  var best = Array(repeating: Double.infinity, count: measurements.count)
  for _ in 0..<9 {
    for (index, measurement) in measurements.enumerated() {
      let start = SystemClock().now
      measurement.body()
      let time = Double((SystemClock().now - start).saturatedNanoseconds)
      best[index] = min(best[index], time / Double(measurement.count))
    }
  }
  return best
}

/// Firings of so many tasks of so many replicas that never come to rest.
func firings(
  _ name: String, tasks: Int, replicas: Int, clock: any PoolClock, traceCapacity: Int = 65_536
) -> Measurement {
  let core = PoolCore(name: "firing", clock: clock, traceCapacity: traceCapacity)
  for id in 0..<tasks { core.add(Segment(UInt64(id), replicas: replicas, appended: .max)) }
  let turns = 1_000_000 / (tasks * replicas)
  return Measurement(name: name, count: turns * tasks * replicas) {
    for _ in 0..<turns { _ = core.step() }
  }
}

/// Activations of a waiting task, each of which fires a rule and, a turn later, waits again, among
/// so many inactive tasks.
func cycles(_ name: String, inactive: Int) -> Measurement {
  let core = PoolCore(name: "cycle", clock: StoppedClock())
  for id in 0..<inactive { core.add(Segment(UInt64(id), replicas: 0, appended: 0)) }
  let one = Segment(UInt64(inactive), replicas: 1, appended: .max)
  one.replicas[0].header = .committed
  one.replicas[0].rpc = .flying
  core.add(one)
  _ = core.step()
  return Measurement(name: name, count: 300_000) {
    for _ in 0..<300_000 {
      one.replicas[0].rpc = .ok
      one.membership.activate()
      _ = core.step()
      one.replicas[0].rpc = .flying
      _ = core.step()
    }
  }
}

/// `12.3`
func tenths(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
}

func report(_ name: String, _ value: Double, _ unit: String) {
  let padding = String(repeating: " ", count: max(1, 62 - name.count))
  print("\(name)\(padding)\(tenths(value))\(unit)")
}

let measurements = [
  firings("firing: 1 task, 1 replica, clock stopped", tasks: 1, replicas: 1, clock: StoppedClock()),
  firings("firing: 1 task, 1 replica", tasks: 1, replicas: 1, clock: SystemClock()),
  firings("firing: 1,000 tasks, 3 replicas", tasks: 1_000, replicas: 3, clock: SystemClock()),
  firings(
    "firing: 1,000 tasks, 3 replicas, no trace", tasks: 1_000, replicas: 3, clock: SystemClock(),
    traceCapacity: 0),
  cycles("activate, fire, wait: 2 turns", inactive: 0),
  cycles("activate, fire, wait: 2 turns, 1,000,000 inactive tasks", inactive: 1_000_000),
]
let costs = nanoseconds(measurements)
for (measurement, cost) in zip(measurements, costs) { report(measurement.name, cost, " ns") }
report("trace record", costs[2] - costs[3], " ns")
report("ratio of the cycle with and without a million inactive tasks", costs[5] / costs[4], "")
