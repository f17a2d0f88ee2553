extension SymbolIndex {
  /// What may be written at a place.
  public struct VisibleNames: Hashable, Sendable {
    /// Facts, defines, relateds, eaches and events that can be seen there, in alphabetical order;
    /// empty outside tasks.
    public var names: [Symbol] = []
    /// Rules, waits and goals of the scope there, for `over`; in text order.
    public var clauses: [Symbol] = []
    /// All enums, tasks and pools, by place.
    public var types: [Symbol] = []
    /// What alone fits right there, when that is certain: the values of `colour` behind
    /// `colour ==`, the names of a related task behind `prior.`, clauses behind `over`; else empty.
    public var expected: [Symbol] = []
  }

  /// The names for a completion at a place. What is just being typed there is left aside.
  ///
  /// Costs O(file).
  public func names(visibleAt position: SourcePosition) -> VisibleNames {
    var visible = VisibleNames()
    visible.types = types.members[""] ?? []
    // Scopes in each other come outermost first.
    if let scope = scopes.last(where: { $0.range.contains(position) }) {
      visible.names = scope.symbols
      visible.clauses = (types.members[scope.name] ?? []).filter(\.kind.isClause)
    }
    visible.expected = expected(behind: tokens(before: position), visible)
    return visible
  }

  // MARK: What stands before

  /// The tokens right before a place, without the name that is being typed there.
  private func tokens(before position: SourcePosition) -> ArraySlice<Token> {
    guard files.indices.contains(position.file) else { return [] }
    let lines = files[position.file].text.split(
      separator: "\n", maxSplits: position.line, omittingEmptySubsequences: false)
    guard lines.indices.contains(position.line - 1) else { return [] }
    // No list of values is longer than some lines.
    let before = lines[max(0, position.line - 20)..<(position.line - 1)].joined(separator: "\n")
    let line = lines[position.line - 1].prefix(position.column - 1)
    var lexer = Lexer(text: before + "\n" + line, file: position.file)
    var tokens: [Token] = []
    while true {
      let token = lexer.next()
      if token.kind == .endOfFile { break }
      tokens.append(token)
    }
    if case .identifier? = tokens.last?.kind, tokens.last?.end == lexer.offset {
      tokens.removeLast()
    }
    return tokens[...]
  }

  private func expected(
    behind tokens: ArraySlice<Token>, _ visible: VisibleNames
  ) -> [Symbol] {
    var rest = tokens
    guard let last = rest.popLast() else { return [] }
    if last.isSymbol(.dot) { return members(behind: &rest, visible) }
    if case .symbol(let symbol) = last.kind,
      symbol == .assign || Condition.Relation(rawValue: symbol.rawValue) != nil
    {
      return values(behind: &rest, visible)
    }
    // A list: `in { a, `, `any { a, `, `initially a, `, `over A, `.
    rest = tokens
    while rest.last?.isSymbol(.comma) == true, rest.dropLast().last?.isValue == true {
      rest = rest.dropLast(2)
    }
    switch rest.popLast()?.kind {
    case .keyword(.over)?: return visible.clauses
    case .keyword(.initially)?:
      guard case .identifier(let type)? = rest.popLast()?.kind else { return [] }
      return (types.members[type] ?? []).filter { $0.kind == .value }
    case .symbol(.leftBrace)?:
      let word = rest.popLast()
      if word?.isKeyword(.any) == true, rest.last?.isSymbol(.assign) == true {
        rest.removeLast()
        return values(behind: &rest, visible)
      }
      return word?.isKeyword(.in) == true ? values(behind: &rest, visible) : []
    default: return []
    }
  }

  /// What the path at the end of some tokens is compared with or changed to.
  private func values(behind tokens: inout ArraySlice<Token>, _ visible: VisibleNames) -> [Symbol] {
    guard case .identifier(let name)? = tokens.popLast()?.kind else { return [] }
    var candidates = visible.names
    if tokens.last?.isSymbol(.dot) == true {
      tokens.removeLast()
      candidates = members(behind: &tokens, visible)
    }
    return candidates.first { $0.name == name }.flatMap { types.values[$0] } ?? []
  }

  /// What the related or each at the end of some tokens shows.
  private func members(behind tokens: inout ArraySlice<Token>, _ visible: VisibleNames) -> [Symbol]
  {
    guard case .identifier(let name)? = tokens.popLast()?.kind,
      let owner = visible.names.first(where: { $0.name == name }),
      let container = types.containers[owner]
    else { return [] }
    return (types.members[container] ?? []).filter { $0.kind == .fact || $0.kind == .define }
  }
}

extension SymbolIndex.Symbol.Kind {
  var isClause: Bool { self == .rule || self == .wait || self == .goal }
}

extension Token {
  fileprivate var isValue: Bool {
    switch kind {
    case .identifier, .integer, .keyword(.true), .keyword(.false), .keyword(.goal): true
    default: false
    }
  }
}
