import RulesRuntime

/// What the pool around the rules costs: firings of many tasks, the clock, the trace, tasks that are
/// inactive or wait, and a pool that has nothing to do.
func measurePool() {
  let measurements = [
    firings("firing: 1 task, 1 replica, clock stopped", tasks: 1, replicas: 1),
    firings("firing: 1 task, 1 replica", tasks: 1, replicas: 1, clock: SystemClock()),
    firings("firing: 1,000 tasks, 3 replicas", tasks: 1_000, replicas: 3, clock: SystemClock()),
    firings(
      "firing: 1,000 tasks, 3 replicas, no trace", tasks: 1_000, replicas: 3,
      clock: SystemClock(), traceCapacity: 0),
    cycles("activate, fire: 1 turn", Crowd(), turns: 1),
    cycles("activate, fire, wait: 2 turns", Crowd(), turns: 2),
    cycles("activate, fire: 1 turn, in a crowd", Crowd.large, turns: 1),
    cycles("activate, fire, wait: 2 turns, in a crowd", Crowd.large, turns: 2),
  ]
  let costs = nanoseconds(measurements)
  for (measurement, cost) in zip(measurements, costs) { report(measurement.name, cost, " ns") }
  report("trace record", costs[2] - costs[3], " ns")
  reportRatio("1,000,000 inactive and 100,000 waiting tasks / none: 1 turn", costs[6] / costs[4])
  reportRatio("1,000,000 inactive and 100,000 waiting tasks / none: 2 turns", costs[7] / costs[5])
}

/// Tasks that have nothing to do.
private struct Crowd {
  /// At their goal.
  var inactive = 0
  /// Waiting for a reply, with a timer that would warn.
  var waiting = 0

  static let large = Crowd(inactive: 1_000_000, waiting: 100_000)

  /// Puts them into a pool and lets them come to rest.
  func join(_ core: PoolCore) {
    for id in 0..<inactive { core.add(Segment(UInt64(id), replicas: 0)) }
    for id in inactive..<inactive + waiting {
      let segment = Segment(UInt64(id), replicas: 1)
      wait(segment.replicas[0])
      core.add(segment)
    }
    _ = core.step()
  }
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

/// Activations of a waiting task, each of which fires a rule in the next turn and, in the one after,
/// waits again.
private func cycles(_ name: String, _ crowd: Crowd, turns: Int) -> Measurement {
  let core = PoolCore(name: "cycle", clock: StoppedClock())
  crowd.join(core)
  let one = Segment(UInt64(crowd.inactive + crowd.waiting), replicas: 1)
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
      if turns == 2 { _ = core.step() }
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
