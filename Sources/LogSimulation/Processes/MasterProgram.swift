import ReplicatedLog
import RulesRuntime

/// A process that owns logs.
final class MasterProgram {
  private(set) var sessions: [LogSession] = []
  private let process: SimulatedProcess
  private let run: SimulationRun

  init(process: SimulatedProcess, run: SimulationRun) {
    self.process = process
    self.run = run
  }

  // The sessions' closures may run while they go: none may find them then.
  deinit {
    for session in sessions { session.end() }
  }

  /// The owner that a log has here now.
  func session(of truth: LogTruth) -> LogSession? {
    sessions.last { $0.truth === truth && $0.failure == nil }
  }

  /// Becomes a log's owner, and lets go of what it was to it before.
  func open(_ truth: LogTruth) {
    for session in sessions where session.truth === truth { session.end() }
    sessions.removeAll { $0.truth === truth }
    do {
      sessions.append(try LogSession(truth, in: process, run: run))
    } catch {
      run.world.log.note("\(process.name) cannot open \(truth.name): \(error)")
      run.openLater(truth)
    }
  }
}
