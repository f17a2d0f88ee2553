import RulesRuntime
import RulesSimulation
import Testing

@testable import LogSimulation

/// Machines that are struck when a rule has fired.
@Suite struct RulePointTests {
  /// A calm cluster of one log, with one point.
  private func run(_ rule: RulePoint.Rule, ordinal: Int, _ strike: RulePoint.Strike)
    -> SimulationRun
  {
    let run = SimulationRun(RunConfiguration(seed: 3))
    let point = RulePoint(
      rule: rule, ordinal: ordinal, delay: .zero, victim: .itself, strike: strike)
    run.begin()
    run.run(for: .seconds(15)) { run.truths.allSatisfy { run.session(of: $0)?.isOpen == true } }
    let injector = FaultInjector(run: run)
    injector.play(
      FaultPlan(faults: [
        Fault(number: 0, time: .zero, kind: .atRule, action: .atRule(point, .seconds(1)))
      ]))
    run.run(for: .seconds(10))
    injector.heal()
    return run
  }

  @Test("Whoever fires a rule for the so-many-th time is struck, once")
  func strikes() {
    let data = RulePoint.Rule(scope: "Segment.replica", name: "R4")
    let owner = run(data, ordinal: 3, .kill)
    #expect(owner.report.points == [data: 1])
    #expect(owner.report.faults == [.atRule: 1])
    #expect(owner.machine("m1")?.starts == 2)
    #expect(owner.backups.allSatisfy { $0.starts == 1 })
    owner.end()

    let group = RulePoint.Rule(scope: "Flushing", name: "B4")
    let backup = run(group, ordinal: 1, .powerCut)
    #expect(backup.report.points == [group: 1])
    #expect(backup.machine("m1")?.starts == 1)
    #expect(backup.backups.map(\.starts).reduce(0, +) == backup.backups.count + 1)
    backup.end()

    let never = run(data, ordinal: 1_000_000, .kill)
    #expect(never.report.points == [:])
    #expect(never.machine("m1")?.starts == 1)
    never.end()
  }

  @Test("Every rule of a simulated world can be a point")
  func rules() {
    let names = RulePoint.rules.map(\.description)
    #expect(Set(names).count == names.count)
    #expect(names.contains("Segment.replica R1") && names.contains("ServerFailure.replica F1"))
    #expect(names.contains("MembershipPoll M1") && names.contains("Flushing B1"))
  }
}
