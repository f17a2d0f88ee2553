import RulesLanguage
import Testing

@testable import RulesEditor

@Suite("Editor: positions")
struct PositionTests {
  private func lines(_ text: String, _ encoding: PositionEncoding = .utf16) -> TextLines {
    TextLines(Array(text.utf8), encoding: encoding)
  }

  @Test("an emoji is two units of UTF-16, four of UTF-8 and one column")
  func emoji() {
    let text = "a😀b"
    #expect(lines(text).position(at: 5) == TextPosition(line: 0, character: 3))
    #expect(lines(text, .utf8).position(at: 5) == TextPosition(line: 0, character: 5))
    #expect(lines(text).sourcePosition(at: 5, file: 0).column == 3)
    #expect(lines(text).offset(of: SourcePosition(file: 0, line: 1, column: 3)) == 5)
  }

  @Test("a family of five scalars is one column and eight units of UTF-16")
  func family() {
    let text = "\"👨‍👩‍👧\" x"
    let end = text.utf8.count - 1
    #expect(lines(text).position(at: end).character == 11)
    #expect(lines(text).sourcePosition(at: end, file: 0).column == 5)
  }

  @Test("the protocol ends lines at a lone carriage return, the compiler does not")
  func carriageReturn() {
    let text = "a\rb\r\nc"
    #expect(lines(text).position(at: 2) == TextPosition(line: 1, character: 0))
    #expect(
      lines(text).sourcePosition(at: 2, file: 0) == SourcePosition(file: 0, line: 1, column: 3))
    #expect(lines(text).position(at: 5) == TextPosition(line: 2, character: 0))
    #expect(
      lines(text).sourcePosition(at: 5, file: 0) == SourcePosition(file: 0, line: 2, column: 1))
  }

  @Test("a position behind the end of a line is its end, one behind the last line is the end")
  func outside() {
    let lines = lines("ab\r\ncd")
    #expect(lines.offset(of: TextPosition(line: 0, character: 99)) == 2)
    #expect(lines.offset(of: TextPosition(line: 9, character: 0)) == 6)
    #expect(lines.offset(of: TextPosition(line: -1, character: -1)) == 0)
    #expect(lines.offset(of: SourcePosition(file: 0, line: 1, column: 99)) == 3)
    #expect(lines.offset(of: SourcePosition(file: 0, line: 7, column: 1)) == 6)
  }

  @Test("a position inside a surrogate pair is before it")
  func insidePair() {
    #expect(lines("😀").offset(of: TextPosition(line: 0, character: 1)) == 0)
  }

  @Test("a byte order mark is in no column")
  func byteOrderMark() {
    let text = "\u{FEFF}task"
    #expect(lines(text).offset(of: SourcePosition(file: 0, line: 1, column: 1)) == 3)
    #expect(lines(text).sourcePosition(at: 5, file: 0).column == 3)
  }

  @Test("columns are those of the compiler, in any text")
  func columns() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    let parts = [
      "a", "fact", " ", "\n", "\r\n", "\r", "\t", "é", "e\u{301}", "\u{301}", "😀", "👨‍👩‍👧", "🇩🇪",
      "\"", "//", "한", "\u{200D}", "x", "{", "==", "\u{600}",
    ]
    for _ in 0..<300 {
      let count = Int.random(in: 0..<30, using: &generator)
      let text = (0..<count).map { _ in generator.pick(parts) }.joined()
      let lines = lines(text)
      // The compiler names the place of the first thing that it cannot read.
      let (_, compiled) = compile([SourceFile(path: "a", text: text)]) { _ in nil }
      for diagnostic in compiled.diagnostics {
        let offset = lines.offset(of: diagnostic.position)
        #expect(
          lines.sourcePosition(at: offset, file: 0) == diagnostic.position,
          "seed \(seed): \(text.debugDescription)")
      }
      for offset in 0...text.utf8.count where lines.isBoundary(offset) {
        #expect(lines.offset(of: lines.position(at: offset)) == offset, "seed \(seed)")
      }
    }
  }

  @Test("URIs and paths are turned into each other")
  func uris() {
    #expect(path(ofURI: "file:///a%20b/%C3%A9/../c.rules") == "/a b/c.rules")
    #expect(path(ofURI: "file://host/a%2") == "/a%2")
    #expect(path(ofURI: "untitled:Untitled-1") == "untitled:Untitled-1")
    #expect(fileURI(ofPath: "/a b/é:1.rules") == "file:///a%20b/%C3%A9%3A1.rules")
    #expect(path(ofURI: fileURI(ofPath: "/a b/é%20.rules")) == "/a b/é%20.rules")
  }
}

extension TextLines {
  /// A scalar starts here that a position of the protocol can name: not the `\n` of `\r\n`.
  fileprivate func isBoundary(_ offset: Int) -> Bool {
    guard offset < bytes.count else { return true }
    let isSecondHalf = bytes[offset] == 10 && offset > 0 && bytes[offset - 1] == 13
    return bytes[offset] & 0xC0 != 0x80 && !isSecondHalf
  }
}
