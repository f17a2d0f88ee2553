import RulesEditor
import RulesLanguage
import RulesOutput
import Testing

/// An editor in memory, connected with a server: the files of `disk` exist, none is open yet.
struct EditorSession {
  private(set) var server: LanguageServer
  /// Everything that the server sent without being asked, in order.
  private(set) var notifications: [JSONValue] = []
  private var requests = 0

  /// - Parameter initialize: nil: nothing is sent yet.
  init(disk: [String: String] = [:], initialize: JSONValue? = ["capabilities": [:]]) throws {
    let paths = disk.keys.sorted()
    let access = FileAccess(
      read: { disk[$0] },
      rulesFiles: { folder in
        paths.filter { $0.hasPrefix(folder) && !$0.dropFirst(folder.count).contains("/") }
      })
    server = LanguageServer(version: "test", files: access)
    if let initialize {
      _ = try request("initialize", initialize)
      try notify("initialized", [:])
    }
  }

  // MARK: Messages

  /// Sends a request and returns its result.
  mutating func request(_ method: String, _ params: JSONValue) throws -> JSONValue {
    let answer = try answer(method, params)
    return try #require(answer["result"], "\(method): \(answer.compactText)")
  }

  /// Sends a request that must fail, and returns the error's code and message.
  mutating func refusal(_ method: String, _ params: JSONValue) throws -> String {
    let error = try #require(try answer(method, params)["error"])
    guard case .number(let code)? = error["code"], case .string(let message)? = error["message"]
    else {
      Issue.record("\(error.compactText) is no error")
      return ""
    }
    return "\(code): \(message)"
  }

  private mutating func answer(_ method: String, _ params: JSONValue) throws -> JSONValue {
    requests += 1
    let message: JSONValue = [
      "jsonrpc": "2.0", "id": .integer(requests), "method": .string(method), "params": params,
    ]
    let answers = server.receive(Array(message.compactText.utf8))
    try #require(answers.count == 1)
    #expect(answers[0]["id"] == .integer(requests))
    return answers[0]
  }

  mutating func notify(_ method: String, _ params: JSONValue) throws {
    let message: JSONValue = ["jsonrpc": "2.0", "method": .string(method), "params": params]
    notifications += server.receive(Array(message.compactText.utf8))
  }

  /// Sends any bytes as one message.
  mutating func receive(_ body: String) -> [JSONValue] { receive(Array(body.utf8)) }

  mutating func receive(_ body: [UInt8]) -> [JSONValue] { server.receive(body) }

  /// Lets the server finish all its checks.
  mutating func settle() {
    notifications += server.settle()
    while let check = server.nextCheck() { notifications += server.finish(check.run()) }
  }

  // MARK: Documents

  /// Opens a document and waits until it is checked.
  mutating func open(_ path: String, _ text: String, version: Int = 1) throws {
    try notify(
      "textDocument/didOpen",
      [
        "textDocument": [
          "uri": .string("file://" + path), "languageId": "rules", "version": .integer(version),
          "text": .string(text),
        ]
      ])
    settle()
  }

  /// Replaces the text of an open document and waits until it is checked.
  mutating func change(_ path: String, to text: String, version: Int = 2) throws {
    try change(path, [["text": .string(text)]], version: version)
    settle()
  }

  mutating func change(_ path: String, _ changes: [JSONValue], version: Int = 2) throws {
    try notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": .string("file://" + path), "version": .integer(version)],
        "contentChanges": .array(changes),
      ])
  }

  mutating func close(_ path: String) throws {
    try notify("textDocument/didClose", ["textDocument": ["uri": .string("file://" + path)]])
    settle()
  }

  // MARK: Diagnostics

  /// What the editor shows for a file now: `3:5 error unknown-name`, from 1, the last one published.
  func shown(_ path: String) -> [String] {
    let published = notifications.last {
      $0["method"] == "textDocument/publishDiagnostics"
        && $0["params"]?["uri"] == .string("file://" + path)
    }
    return diagnostics(published).map { diagnostic in
      let start = diagnostic["range"]?["start"]
      let severity = diagnostic["severity"] == 1 ? "error" : "warning"
      let place = "\(number(start?["line"]) + 1):\(number(start?["character"]) + 1)"
      return "\(place) \(severity) \(text(diagnostic["code"]))"
    }
  }

  /// The diagnostics of a `publishDiagnostics`.
  func diagnostics(_ message: JSONValue?) -> [JSONValue] {
    elements(message?["params"]?["diagnostics"])
  }
}

func number(_ value: JSONValue?) -> Int {
  if case .number(let text)? = value { Int(text) ?? -1 } else { -1 }
}

func text(_ value: JSONValue?) -> String {
  if case .string(let text)? = value { text } else { "" }
}

func elements(_ value: JSONValue?) -> [JSONValue] {
  if case .array(let values)? = value { values } else { [] }
}
