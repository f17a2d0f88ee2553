import RulesRuntime

/// What an `await` of a pool costs: from a task on the pool's own executor, from another thread, and
/// from another thread while the pool spins before it sleeps; and what many timers cost.
func measureAwait() async throws {
  let sleeping = try await Pool(name: "sleeping") { $0 }
  let spinning = try await Pool(name: "spinning", spin: .microseconds(100)) { $0 }
  var best = (inside: Double.infinity, outside: Double.infinity, spinning: Double.infinity)
  // In turns, and the best of each, as in `nanoseconds`.
  for _ in 0..<9 {
    let inside = try await Task(executorPreference: sleeping.taskExecutor) {
      try await readTime(of: sleeping, count: 100_000)
    }.value
    best.inside = min(best.inside, inside)
    best.outside = min(best.outside, try await readTime(of: sleeping, count: 5_000))
    best.spinning = min(best.spinning, try await readTime(of: spinning, count: 5_000))
  }
  await sleeping.shutdown()
  await spinning.shutdown()
  report("await pool.read from the pool's executor", best.inside, " ns")
  report("await pool.read from another thread", best.outside, " ns")
  report("await pool.read from another thread, the pool spins", best.spinning, " ns")
  reportRatio("ratio of another thread and the pool's executor", best.outside / best.inside)
  measureTimers()
}

/// ns for one read.
private func readTime(of pool: Pool<PoolCore>, count: Int) async throws -> Double {
  let start = SystemClock().now
  for _ in 0..<count { try await pool.read { _ in } }
  return Double((SystemClock().now - start).saturatedNanoseconds) / Double(count)
}

/// Arming and cancelling beside so many timers that are armed.
private func measureTimers() {
  let measurements = [10, 100_000].map { armed in
    let core = PoolCore(name: "timers", clock: StoppedClock())
    var random = SplitMix64(seed: 1)
    for _ in 0..<armed {
      core.schedule(after: .nanoseconds(Int64.random(in: 1..<1_000_000, using: &random))) {}
    }
    let delays = (0..<1_000).map { _ in
      Duration.nanoseconds(Int64.random(in: 1..<1_000_000, using: &random))
    }
    return Measurement(name: "timer: arm and cancel beside \(armed)", count: 100_000) {
      for _ in 0..<100 {
        let timers = delays.map { core.schedule(after: $0) {} }
        for timer in timers { timer.cancel() }
      }
    }
  }
  for (measurement, cost) in zip(measurements, nanoseconds(measurements)) {
    report(measurement.name, cost, " ns")
  }
}
