import Foundation
import Testing

/// One process, one pair of pipes, and what a person does in an editor. What each answer says in
/// every case is tested where the answers are made (`RulesEditorTests`).
@Suite("rulesc lsp, with an editor at the other end")
struct LanguageServerTests {
  typealias Object = LanguageClient.Object

  let client: LanguageClient
  let workplace: Workplace
  var uri: String { url("Segment.rules") }

  init() throws {
    client = try LanguageClient()
    workplace = try Workplace([
      "Segment.rules": try flagshipRules("Segment"),
      "ServerFailure.rules": try flagshipRules("ServerFailure"),
      "LogReplication.rules": try flagshipRules("LogReplication"),
    ])
  }

  private func url(_ name: String) -> String {
    workplace.folder.appending(path: name).absoluteString
  }

  // MARK: What an editor does

  private func start() throws {
    let result = try client.request(
      "initialize",
      [
        "processId": Int(ProcessInfo.processInfo.processIdentifier),
        "rootUri": workplace.folder.absoluteString,
        "capabilities": ["textDocument": ["publishDiagnostics": ["relatedInformation": true]]],
      ])
    let server = try #require((result as? Object)?["serverInfo"] as? Object)
    #expect(server["name"] as? String == "rulesc")
    try client.notify("initialized", Object())
  }

  private func open(_ text: String) throws {
    try client.notify(
      "textDocument/didOpen",
      ["textDocument": ["uri": uri, "languageId": "rules", "version": 1, "text": text] as Object])
  }

  private func change(_ edits: [Object], version: Int) throws {
    try client.notify(
      "textDocument/didChange",
      ["textDocument": ["uri": uri, "version": version], "contentChanges": edits])
  }

  /// Asks about the place just before `text`, in `document`.
  private func ask(
    _ method: String, at text: String, of document: String, _ more: Object = [:]
  ) throws -> Any {
    let place = try #require(document.range(of: text)?.lowerBound)
    let lines = document[..<place].split(separator: "\n", omittingEmptySubsequences: false)
    let position = ["line": lines.count - 1, "character": lines.last?.utf16.count ?? 0]
    return try client.request(
      "textDocument/" + method,
      more.merging(["textDocument": ["uri": uri], "position": position]) { $1 })
  }

  private func finish() throws {
    _ = try client.request("shutdown", NSNull())
    try client.notify("exit", NSNull())
    let (status, errors) = client.end()
    #expect(status == 0)
    #expect(errors == "")
  }

  // MARK: Sessions

  @Test("a gap is shown as it is typed, and its fix, applied, makes it go away")
  func fix() throws {
    let whole = try flagshipRules("Segment")
    let wait = try #require(whole.split(separator: "\n").first { $0.contains("wait W3") })
    let text = whole.replacing(wait + "\n", with: "")
    try start()
    try open(text)
    let gap = try #require(try client.diagnostics(of: uri).first)
    #expect(gap["code"] as? String == "gap")
    #expect((gap["message"] as? String)?.contains("2 of 124 consistent states") == true)

    let actions = try client.request(
      "textDocument/codeAction",
      [
        "textDocument": ["uri": uri], "range": try #require(gap["range"]),
        "context": ["diagnostics": [gap]],
      ] as Object)
    let action = try #require((actions as? [Object])?.first)
    #expect(action["kind"] as? String == "quickfix")
    let edits = try #require(
      ((action["edit"] as? Object)?["changes"] as? Object)?[uri] as? [Object])
    // A change of a document and an edit of a text are told alike.
    try change(
      edits.map { ["range": $0["range"] ?? [:], "text": $0["newText"] ?? ""] }, version: 2)
    #expect(try client.diagnostics(of: uri).filter { $0["severity"] as? Int == 1 }.isEmpty)
    try finish()
  }

  @Test("a word half typed is an error at its place, and completed, renamed and found again")
  func names() throws {
    let text = try flagshipRules("Segment")
    try start()
    try open(text)
    #expect(try client.diagnostics(of: uri).isEmpty)

    let typed = text.replacing("when server == none\n", with: "when server == no\n")
    try change([["text": typed]], version: 2)
    let unknown = try #require(try client.diagnostics(of: uri).first)
    #expect(unknown["code"] as? String == "unknown-name")
    let completed = try ask("completion", at: "no\n", of: typed)
    let items = (completed as? [Object]) ?? ((completed as? Object)?["items"] as? [Object]) ?? []
    #expect(items.compactMap { $0["label"] as? String } == ["none", "chosen"])
    try change([["text": text]], version: 3)
    #expect(try client.diagnostics(of: uri).isEmpty)

    let hover = try ask("hover", at: "server == none", of: text) as? Object
    let shown = (hover?["contents"] as? Object)?["value"] as? String
    #expect(shown?.contains("fact server") == true, "\(shown ?? "nothing")")
    // Counting goes on beside the answers: the first may come before its end.
    var counted = ""
    let deadline = ContinuousClock.now + .seconds(60)
    repeat {
      let rule = try ask("hover", at: "R6 \"footer", of: text) as? Object
      counted = (rule?["contents"] as? Object)?["value"] as? String ?? ""
    } while counted.contains("are being counted") && ContinuousClock.now < deadline
    #expect(counted.contains("2 of 124"), "\(counted)")

    let definition = try ask("definition", at: "server == none", of: text)
    let place = try #require((definition as? [Object])?.first ?? definition as? Object)
    let line = ((place["range"] as? Object)?["start"] as? Object)?["line"] as? Int
    let declared = text.split(separator: "\n", omittingEmptySubsequences: false)
      .firstIndex { $0.contains("fact server") }
    #expect(line == declared)

    let references = try ask(
      "references", at: "server == none", of: text, ["context": ["includeDeclaration": true]])
    #expect((references as? [Object])?.count == 6)
    let renamed = try ask("rename", at: "server == none", of: text, ["newName": "host"]) as? Object
    let changes = try #require(renamed?["changes"] as? [String: [Object]])
    #expect(changes[uri]?.count == 5)
    // F1, in a file that is not open, says `server = none`.
    #expect(changes[url("ServerFailure.rules")]?.count == 1)
    try finish()
  }

  @Test("a document is formatted as `rulesc format` does it")
  func formatting() throws {
    let text = try flagshipRules("Segment")
    try start()
    try open(text.replacing("    fact server         : Server ", with: "fact server:Server "))
    let edits =
      try client.request(
        "textDocument/formatting",
        ["textDocument": ["uri": uri], "options": ["tabSize": 8, "insertSpaces": false]] as Object)
      as? [Object]
    let all = try #require(edits?.first)
    #expect(edits?.count == 1)
    // It replaces one piece; what it says there is what the whole text has there.
    let new = try #require(all["newText"] as? String)
    #expect(text.contains(new), "\(new)")
    #expect(new.contains("fact server         : Server"))
    try finish()
  }

  // MARK: Bad company

  @Test("messages may come in any pieces, and several in one")
  func pieces() throws {
    let message = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"initialize\",\"params\":{}}"
    let end = "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}"
    let stop = "{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"shutdown\"}"
    let frames = [message, stop, end].map { "Content-Length: \($0.utf8.count)\r\n\r\n\($0)" }
    for byte in frames[0].utf8 { try client.write(Data([byte])) }
    #expect(try client.receive()["id"] as? Int == 7)
    try client.write(Data((frames[1] + frames[2]).utf8))
    #expect(try client.receive()["id"] as? Int == 8)
    #expect(client.end().status == 0)
  }

  @Test("an editor that goes away ends it with status 1")
  func hangUp() throws {
    try start()
    try client.hangUp()
    #expect(client.end().status == 1)
  }

  @Test("what is no frame is answered, said on standard error, and ends it with status 1")
  func noFrame() throws {
    try client.write(Data("GET / HTTP/1.1\r\n\r\n".utf8))
    let error = try #require(try client.receive()["error"] as? Object)
    #expect(error["code"] as? Int == -32600)
    let (status, errors) = client.end()
    #expect(status == 1)
    #expect(errors.hasPrefix("rulesc: lsp: "))
    #expect(errors.split(separator: "\n").count == 1)
  }
}
