import RulesRuntime

/// What counting states costs, beside counting leaves alone: the same generated code in two pools
/// that differ in `PoolCore.init(counting:)` only, taking turns.
func measureCounters() {
  let segments = { (id: UInt64) in Segment(id, replicas: 3) }
  let pairs: [(name: String, with: Fleet, without: Fleet, perTask: Int)] = [
    (
      "firing, 4,096 states", Fleet(counting: .states, segments),
      Fleet(counting: .leaves, segments), 3
    ),
    (
      "evaluation that waits, 4,096 states",
      Fleet(waiting: true, counting: .states) { waiting(segments($0)) },
      Fleet(waiting: true, counting: .leaves) { waiting(segments($0)) }, 3
    ),
    (
      "evaluation that waits, 33,554,432 states",
      Fleet(waiting: true, counting: .states, Panel.init),
      Fleet(waiting: true, counting: .leaves, Panel.init), 1
    ),
  ]
  for pair in pairs {
    // Short, so that some of many are undisturbed: the difference is small beside one disturbance.
    let turns = 30 / pair.perTask
    // Every state has come up and the trace is full before anything is measured.
    for fleet in [pair.with, pair.without] { for _ in 0..<300 { fleet.turn() } }
    let costs = nanoseconds(
      [pair.with, pair.without].map { fleet in
        Measurement(name: "", count: turns * pair.perTask * Fleet.tasks) {
          for _ in 0..<turns { fleet.turn() }
        }
      }, rounds: 500)
    report("\(pair.name), states counted", costs[0], " ns")
    report("\(pair.name), leaves counted", costs[1], " ns")
    report("difference", costs[0] - costs[1], " ns")
  }
}
