import RulesNetwork
import RulesRuntime

/// A failed server: a task that lives until no replica of the log uses the server. Its rule F1 is in
/// `rules/ReplicatedLog/ServerFailure.rules`.
final class ServerFailure {
  let membership = TaskMembership()
  /// The log, which outlives its pool's tasks.
  unowned let log: LogState
  let failed: ServerID

  init(log: LogState, failed: ServerID) {
    self.log = log
    self.failed = failed
  }
}

extension ServerFailure: RuleSubject {
  /// The highest bit keeps it apart from segments and replicas.
  var subjectID: UInt64 {
    1 << 63 | UInt64(failed.slot) << 32 | UInt64(failed.generation)
  }
  var subjectName: String { "failure of server \(failed)" }
}
