import RulesOutput
import Testing

@testable import RulesEditor

@Suite("Editor: text synchronisation")
struct SynchronisationTests {
  @Test(
    "after thousands of random edits the server's text is the editor's", arguments: [false, true])
  func randomEdits(isUTF8: Bool) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    let general: JSONValue = isUTF8 ? ["positionEncodings": ["utf-16", "utf-8"]] : [:]
    var session = try EditorSession(initialize: ["capabilities": ["general": general]])
    var model = EditorModel(isUTF8: isUTF8)
    try session.notify(
      "textDocument/didOpen",
      ["textDocument": ["uri": "file:///a.rules", "version": 0, "text": ""]])
    for version in 1...1500 {
      let changes = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        model.randomChange(using: &generator)
      }
      try session.change("/a.rules", changes, version: version)
      let document = try #require(session.server.documents[path: "/a.rules"])
      #expect(document.version == version)
      guard document.text == model.text else {
        Issue.record("seed \(seed), version \(version): the texts differ")
        return
      }
    }
    #expect(session.notifications.isEmpty)
  }

  @Test("a change without a range replaces the whole text")
  func wholeText() throws {
    var session = try EditorSession()
    try session.open("/a.rules", "enum A { a }")
    try session.change("/a.rules", [["text": "enum B { b }"]])
    #expect(session.server.documents[path: "/a.rules"]?.text == "enum B { b }")
  }

  @Test("a document that is not open cannot be changed, and closing it changes nothing")
  func notOpen() throws {
    var session = try EditorSession()
    try session.change("/a.rules", [["text": "x"]])
    try session.close("/a.rules")
    #expect(session.server.documents.all.isEmpty)
    #expect(session.notifications.isEmpty)
  }

  @Test("a document that is too large is refused with a message, also when it grows")
  func tooLarge() throws {
    var session = try EditorSession()
    let most = DocumentStore.largestDocument
    try session.open("/large.rules", String(repeating: " ", count: most + 1))
    #expect(session.server.documents.all.isEmpty)
    try session.open("/a.rules", String(repeating: " ", count: most))
    let origin: JSONValue = ["line": 0, "character": 0]
    try session.change("/a.rules", [["range": ["start": origin, "end": origin], "text": "x"]])
    #expect(session.server.documents.all.isEmpty)
    let messages = session.notifications.filter { $0["method"] == "window/showMessage" }
    #expect(
      messages.map { text($0["params"]?["message"]) } == [
        "rulesc does not check file:///large.rules: it is larger than 4 MB",
        "rulesc does not check file:///a.rules: it is larger than 4 MB",
      ])
  }

  @Test("the number of open documents and their size together are bounded")
  func bounds() throws {
    var many = DocumentStore()
    for index in 0..<DocumentStore.largestCount {
      #expect(many.open(uri: "file:///\(index)", version: 0, text: "") == nil)
    }
    #expect(many.open(uri: "file:///x", version: 0, text: "") == "more than 256 documents are open")
    #expect(many.open(uri: "file:///7", version: 1, text: "") == nil)

    var large = DocumentStore(largestTotal: 2 << 20)
    let text = String(repeating: " ", count: 1 << 20)
    for index in 0..<2 {
      #expect(large.open(uri: "file:///\(index)", version: 0, text: text) == nil)
    }
    #expect(
      large.open(uri: "file:///x", version: 0, text: " ")
        == "the open documents have more than 2 MB")
  }
}

/// An editor's own idea of its text: code units, as JavaScript has them.
private struct EditorModel {
  let isUTF8: Bool
  var scalars: [Unicode.Scalar] = []

  var text: String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return text
  }

  init(isUTF8: Bool) { self.isUTF8 = isUTF8 }

  /// Replaces a random part and returns the change as the protocol has it.
  mutating func randomChange(using generator: inout SeededGenerator) -> JSONValue {
    let pieces = ["a", " ", "\n", "\r\n", "\r", "é", "😀", "e\u{301}", "👨‍👩‍👧", "fact", "{", ""]
    let isGrowing = scalars.count < 400
    let start = place(using: &generator)
    var end = start
    for _ in 0..<Int.random(in: 0...(isGrowing ? 3 : 30), using: &generator)
    where end < scalars.count {
      end += 1
    }
    if !isNameable(end) { end += 1 }
    let inserted = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
      generator.pick(pieces)
    }.joined()
    let change: JSONValue = [
      "range": ["start": position(start), "end": position(end)], "text": .string(inserted),
    ]
    scalars.replaceSubrange(start..<end, with: inserted.unicodeScalars)
    return change
  }

  private func place(using generator: inout SeededGenerator) -> Int {
    let place = Int.random(in: 0...scalars.count, using: &generator)
    return isNameable(place) ? place : place + 1
  }

  /// Between `\r` and `\n` there is no position.
  private func isNameable(_ index: Int) -> Bool {
    !(index > 0 && index < scalars.count && scalars[index - 1] == "\r" && scalars[index] == "\n")
  }

  private func position(_ index: Int) -> JSONValue {
    var line = 0
    var character = 0
    for (place, scalar) in scalars[..<index].enumerated() {
      let isHalf = scalar == "\r" && place + 1 < scalars.count && scalars[place + 1] == "\n"
      if (scalar == "\n" || scalar == "\r") && !isHalf {
        line += 1
        character = 0
      } else if !isHalf {
        let text = String(scalar)
        character += isUTF8 ? text.utf8.count : text.utf16.count
      }
    }
    return ["line": .integer(line), "character": .integer(character)]
  }
}
