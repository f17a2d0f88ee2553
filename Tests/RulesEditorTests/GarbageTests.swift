import RulesEditor
import RulesOutput
import Testing

@Suite("Editor: garbage")
struct GarbageTests {
  private static let requests = [
    "hover", "definition", "references", "documentHighlight", "documentSymbol", "foldingRange",
    "semanticTokens/full", "completion", "prepareRename", "rename", "formatting", "codeAction",
  ]

  @Test("at prefixes of the flagship, half typed, every request is answered")
  func prefixes() throws {
    let files = try flagshipRules()
    let source = Array(try #require(files["/rules/Segment.rules"]))
    var session = try EditorSession(disk: files)
    let document: JSONValue = ["uri": "file:///rules/Segment.rules"]
    try session.open("/rules/Segment.rules", "")
    let origin: JSONValue = ["line": 0, "character": 0]
    for length in 0...source.count {
      let endsWord = length == source.count || !source[length].isLetter
      guard endsWord || length % 4 == 0 else { continue }
      let text = String(source[..<length])
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let end: JSONValue = [
        "line": .integer(lines.count - 1), "character": .integer(lines.last?.utf16.count ?? 0),
      ]
      try session.change("/rules/Segment.rules", [["text": .string(text)]], version: length)
      _ = session.receive(request("completion", document, end))
      // All of them at word ends only: there texts differ in more than a letter.
      guard endsWord else { continue }
      for method in Self.requests {
        let answers = session.receive(
          request(method, document, end, range: ["start": origin, "end": end]))
        #expect(answers.count == 1)
      }
      if length % 10 == 0 { session.settle() }
    }
    session.settle()
    #expect(session.shown("/rules/Segment.rules") == [])
  }

  @Test("random messages with the right names but any values are answered, and nothing breaks")
  func randomMessages() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    var session = try EditorSession()
    let methods =
      Self.requests + ["didOpen", "didChange", "didClose", "didSave", "willSave"]
    for _ in 0..<4000 {
      let method = "textDocument/" + generator.pick(methods)
      var message: [JSONValue.Member] = [.init("method", .string(method))]
      let isRequest = generator.chance(60)
      if isRequest { message.append(.init("id", .integer(1))) }
      if generator.chance(95) { message.append(.init("params", randomParams(using: &generator))) }
      let answers = session.receive(JSONValue.object(message).compactText)
      if isRequest { #expect(answers.count == 1, "seed \(seed)") }
      if generator.chance(5) { session.settle() }
    }
    try session.open("/sound.rules", "enum A { a }")
    #expect(session.shown("/sound.rules") == [])
  }

  @Test("random bytes in messages are refused, and nothing breaks")
  func randomBytes() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    var session = try EditorSession()
    let sound = Array(
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"textDocument/hover\",\"params\":{}}".utf8)
    for _ in 0..<2000 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      #expect(session.receive(bytes).count <= 1, "seed \(seed)")
    }
    #expect(try session.request("shutdown", .null) == .null)
  }

  @Test("a megabyte of anything is checked in the end")
  func large() throws {
    var session = try EditorSession()
    for piece in ["{", "when a {\n", "task T { fact a : Bool goal a }\n", "\"", "é", "// x\n"] {
      let text = String(repeating: piece, count: 200_000 / piece.utf8.count)
      try session.open("/a.rules", text)
      for method in [
        "documentSymbol", "foldingRange", "semanticTokens/full", "completion", "hover",
      ] {
        let answers = session.receive(
          request(method, ["uri": "file:///a.rules"], ["line": 1, "character": 3]))
        #expect(answers.count == 1)
      }
    }
  }

  // MARK: Messages

  private func request(
    _ method: String, _ document: JSONValue, _ position: JSONValue, range: JSONValue = .null
  ) -> String {
    let message: JSONValue = [
      "jsonrpc": "2.0", "id": 1, "method": .string("textDocument/" + method),
      "params": [
        "textDocument": document, "position": position, "newName": "renamed", "context": [:],
        "range": range, "options": [:],
      ],
    ]
    return message.compactText
  }

  private func randomParams(using generator: inout SeededGenerator) -> JSONValue {
    let texts = ["", "task T {", "fact a : Bool", "goal a", "}", "enum E { a }", "😀", "\r", "when"]
    func maybe(_ value: JSONValue, _ generator: inout SeededGenerator) -> JSONValue {
      generator.chance(92) ? value : generator.pick([.null, [], [:], 1, "x", true, .number("1e9")])
    }
    func position(_ generator: inout SeededGenerator) -> JSONValue {
      let numbers: [JSONValue] = [
        0, 0, 1, 2, 5, 7, .integer(-1), .integer(Int.max), .integer(Int.min),
      ]
      return maybe(
        [
          "line": maybe(generator.pick(numbers), &generator),
          "character": maybe(generator.pick(numbers), &generator),
        ], &generator)
    }
    func range(_ generator: inout SeededGenerator) -> JSONValue {
      maybe(["start": position(&generator), "end": position(&generator)], &generator)
    }
    func change(_ generator: inout SeededGenerator) -> JSONValue {
      maybe(["range": range(&generator), "text": .string(generator.pick(texts))], &generator)
    }
    let uri = generator.pick(["file:///a.rules", "file:///b.rules", "untitled:1", "", "file://%zz"])
    let document: JSONValue = [
      "uri": maybe(.string(uri), &generator),
      "version": maybe(.integer(Int.random(in: 0...9, using: &generator)), &generator),
      "text": maybe(.string(generator.pick(texts) + " " + generator.pick(texts)), &generator),
    ]
    return maybe(
      [
        "textDocument": maybe(document, &generator),
        "position": position(&generator),
        "range": range(&generator),
        "newName": maybe(.string(generator.pick(["b", "when", "", "1"])), &generator),
        "contentChanges": maybe([change(&generator), change(&generator)], &generator),
        "context": maybe(["only": maybe(["quickfix"], &generator)], &generator),
      ], &generator)
  }
}
