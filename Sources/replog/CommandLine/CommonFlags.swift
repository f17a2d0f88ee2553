import ReplicatedLog
import RulesNetwork
import RulesRuntime

extension Flag {
  static let coordinator = Flag(
    "--coordinator", "HOST:PORT",
    "where the cluster's coordinator listens; several, with commas\n"
      + "between them, where others stand by", required: true)
  static let log = Flag("--log", "NAME", "the log's name (default: main)")
  static let metrics = Flag(
    "--metrics", "HOST:PORT", "where to answer /metrics and /health over HTTP (default: nowhere)")
  static let durability = Flag(
    "--durability", "LEVEL",
    "what an answered write survives: memory, the process's end;\ndisk, "
      + "the machine's (default: disk)")
  static let exitWithParent = Flag(
    "--exit-with-parent", "end when stdin ends: no server outlives what started it")
}

extension Options {
  /// `memory`, `disk`, or nil when the flag is not there.
  func durability() throws(CommandFailure) -> String? {
    guard let level = string("--durability") else { return nil }
    guard ["memory", "disk"].contains(level) else {
      throw CommandFailure("--durability \(level): neither memory nor disk")
    }
    return level
  }

  /// Where a server answers over HTTP, if it is to.
  func metricsAddress() throws(CommandFailure) -> NetworkAddress? {
    has("--metrics") ? try listenAddress("--metrics", default: "127.0.0.1:0") : nil
  }

  /// The log that the flags name.
  func logConfiguration(log: RuleLog) throws(CommandFailure) -> LogConfiguration {
    let name = string("--log") ?? "main"
    guard (1...255).contains(name.utf8.count) else {
      throw CommandFailure("--log: a name has 1 to 255 bytes")
    }
    let coordinators = try addresses("--coordinator")
    var configuration = LogConfiguration(coordinator: coordinators[0], name: name, log: log)
    configuration.standbys = Array(coordinators.dropFirst())
    return configuration
  }
}

extension CommandFailure {
  /// Runs `body`; what it throws becomes one line and the exit code that fits.
  static func reporting<Result: Sendable>(
    _ body: () async throws -> Result
  ) async throws(CommandFailure) -> Result {
    do {
      return try await body()
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The line and exit code for any error.
  init(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as LogError:
      switch error {
      case .unreachable(let address):
        self.init("no coordinator answers at \(address)", code: .unavailable)
      case .configuration(let reason): self.init(reason, code: .usage)
      default: self.init(error.description, code: .failure)
      }
    default: self.init("\(error)", code: .failure)
    }
  }
}
