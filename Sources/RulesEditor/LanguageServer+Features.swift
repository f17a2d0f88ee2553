import RulesOutput

extension LanguageServer {
  /// Requests about what documents say.
  mutating func answerFeature(_ message: Message) throws(ResponseError) -> JSONValue {
    let params = message.params
    switch message.method {
    case "textDocument/hover": return try hover(params)
    case "textDocument/definition": return try definition(params)
    case "textDocument/references": return try references(params)
    case "textDocument/documentHighlight": return try highlights(params)
    case "textDocument/documentSymbol": return try documentSymbols(params)
    case "textDocument/foldingRange": return try foldingRanges(params)
    case "textDocument/semanticTokens/full": return try semanticTokens(params)
    case "textDocument/completion": return try completion(params)
    case "textDocument/prepareRename": return try prepareRename(params)
    case "textDocument/rename": return try rename(params)
    case "textDocument/formatting": return try formatting(params)
    case "textDocument/codeAction": return try codeActions(params)
    default:
      throw ResponseError(.methodNotFound, "the method `\(message.method)` is not known")
    }
  }
}
