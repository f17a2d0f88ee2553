import Testing

@testable import LogServices

@Suite("A reply over HTTP")
struct HTTPReplyTests {
  func read(_ text: String, isEnd: Bool = false) -> HTTPReply.Progress {
    HTTPReply.read(Array(text.utf8), isEnd: isEnd)
  }

  let complete = HTTPReply.Progress.complete(HTTPReply(status: 200, body: Array("hello".utf8)))

  @Test(
    "is complete when its length or its last chunk is there, and not before",
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello",
      "HTTP/1.0 200\r\ncontent-length:5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n",
    ])
  func pieces(_ text: String) {
    for count in 0..<text.utf8.count {
      #expect(read(String(decoding: text.utf8.prefix(count), as: UTF8.self)) == .incomplete)
    }
    #expect(read(text) == complete)
    #expect(read(text + "more") == complete)
  }

  @Test("without a length ends with the connection")
  func endless() {
    let text = "HTTP/1.1 200 OK\r\n\r\nhello"
    #expect(read(text) == .incomplete)
    #expect(read(text, isEnd: true) == complete)
  }

  @Test(
    "is malformed when it is cut off or none",
    arguments: [
      "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
      "SMTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nhello",
    ])
  func malformed(_ text: String) {
    guard case .malformed = read(text, isEnd: true) else {
      Issue.record("\(read(text, isEnd: true))")
      return
    }
  }

  @Test("has a head and a body of bounded length")
  func bounds() {
    let filler = String(repeating: "x", count: 20_000)
    guard case .malformed = read("HTTP/1.1 200 OK\r\nX: " + filler) else {
      Issue.record("an endless head")
      return
    }
    let large = [UInt8](repeating: 0, count: HTTPReply.limit + 1)
    guard case .malformed = HTTPReply.read(large, isEnd: false) else {
      Issue.record("an endless body")
      return
    }
  }
}
