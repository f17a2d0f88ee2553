import Testing

@testable import LogServices

@Suite("The head of an HTTP request")
struct MonitoringRequestTests {
  func read(_ text: String) -> MonitoringRequest.Progress {
    MonitoringRequest.read(Array(text.utf8))
  }

  @Test("is read once its blank line is there, in pieces of any size")
  func pieces() {
    let text = "GET /metrics?all=1 HTTP/1.1\r\nHost: here\r\n\r\n"
    for end in text.indices {
      #expect(read(String(text[..<end])) == .incomplete)
    }
    #expect(read(text) == .complete(MonitoringRequest(method: "GET", path: "/metrics")))
    #expect(read(text + "more") == read(text))
  }

  @Test("may have lines without a carriage return")
  func lineFeeds() {
    #expect(
      read("HEAD / HTTP/1.0\n\n") == .complete(MonitoringRequest(method: "HEAD", path: "/")))
  }

  @Test(
    "is malformed when its first line is none",
    arguments: [
      "\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET metrics HTTP/1.1\r\n\r\n",
      "GET / HTTP/2\r\n\r\n", " / HTTP/1.1\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
    ])
  func malformed(_ text: String) { #expect(read(text) == .malformed) }

  @Test("is malformed when it does not end")
  func endless() {
    let limit = MonitoringRequest.limit
    #expect(read(String(repeating: "x", count: limit - 1)) == .incomplete)
    #expect(read(String(repeating: "x", count: limit)) == .malformed)
  }
}
