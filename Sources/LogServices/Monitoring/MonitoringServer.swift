import RulesNetwork
import RulesRuntime

/// Tells monitoring systems over HTTP/1 how a server is: `/metrics` in Prometheus' text format, and
/// `/health`, 200 while it serves and 503 while it does not. Belongs to its pool's thread.
///
/// It changes nothing and knows no secret, so whoever can connect may ask. One request a connection;
/// connections are few, and each has a few seconds.
final class MonitoringServer {
  /// What is told, made when it is asked for.
  struct Pages {
    var metrics: () -> [MetricSample]
    var health: () -> MonitoringReply
  }

  /// Where it listens really.
  let address: NetworkAddress
  private let core: PoolCore
  private let pages: Pages
  private var listener: (any TransportListener)?
  /// The oldest first: it has to go when there are too many.
  private var connections: [MonitoringConnection] = []

  static let connectionLimit = 16
  static let timeLimit = Duration.seconds(5)

  /// - Throws: a `SystemError` when it cannot listen.
  init(
    core: PoolCore, transport: any Transport, address: NetworkAddress, pages: Pages
  ) throws(SystemError) {
    self.core = core
    self.pages = pages
    let gate = Gate()
    let listener = try transport.listen(at: address) { gate.server?.accept($0) }
    self.listener = listener
    self.address = listener.address
    gate.server = self
  }

  /// Lets the listener's closure exist before the server does.
  private final class Gate {
    weak var server: MonitoringServer?
  }

  /// Ends all connections. Idempotent.
  func close() {
    listener?.close()
    listener = nil
    for connection in connections { connection.close() }
    connections = []
  }

  private func accept(_ transport: any TransportConnection) {
    if connections.count >= Self.connectionLimit { connections.removeFirst().close() }
    let connection = MonitoringConnection(
      transport, answer: { [weak self] in self?.answer($0) },
      ended: { [weak self] ended in self?.connections.removeAll { $0 === ended } })
    connections.append(connection)
    connection.timer = core.schedule(after: Self.timeLimit) { [weak connection] in
      connection?.end()
    }
  }

  private func answer(_ request: MonitoringRequest) -> MonitoringReply {
    guard request.method == "GET" else {
      return MonitoringReply(status: .methodNotAllowed, text: "only GET is answered\n")
    }
    switch request.path {
    case "/metrics": return .metrics(pages.metrics())
    case "/health": return pages.health()
    default:
      return MonitoringReply(
        status: .unknownPath, text: "there are /metrics and /health\n")
    }
  }
}
