/// Finds fewer faults with which a failing seed still fails in the same way.
package struct Shrinker {
  /// A run that fails.
  package struct Failure {
    package var faults: [Fault]
    package var violation: Violation
    package var events: Int
  }

  private let configuration: RunConfiguration
  private var best: Failure
  private var runsLeft: Int

  /// Runs again and again, at most so many times.
  /// - Returns: the smallest failure found; nil when it does not fail again.
  package static func shrink(_ configuration: RunConfiguration, runs: Int = 120) -> Failure? {
    let all = SimulationRun.plans(of: configuration).flatMap(\.faults)
    guard var shrinker = Shrinker(configuration, all, runs) else { return nil }
    shrinker.dropClasses()
    shrinker.dropFaults()
    return shrinker.best
  }

  private init?(_ configuration: RunConfiguration, _ all: [Fault], _ runs: Int) {
    self.configuration = configuration
    runsLeft = runs
    guard let first = Self.failure(configuration, all) else { return nil }
    best = first
  }

  private static func failure(_ configuration: RunConfiguration, _ faults: [Fault]) -> Failure? {
    let numbers = Set(faults.map(\.number))
    let run = SimulationRun(configuration)
    run.play(only: numbers)
    return run.violation.map {
      Failure(faults: faults, violation: $0, events: run.report.turns)
    }
  }

  /// Takes fewer faults if they are enough.
  private mutating func attempt(_ faults: [Fault]) -> Bool {
    guard runsLeft > 0, faults.count < best.faults.count else { return false }
    runsLeft -= 1
    guard let failure = Self.failure(configuration, faults),
      failure.violation.invariant == best.violation.invariant
    else { return false }
    best = failure
    return true
  }

  private mutating func dropClasses() {
    for kind in FaultClass.allCases where best.faults.contains(where: { $0.kind == kind }) {
      _ = attempt(best.faults.filter { $0.kind != kind })
    }
  }

  /// Leaves out halves, quarters, and so on, as in delta debugging.
  private mutating func dropFaults() {
    var size = max(1, best.faults.count / 2)
    while runsLeft > 0, !best.faults.isEmpty {
      var start = 0
      while start < best.faults.count, runsLeft > 0 {
        var fewer = best.faults
        fewer.removeSubrange(start..<min(start + size, fewer.count))
        if !attempt(fewer) { start += size }
      }
      if size == 1 { return }
      size /= 2
    }
  }
}
