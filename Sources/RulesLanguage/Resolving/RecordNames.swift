/// What the resolver binds, kept for editors: each place where a name stands, with what it stands
/// for. One place, so that an editor never binds a name otherwise than the compiler does.
struct NameRecords: Sendable {
  /// Off for a plain compilation.
  var isOn = false
  var occurrences: [SymbolIndex.Occurrence] = []

  mutating func add(_ symbol: SymbolIndex.Symbol, _ name: NameSyntax, isDeclaration: Bool) {
    occurrences.append(SymbolIndex.Occurrence(symbol, name.range, isDeclaration: isDeclaration))
  }
}

extension NameSyntax {
  /// Names are ASCII and stand on one line.
  var range: SourceRange {
    var end = position
    end.column += text.utf8.count
    return SourceRange(start: position, end: end)
  }
}

extension Resolver {
  /// `Segment`, `Segment.replica`
  func name(of scope: ScopeID) -> String {
    let task = taskTrees[scope.task]
    return scope.each.map { "\(task.name.text).\(task.body.eaches[$0].name.text)" }
      ?? task.name.text
  }

  mutating func record(
    _ kind: SymbolIndex.Symbol.Kind, _ name: NameSyntax, in container: String, isDeclaration: Bool
  ) {
    guard records.isOn else { return }
    records.add(
      SymbolIndex.Symbol(kind, name.text, in: container), name, isDeclaration: isDeclaration)
  }

  mutating func record(
    _ kind: SymbolIndex.Symbol.Kind, _ name: NameSyntax, in scope: ScopeID, isDeclaration: Bool
  ) {
    guard records.isOn else { return }
    record(kind, name, in: self.name(of: scope), isDeclaration: isDeclaration)
  }

  /// What a name stands for as seen from a scope; a use of it.
  mutating func bind(
    _ name: NameSyntax, _ view: View
  ) -> (meaning: Meaning, layer: View.Layer)? {
    guard let found = view.lookUp(name.text) else { return nil }
    record(found.meaning.symbolKind, name, in: found.layer.scope, isDeclaration: false)
    return found
  }

  /// What a name stands for directly in a scope; a use of it.
  mutating func bind(_ name: NameSyntax, in scope: ScopeID) -> Meaning? {
    guard let meaning = tables[scope]?.meanings[name.text] else { return nil }
    record(meaning.symbolKind, name, in: scope, isDeclaration: false)
    return meaning
  }
}

extension Meaning {
  var symbolKind: SymbolIndex.Symbol.Kind {
    switch self {
    case .fact: .fact
    case .define: .define
    case .related: .related
    case .event: .event
    case .each: .each
    }
  }
}
