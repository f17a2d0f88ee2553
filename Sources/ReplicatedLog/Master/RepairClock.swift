import RulesRuntime

/// Measures for how long anything was under repair; repairs that overlap count once.
struct RepairClock {
  private var repairs = 0
  private var since = PoolInstant(nanoseconds: 0)
  private var elapsed = Duration.zero

  mutating func begin(at now: PoolInstant) {
    if repairs == 0 { since = now }
    repairs += 1
  }

  mutating func end(at now: PoolInstant) {
    repairs -= 1
    if repairs == 0 { elapsed += now - since }
  }

  func total(at now: PoolInstant) -> Duration {
    repairs > 0 ? elapsed + (now - since) : elapsed
  }
}
