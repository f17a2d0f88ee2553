import RulesOutput

extension LanguageServer {
  /// What a request leads to.
  mutating func answer(_ message: Message) throws(ResponseError) -> JSONValue {
    switch (phase, message.method) {
    case (.created, "initialize"): return initialize(message.params)
    case (.created, _):
      throw ResponseError(.serverNotInitialized, "the first request must be `initialize`")
    case (.shutDown, _):
      throw ResponseError(.invalidRequest, "the server has been shut down")
    case (.running, "initialize"):
      throw ResponseError(.invalidRequest, "the server is initialized already")
    case (.running, "shutdown"):
      phase = .shutDown
      return .null
    case (.running, _): return try answerFeature(message)
    }
  }

  /// What a notification leads to; unknown ones lead to nothing.
  mutating func notify(_ message: Message) -> [JSONValue] {
    if message.method == "exit" {
      exitStatus = phase == .shutDown ? 0 : 1
      return []
    }
    guard phase == .running else { return [] }
    do throws(ResponseError) {
      return try synchronise(message)
    } catch {
      return [log("\(message.method): \(error.message)")]
    }
  }

  /// A line for the editor's log.
  func log(_ text: String) -> JSONValue {
    notification("window/logMessage", ["type": 1, "message": .string(text)])
  }

  private mutating func initialize(_ params: JSONValue) -> JSONValue {
    phase = .running
    let offered = params["capabilities"]?["general"]?["positionEncodings"]?.asArray ?? []
    documents.encoding = PositionEncoding(offered: offered.compactMap(\.asString))
    return [
      "capabilities": capabilities,
      "serverInfo": ["name": "rulesc", "version": .string(version)],
    ]
  }

  private var capabilities: JSONValue {
    [
      "positionEncoding": .string(documents.encoding.rawValue),
      "textDocumentSync": ["openClose": true, "change": 2, "save": true],
      "hoverProvider": true,
      "definitionProvider": true,
      "referencesProvider": true,
      "documentHighlightProvider": true,
      "documentSymbolProvider": true,
      "foldingRangeProvider": true,
      "documentFormattingProvider": true,
      "codeActionProvider": ["codeActionKinds": ["quickfix"]],
      "renameProvider": ["prepareProvider": true],
      "semanticTokensProvider": ["legend": TokenType.legend, "full": true],
      "completionProvider": ["triggerCharacters": [".", "{", "=", " ", "\""]],
    ]
  }
}
