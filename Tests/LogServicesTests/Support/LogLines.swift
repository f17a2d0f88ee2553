import RulesRuntime

/// What a server told the operator.
final class LogLines: Sendable {
  private let lines = Guarded<[String]>([])

  var log: RuleLog {
    RuleLog(minimum: .debug) { level, message in
      self.lines.withLock { $0.append("\(level): \(message)") }
    }
  }

  var all: [String] { lines.withLock { $0 } }

  func contains(_ parts: String...) -> Bool {
    all.contains { line in parts.allSatisfy { line.contains($0) } }
  }
}
