import RulesLanguage
import RulesOutput

extension LanguageServer {
  /// `textDocument/codeAction`: the fixes of the diagnostics in a range.
  mutating func codeActions(_ params: JSONValue) throws(ResponseError) -> JSONValue {
    let document = try document(params)
    let wanted = try TextRange(try params.member("range"))
    if let only = params["context"]?["only"]?.asArray, !only.isEmpty,
      !only.contains(where: { ["", "quickfix"].contains($0) })
    {
      return .array([])
    }
    checker.refresh(documents)
    var actions: [JSONValue] = []
    for root in checker.roots(of: document.path) {
      var places = FilePlaces(root.files, documents)
      for diagnostic in root.diagnostics where !diagnostic.fixes.isEmpty {
        guard places.path(of: diagnostic.position) == document.path else { continue }
        let range = places.word(at: diagnostic.position)
        guard range.start <= wanted.end, wanted.start <= range.end else { continue }
        for fix in diagnostic.fixes {
          let action = action(fix, of: diagnostic, &places)
          if !actions.contains(action) { actions.append(action) }
        }
      }
    }
    return .array(actions)
  }

  private func action(
    _ fix: Diagnostic.Fix, of diagnostic: Diagnostic, _ places: inout FilePlaces
  ) -> JSONValue {
    var changes: [JSONValue.Member] = []
    for edit in fix.edits {
      guard let uri = places.uri(of: edit.range.start) else { continue }
      let json: JSONValue = ["range": places.range(edit.range).json, "newText": .string(edit.text)]
      if let known = changes.firstIndex(where: { $0.name == uri }) {
        changes[known].value = .array(changes[known].value.asArray + [json])
      } else {
        changes.append(.init(uri, .array([json])))
      }
    }
    return [
      "title": .string(fix.title), "kind": "quickfix",
      "diagnostics": [diagnosticJSON(diagnostic, &places)],
      "isPreferred": .bool(diagnostic.fixes.count == 1),
      "edit": ["changes": .object(changes)],
    ]
  }
}
