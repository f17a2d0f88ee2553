import RulesRuntime
import Synchronization

/// Keeps what is logged.
final class LogRecorder: Sendable {
  struct Line: Sendable {
    var level: RuleLog.Level
    var text: String
  }

  private let recorded = Mutex<[Line]>([])

  var log: RuleLog {
    RuleLog(minimum: .trace) { level, text in
      self.recorded.withLock { $0.append(Line(level: level, text: text)) }
    }
  }

  var lines: [Line] { recorded.withLock { $0 } }
  var warnings: [String] { lines.filter { $0.level >= .warning }.map(\.text) }
}
