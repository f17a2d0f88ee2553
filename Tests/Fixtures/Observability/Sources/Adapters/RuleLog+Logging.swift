import Logging
import RulesRuntime

extension RuleLog {
  /// Writes to a logger of swift-log, from the level on that the logger has now.
  public init(_ logger: Logger) {
    // Both have the same seven levels in the same order.
    let levels = Logger.Level.allCases
    let minimum = levels.firstIndex(of: logger.logLevel).flatMap(Level.init(rawValue:))
    self.init(minimum: minimum ?? .info) { level, message in
      logger.log(level: levels[level.rawValue], "\(message)")
    }
  }
}
