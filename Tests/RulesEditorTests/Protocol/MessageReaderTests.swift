import RulesEditor
import Testing

@Suite("Editor: framing")
struct MessageReaderTests {
  private func items(_ pieces: [[UInt8]]) -> [MessageReader.Item] {
    var reader = MessageReader()
    var items: [MessageReader.Item] = []
    for piece in pieces {
      reader.append(piece)
      while let item = reader.next() { items.append(item) }
    }
    return items
  }

  private func items(_ text: String) -> [MessageReader.Item] { items([Array(text.utf8)]) }

  private func body(_ text: String) -> MessageReader.Item { .body(Array(text.utf8)) }

  @Test("messages come out whole, however the stream is cut")
  func pieces() {
    let stream = Array((frame("{\"a\":1}") + frame("") + frame("é😀")).utf8)
    let expected = [body("{\"a\":1}"), body(""), body("é😀")]
    for size in 1...stream.count {
      let pieces = stride(from: 0, to: stream.count, by: size).map {
        Array(stream[$0..<min($0 + size, stream.count)])
      }
      #expect(items(pieces) == expected, "pieces of \(size) bytes")
    }
  }

  @Test("other headers are passed over, and a header's name has no case")
  func headers() {
    let type = "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
    #expect(items("\(type)content-LENGTH:  2 \r\n\r\n{}") == [body("{}")])
  }

  @Test(
    "where the next message starts must be known: else the stream is given up",
    arguments: [
      ("\r\n\r\n", "a header has no Content-Length"),
      ("Content-Type: a\r\n\r\n", "a header has no Content-Length"),
      ("Content-Length: x\r\n\r\n", "Content-Length is not one number"),
      ("Content-Length: -1\r\n\r\n", "Content-Length is not one number"),
      ("Content-Length: 99999999999999999999\r\n\r\n", "Content-Length is not one number"),
      ("Content-Length: 1\r\nContent-Length: 1\r\n\r\n", "Content-Length is not one number"),
      ("{\"jsonrpc\":\"2.0\"}\r\n\r\n", "Content-Length is not one number"),
      ("hello\r\n\r\n", "a header line has no `:`"),
    ])
  func broken(text: String, reason: String) {
    let found = items(text + frame("{}"))
    #expect(found.count == 1)
    guard case .broken? = found.first else {
      Issue.record("\(found) is not broken")
      return
    }
    if !text.hasPrefix("{") { #expect(found == [.broken(reason)]) }
  }

  @Test("a header without an end is refused before it fills the memory")
  func endlessHeader() {
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
    let found = items(Array(repeating: piece, count: 100))
    #expect(found == [.broken("a header has more than \(MessageReader.largestHeader) bytes")])
  }

  @Test("a body that is too long is skipped, and the stream goes on behind it")
  func largeBody() {
    let length = MessageReader.largestBody + 1
    let header = Array("Content-Length: \(length)\r\n\r\n".utf8)
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
    var pieces = [header + piece[..<1]] + Array(repeating: piece, count: length >> 20)
    pieces.append(Array(frame("{}").utf8))
    #expect(items(pieces) == [.unusable("a message has more than 32 MB"), body("{}")])
  }

  @Test("random bytes never crash it")
  func random() {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    let parts = ["Content-Length: ", "3", "\r\n", "\r\n\r\n", "abc", ":", "-", " ", "\n", "\u{0}"]
    for _ in 0..<2000 {
      let count = Int.random(in: 0..<12, using: &generator)
      let text = (0..<count).map { _ in generator.pick(parts) }.joined()
      #expect(items(text).count <= count + 1, "seed \(seed)")
    }
  }
}
