import Glibc
import RulesRuntime

/// What a pool on its own thread costs that has tasks, all of which wait: the processor time of the
/// whole process in a second in which nothing happens, and the turns it makes.
func measureIdlePool() async throws {
  let pool = try await Pool(name: "idle") { core in
    for id in 0..<UInt64(1_000) {
      let segment = Segment(id, replicas: 0)
      core.add(segment)
    }
    return core
  }
  while try await pool.read({ $0.statistics.activeTasks }) > 0 {}
  let turns = try await pool.read { $0.statistics.turns }
  let before = processorTime()
  sleep(1)
  let used = processorTime() - before
  let after = try await pool.read { $0.statistics.turns }
  report("idle pool: processor time in a second", used / 1_000, " us")
  // One turn is that of the question.
  report("idle pool: turns in a second", "\(after - turns - 1)")
  await pool.shutdown()
}

/// Of all threads of the process, in ns.
private func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}
