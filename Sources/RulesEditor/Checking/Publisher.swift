import RulesLanguage
import RulesOutput

/// Tells the editor what is wrong with each file, and only what it does not know yet.
struct Publisher: Sendable {
  private struct Published: Sendable {
    var uri: String
    var version: Int?
    var diagnostics: [JSONValue]
  }

  /// By path; without files that are closed and fine.
  private var published: [String: Published] = [:]

  /// One `publishDiagnostics` for each file for which there is something new.
  mutating func publish(_ checker: Checker, _ documents: DocumentStore) -> [JSONValue] {
    let found = diagnosticsByPath(checker, documents)
    let paths = Set(found.keys).union(published.keys).union(documents.all.map(\.path))
    var messages: [JSONValue] = []
    for path in paths.sorted() {
      let document = documents[path: path]
      let known = published[path]
      let diagnostics = found[path] ?? []
      let isPending = checker.roots(of: path).contains { $0.isPending }
      let isNewVersion = known?.version != document?.version
      guard diagnostics != known?.diagnostics ?? [] || (isNewVersion && !isPending) else {
        continue
      }
      let uri = document?.uri ?? known?.uri ?? fileURI(ofPath: path)
      let version = document?.version
      published[path] =
        document == nil && diagnostics.isEmpty
        ? nil : Published(uri: uri, version: version, diagnostics: diagnostics)
      var params: [JSONValue.Member] = [.init("uri", .string(uri))]
      if let version { params.append(.init("version", .integer(version))) }
      params.append(.init("diagnostics", .array(diagnostics)))
      messages.append(notification("textDocument/publishDiagnostics", .object(params)))
    }
    return messages
  }

  /// What to show in each file, by place; what several programs find alike, once.
  private func diagnosticsByPath(
    _ checker: Checker, _ documents: DocumentStore
  ) -> [String: [JSONValue]] {
    var found: [String: [JSONValue]] = [:]
    var seen: [String: Set<JSONValue>] = [:]
    for (path, _) in checker.workspace.roots {
      guard let shown = checker.roots[path]?.shown else { continue }
      var places = FilePlaces(shown.files, documents)
      for diagnostic in shown.diagnostics {
        guard let file = places.path(of: diagnostic.position) else { continue }
        let json = diagnosticJSON(diagnostic, &places)
        if seen[file, default: []].insert(json).inserted { found[file, default: []].append(json) }
      }
    }
    return found
  }
}
