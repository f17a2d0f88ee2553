import RulesRuntime
import RulesSimulation

extension SimulationRun {
  /// How long a task may wait when all is well: a request on a connection that nobody knows to be dead is
  /// sent again after five seconds.
  private static let longestWait = Duration.seconds(6)
  /// Tasks that wait for what need not happen.
  private static let patientTasks: Set<String> = ["MembershipPoll"]

  /// All was well and still is: every task is at its goal, or was a moment ago.
  func checkRest() {
    if configuration.restTime > .zero { run(for: configuration.restTime) { lateTask == nil } }
    // The death of a backup whose disk is beyond use may be noticed late.
    guard violation == nil, !isOver, truths.allSatisfy(isWhole) else { return }
    report(lateTask)
  }

  private var lateTask: Violation? {
    for core in allMachines.flatMap({ $0.process?.members.map(\.core) ?? [] }) {
      for task in core.unfinished() where !Self.patientTasks.contains(task.task) {
        let late = task.subjects.first {
          $0.state != .atGoal && world.clock.now - $0.since >= Self.longestWait
        }
        guard let late else { continue }
        let time = world.clock.now - late.since
        return Violation(
          .l1, "\(core.name): \(late.name) is in \(late.leaf) for \(time), though all is well")
      }
    }
    return nil
  }
}
