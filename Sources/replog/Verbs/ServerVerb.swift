import LogServices
import RulesNetwork
import RulesRuntime

/// What the two server verbs share: the ready line, messages on stderr, the end.
struct ServerVerb: Sendable {
  var console: Console
  var name: String

  /// Messages go to stderr, a line each.
  var log: RuleLog {
    let console = console
    let name = name
    return RuleLog(minimum: .info) { level, message in
      console.report("replog \(name): \(level): \(message)")
    }
  }

  /// Says that the server can be used, and where it tells how it is.
  func announce(
    _ server: ServerID?, _ address: NetworkAddress, monitoring: NetworkAddress?
  ) {
    if let monitoring {
      log.log(.notice, "metrics at http://\(monitoring)/metrics, health at /health")
    }
    console.line(ReadyLine(server: server, address: address).description)
  }

  /// Starts the server; what keeps it from starting (a port or a directory in use, damaged files,
  /// no coordinator) becomes one line and an exit code.
  func starting<Server: Sendable>(
    _ start: () async throws -> Server
  ) async throws(CommandFailure) -> Server {
    do {
      return try await start()
    } catch {
      let code: ExitCode =
        switch (error as? ServiceError)?.kind {
        case .wrongDirectory: .wrongDirectory
        case .inUse, .noCoordinator: .unavailable
        case .other, nil: .usage
        }
      throw CommandFailure("\(error)", code: code)
    }
  }

  /// The exit code that fits the reason of the end.
  /// - Throws: `CommandFailure` when the server did not end on request.
  func end(_ reason: StopReason?) throws(CommandFailure) -> ExitCode {
    switch reason {
    case .signal, .parentEnded, .backup(.shutDown), nil: return .success
    case .backup(.declaredDead):
      throw CommandFailure(
        "the cluster declared this backup dead and goes on without it; start it again to join",
        code: .declaredDead)
    case .deposed(let reason):
      throw CommandFailure(
        "another coordinator may lead by now (\(reason)); start this one again to stand by",
        code: .declaredDead)
    case .backup(.storageFailed(let reason)):
      throw CommandFailure("the disk failed: \(reason)", code: .diskFailed)
    }
  }
}
