import ReplicatedLog

extension ReplicatedLog {
  /// Opens a log that there is: a name that is wrong does not make a new one.
  static func openExisting(
    _ configuration: LogConfiguration
  ) async throws(CommandFailure) -> ReplicatedLog {
    try await CommandFailure.reporting {
      _ = try await ClusterInspector.answer(
        from: configuration.coordinators, patience: .seconds(5)
      ) { $0.find(configuration.name, completion: $1) }
      return try await ReplicatedLog.open(configuration)
    }
  }
}
