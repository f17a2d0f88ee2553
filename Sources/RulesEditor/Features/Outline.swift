import RulesLanguage
import RulesOutput

extension LanguageServer {
  /// `textDocument/documentSymbol`: what the document declares, as a tree.
  mutating func documentSymbols(_ params: JSONValue) throws(ResponseError) -> JSONValue {
    let document = try document(params)
    let index = checker.index(of: document.path, documents)
    guard let file = index.files.firstIndex(where: { $0.path == document.path }) else {
      return .array([])
    }
    let declarations = index.occurrences.filter {
      $0.isDeclaration && $0.range.start.file == file
    }
    let outline = Outline(lines: document.lines, items: ItemExtents(scanTokens(document.text)))
    return .array(outline.symbols(declarations))
  }
}

/// The tree of what a document declares, with the text that belongs to each declaration.
private struct Outline {
  let lines: TextLines
  let items: ItemExtents

  /// The declarations outside of all others, by place, with what is in them.
  func symbols(_ declarations: [SymbolIndex.Occurrence]) -> [JSONValue] {
    // What a declaration holds comes right behind it, before another one of its name.
    var inner: [String: [JSONValue]] = [:]
    var outer: [JSONValue] = []
    for declaration in declarations.reversed() {
      let symbol = declaration.symbol
      let path = symbol.container.isEmpty ? symbol.name : "\(symbol.container).\(symbol.name)"
      let holds = [.task, .each, .enumeration].contains(symbol.kind)
      let children = holds ? inner.removeValue(forKey: path) ?? [] : []
      let json = json(declaration, children.reversed())
      if symbol.container.isEmpty {
        outer.append(json)
      } else {
        inner[symbol.container, default: []].append(json)
      }
    }
    return outer.reversed()
  }

  private func json(_ declaration: SymbolIndex.Occurrence, _ children: [JSONValue]) -> JSONValue {
    let name = lines.offsets(of: declaration.range)
    return [
      "name": .string(declaration.symbol.name),
      "detail": .string(declaration.symbol.kind.title),
      "kind": .integer(declaration.symbol.kind.symbolKind),
      "range": lines.range(items.extent(of: name)).json,
      "selectionRange": lines.range(name).json,
      "children": .array(children),
    ]
  }
}

extension SymbolIndex.Symbol.Kind {
  /// How people call it.
  var title: String { self == .enumeration ? "enum" : rawValue }

  /// The protocol's `SymbolKind` whose icon fits best.
  fileprivate var symbolKind: Int {
    switch self {
    case .enumeration: 10  // Enum
    case .value: 22  // EnumMember
    case .task: 5  // Class
    case .parameter: 13  // Variable
    case .fact: 8  // Field
    case .define: 14  // Constant
    case .related: 7  // Property
    case .each: 3  // Namespace
    case .event: 24  // Event
    case .rule: 6  // Method
    case .wait: 25  // Operator
    case .goal: 17  // Boolean
    case .pool: 2  // Module
    }
  }
}
