import Foundation
import FoundationNetworking
import RulesNetwork
import TestSupport
import Testing

@testable import LogServices

@Suite("A server that is monitored over HTTP", .timeLimit(.minutes(20)))
struct MonitoringServerTests {
  @Test("tells its metrics and that it serves")
  func metricsAndHealth() async throws {
    try await Cluster.run { cluster in
      let directory = try TemporaryDirectory()
      try await cluster.withBackup(directory) { backup in
        let address = try #require(backup.monitoring)
        let metrics = try await get(address, "/metrics")
        #expect(metrics.status == 200)
        #expect(metrics.type == "text/plain; version=0.0.4; charset=utf-8")
        let read = try PrometheusReader(metrics.text)
        #expect(read.values["rules_turns_total{pool=\"backup\"}"] ?? 0 > 0)
        #expect(read.values["replog_replicas{state=\"open\"}"] == 0)
        let health = try await get(address, "/health")
        #expect(health.status == 200)
        #expect(health.text == "ok: serving as server \(backup.id)\n")
        let unknown = try await get(address, "/")
        #expect(unknown.status == 404)
      }
      let address = try #require(cluster.coordinator.monitoring)
      let read = try PrometheusReader(try await get(address, "/metrics").text)
      #expect(read.values["replog_members"] == 0)
      #expect(try await get(address, "/health").text == "ok: coordinates 0 backups\n")
    }
  }

  @Test(
    "answers what is no GET request with an error",
    arguments: [
      ("DELETE /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 405 Method Not Allowed\r\n"),
      ("hello\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"),
      (String(repeating: "x", count: 9_000), "HTTP/1.1 400 Bad Request\r\n"),
    ])
  func errors(_ request: String, _ reply: String) async throws {
    try await Cluster.run { cluster in
      let address = try #require(cluster.coordinator.monitoring)
      let answer = try await exchange(request, at: address)
      #expect(answer.hasPrefix(reply), "\(answer)")
    }
  }

  @Test("answers who closes his side at once, and others while many say nothing")
  func silentClients() async throws {
    try await Cluster.run { cluster in
      let address = try #require(cluster.coordinator.monitoring)
      var silent: [RawClient] = []
      for _ in 0..<MonitoringServer.connectionLimit * 2 {
        silent.append(try RawClient(address))
      }
      let answer = try await exchange("GET /health HTTP/1.0\n\n", at: address)
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
      #expect(answer.hasSuffix("\r\n\r\nok: coordinates 0 backups\n"), "\(answer)")
      silent.removeAll()
    }
  }

  // MARK: -

  /// Sends, closes the sending side, and receives until the end, on a thread that may block.
  private func exchange(_ request: String, at address: NetworkAddress) async throws -> String {
    let client = try RawClient(address)
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try client.exchange(request) }) }
    }
  }
}
