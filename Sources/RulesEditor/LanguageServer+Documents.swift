import RulesOutput

extension LanguageServer {
  /// Notifications about documents.
  mutating func synchronise(_ message: Message) throws(ResponseError) -> [JSONValue] {
    let params = message.params
    switch message.method {
    case "textDocument/didOpen":
      let item = try params.member("textDocument")
      let uri = try item.string("uri")
      let refusal = documents.open(
        uri: uri, version: try item.integer("version"), text: try item.string("text"))
      checker.textsChanged()
      return refusal.map { [refused(uri, $0)] } ?? []
    case "textDocument/didChange":
      let item = try params.member("textDocument")
      let uri = try item.string("uri")
      var changes: [(range: TextRange?, text: String)] = []
      for change in try params.elements("contentChanges") {
        let range = try change["range"].map { value throws(ResponseError) in try TextRange(value) }
        changes.append((range, try change.string("text")))
      }
      let refusal = documents.change(uri: uri, version: try item.integer("version"), changes)
      checker.textsChanged()
      return refusal.map { [refused(uri, $0)] } ?? []
    case "textDocument/didClose":
      documents.close(uri: try params.documentURI())
      checker.textsChanged()
    case "textDocument/didSave", "workspace/didChangeWatchedFiles":
      // A file on disk may be imported, or import what is open.
      checker.textsChanged()
    default: break
    }
    return []
  }

  private func refused(_ uri: String, _ reason: String) -> JSONValue {
    let text = "rulesc does not check \(uri): \(reason)"
    return notification("window/showMessage", ["type": 2, "message": .string(text)])
  }
}
