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
    "what records of a new log survive: memory, any process's end;\ndisk, "
      + "any machine's (default: disk)")
  static let replicas = Flag(
    "--replicas", "N", "how many backups keep each record of a new log: 1 or 3 (default: 3)")
  static let exitWithParent = Flag(
    "--exit-with-parent", "end when stdin ends: no server outlives what started it")
}

extension Options {
  /// nil when the flag is not there.
  func durability() throws(CommandFailure) -> LogDurability? {
    guard let text = string("--durability") else { return nil }
    guard let level = LogDurability.allCases.first(where: { $0.description == text }) else {
      throw CommandFailure("--durability \(text): neither memory nor disk")
    }
    return level
  }

  /// nil when the flag is not there.
  func replicas() throws(CommandFailure) -> Int? {
    guard let text = string("--replicas") else { return nil }
    guard let count = Int(text), LogSettings.replicaCounts.contains(count) else {
      throw CommandFailure("--replicas \(text): neither 1 nor 3")
    }
    return count
  }

  /// A position of a log, `3` or `3:4096`; nil when the flag is not there.
  func position(_ flag: String) throws(CommandFailure) -> LogPosition? {
    guard let text = string(flag) else { return nil }
    guard let position = LogPosition(text) else {
      throw CommandFailure("\(flag) \(text): not SEGMENT or SEGMENT:OFFSET, such as 3:4096")
    }
    return position
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
    var configuration = LogConfiguration(
      coordinator: coordinators[0], name: name, durability: try durability(),
      replicas: try replicas(), log: log)
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

  /// - Parameter reason: why the last one that was tried does not.
  static func noCoordinator(
    at addresses: [NetworkAddress], because reason: String? = nil
  ) -> CommandFailure {
    let places = addresses.map(\.description).joined(separator: ", ")
    let last = addresses.count > 1 ? "the last one: " : ""
    return CommandFailure(
      "no coordinator answers at \(places)" + (reason.map { ": \(last)\($0)" } ?? ""),
      code: .unavailable)
  }

  /// The line and exit code for any error.
  init(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as LogError:
      switch error {
      case .unreachable(let addresses): self = .noCoordinator(at: addresses)
      case .configuration(let reason): self.init(reason, code: .usage)
      default: self.init(error.description, code: .failure)
      }
    default: self.init("\(error)", code: .failure)
    }
  }
}
