import RulesRuntime

/// What the pool around the rules costs: firings of many tasks, the clock, the trace, tasks that are
/// inactive.
func measurePool() {
  let measurements = [
    firings("firing: 1 task, 1 replica, clock stopped", tasks: 1, replicas: 1),
    firings("firing: 1 task, 1 replica", tasks: 1, replicas: 1, clock: SystemClock()),
    firings("firing: 1,000 tasks, 3 replicas", tasks: 1_000, replicas: 3, clock: SystemClock()),
    firings(
      "firing: 1,000 tasks, 3 replicas, no trace", tasks: 1_000, replicas: 3,
      clock: SystemClock(), traceCapacity: 0),
    cycles("activate, fire, wait: 2 turns", inactive: 0),
    cycles("activate, fire, wait: 2 turns, 1,000,000 inactive tasks", inactive: 1_000_000),
  ]
  let costs = nanoseconds(measurements)
  for (measurement, cost) in zip(measurements, costs) { report(measurement.name, cost, " ns") }
  report("trace record", costs[2] - costs[3], " ns")
  reportRatio("ratio of the cycle with and without a million inactive tasks", costs[5] / costs[4])
}

/// Firings of so many tasks of so many replicas that never come to rest.
private func firings(
  _ name: String, tasks: Int, replicas: Int, clock: any PoolClock = StoppedClock(),
  traceCapacity: Int = 65_536
) -> Measurement {
  let core = PoolCore(name: "firing", clock: clock, traceCapacity: traceCapacity)
  for id in 0..<tasks { core.add(Segment(UInt64(id), replicas: replicas)) }
  let turns = 1_000_000 / (tasks * replicas)
  return Measurement(name: name, count: turns * tasks * replicas) {
    for _ in 0..<turns { _ = core.step() }
  }
}

/// Activations of a waiting task, each of which fires a rule and, a turn later, waits again, among
/// so many inactive tasks.
private func cycles(_ name: String, inactive: Int) -> Measurement {
  let core = PoolCore(name: "cycle", clock: StoppedClock())
  for id in 0..<inactive { core.add(Segment(UInt64(id), replicas: 0)) }
  let one = Segment(UInt64(inactive), replicas: 1)
  let replica = one.replicas[0]
  wait(replica)
  core.add(one)
  _ = core.step()
  return Measurement(name: name, count: 300_000) {
    for _ in 0..<300_000 {
      replica.rpc = .ok
      one.membership.activate()
      _ = core.step()
      wait(replica)
      _ = core.step()
    }
  }
}

/// A replica that has data on the way and waits for the reply: W1.
func wait(_ replica: Replica) {
  replica.server = .chosen
  replica.header = .committed
  replica.rpc = .flying
  replica.committed = 0
  replica.sent = 1
}
