import RulesRuntime

/// What a monitoring server answers: a status and a text.
struct MonitoringReply: Hashable, Sendable {
  /// The HTTP statuses that occur.
  enum Status: Int, Sendable {
    case ok = 200
    case malformed = 400
    case unknownPath = 404
    case methodNotAllowed = 405
    case unavailable = 503

    fileprivate var reason: String {
      switch self {
      case .ok: "OK"
      case .malformed: "Bad Request"
      case .unknownPath: "Not Found"
      case .methodNotAllowed: "Method Not Allowed"
      case .unavailable: "Service Unavailable"
      }
    }
  }

  var status: Status
  var contentType = "text/plain; charset=utf-8"
  var text: String

  /// Prometheus' text format.
  static func metrics(_ samples: [MetricSample]) -> MonitoringReply {
    MonitoringReply(
      status: .ok, contentType: PoolMetrics.prometheusContentType,
      text: MetricSample.prometheusText(samples))
  }

  /// `ok` and a sentence, or why the server does not serve.
  static func health(_ isHealthy: Bool, _ sentence: String) -> MonitoringReply {
    MonitoringReply(
      status: isHealthy ? .ok : .unavailable, text: (isHealthy ? "ok: " : "") + sentence + "\n")
  }

  /// The whole reply, after which the connection is closed.
  var encoded: [UInt8] {
    let body = Array(text.utf8)
    let allow = status == .methodNotAllowed ? "Allow: GET\r\n" : ""
    let head =
      "HTTP/1.1 \(status.rawValue) \(status.reason)\r\nContent-Type: \(contentType)\r\n"
      + "Content-Length: \(body.count)\r\nCache-Control: no-store\r\n\(allow)Connection: close\r\n\r\n"
    return Array(head.utf8) + body
  }
}
