import RulesLanguage
import RulesOutput

extension LanguageServer {
  /// `textDocument/completion`: names and words that fit at a place.
  mutating func completion(_ params: JSONValue) throws(ResponseError) -> JSONValue {
    let cursor = try cursor(params)
    var tokens = cursor.tokens.prefix { $0.range.lowerBound < cursor.offset }
    if let last = tokens.last, last.range.upperBound >= cursor.offset {
      switch last.kind {
      case .keyword, .name: tokens.removeLast()
      case .string, .swift, .invalid:
        guard tokens.dropLast().last?.kind == .keyword(.import) else { return .array([]) }
        return importedFiles(of: cursor.document)
      case .number, .symbol: break
      }
    }
    guard !isInComment(cursor, behind: tokens.last) else { return .array([]) }
    return .array(Completion(cursor, tokens).items)
  }

  /// The rules files beside the document, for an `import "`.
  private func importedFiles(of document: TextDocument) -> JSONValue {
    let folder = folder(of: document.path)
    guard folder.hasPrefix("/") else { return .array([]) }
    let paths = checker.access.rulesFiles(folder).filter { $0 != document.path }
    return .array(
      paths.prefix(Workspace.largestFolder).map { path in
        ["label": .string(String(path.dropFirst(folder.count))), "kind": 17]
      })
  }

  private func isInComment(_ cursor: Cursor, behind last: SourceToken?) -> Bool {
    let gap = cursor.document.lines.bytes[(last?.range.upperBound ?? 0)..<cursor.offset]
    let line = gap[((gap.lastIndex(of: UInt8(ascii: "\n")) ?? gap.startIndex - 1) + 1)...]
    return line.contains(UInt8(ascii: "/"))
  }
}

/// What fits at one place.
private struct Completion {
  private let context: CompletionContext
  private let visible: SymbolIndex.VisibleNames
  /// What is compared or changed is a Bool, as far as one can see.
  private let isBehindDot: Bool

  init(_ cursor: Cursor, _ tokens: ArraySlice<SourceToken>) {
    context = CompletionContext(tokens)
    visible = cursor.index.names(visibleAt: cursor.position)
    isBehindDot = tokens.last?.kind == .symbol(.dot)
  }

  var items: [JSONValue] {
    let names = visible.expected.map(item)
    if isBehindDot { return names }
    switch context.slot {
    case .effectValue: return names + words(["any"] + (names.isEmpty ? ["true", "false"] : []))
    case .value where !names.isEmpty: return names
    case .clause: return names + words(["goal"])
    case .nothing, .importedFile: return names
    case .value: return words(["true", "false"])
    case .item: return words(continuations + starts.filter { !continuations.contains($0) })
    case .condition:
      return symbols([.fact, .define, .related])
        + words(["not", "all", "some", "none", "one of", "true", "false"])
    case .afterCondition:
      let rest = continuations
      return words(["and", "or", "in"] + rest + starts.filter { !rest.contains($0) })
    case .each: return symbols([.each])
    case .type: return types([.enumeration, .task]) + words(["Bool", "Int"])
    case .taskName: return types([.task])
    case .cause: return symbols([.event, .fact, .define, .related])
    case .change: return symbols([.fact, .related, .each]) + words(["stay", "forget"])
    }
  }

  /// Words that start something in the block.
  private var starts: [String] {
    switch context.block {
    case .file: ["import", "enum", "extern enum", "task", "pool"]
    case .task:
      ["fact", "lazy fact", "stable fact", "define", "stable define", "related", "always", "each"]
        + ["event", "when", "rule", "wait", "goal"]
    case .each:
      ["fact", "lazy fact", "stable fact", "define", "stable define", "always", "event", "when"]
        + ["rule", "wait", "goal"]
    case .group: ["rule", "wait", "when"]
    case .pool: ["task", "explore", "policy"]
    case .list, .values: []
    }
  }

  /// Words that go on with the item.
  private var continuations: [String] {
    let alternative = context.part == .then ? ["or"] : []
    switch context.item {
    case .fact: return context.part == nil ? ["initially"] : []
    case .related: return ["absent"]
    case .each: return ["in"]
    case .event: return alternative + rest(of: ["fair", "when", "then"])
    case .rule: return alternative + rest(of: ["over", "when", "do", "then"])
    case .wait: return rest(of: ["over", "for", "when", "warn after"])
    case .task where context.block == .pool: return ["where", "links"]
    case .explore: return ["budget"]
    case .policy:
      return ["gap", "overlap", "stall", "unreachable", "busy", "error", "warn", "allow"]
    default: return []
    }
  }

  /// The parts of an item that come behind the current one.
  private func rest(of parts: [String]) -> [String] {
    let current = parts.firstIndex { $0 == context.part?.rawValue }
    return Array(parts.dropFirst(current.map { $0 + 1 } ?? 0))
  }

  private func symbols(_ kinds: [SymbolIndex.Symbol.Kind]) -> [JSONValue] {
    visible.names.filter { kinds.contains($0.kind) }.map(item)
  }

  private func types(_ kinds: [SymbolIndex.Symbol.Kind]) -> [JSONValue] {
    visible.types.filter { kinds.contains($0.kind) }.map(item)
  }

  private func item(_ symbol: SymbolIndex.Symbol) -> JSONValue {
    let owner = symbol.container.isEmpty ? "" : " of \(symbol.container)"
    return [
      "label": .string(symbol.name), "kind": .integer(symbol.kind.completionKind),
      "detail": .string(symbol.kind.title + owner),
    ]
  }

  private func words(_ words: [String]) -> [JSONValue] {
    words.map { word in
      var members: [JSONValue.Member] = [.init("label", .string(word)), .init("kind", 14)]
      let last = word.split(separator: " ").last.map(String.init) ?? word
      if let text = explanation(of: last) { members.append(.init("documentation", .string(text))) }
      return .object(members)
    }
  }
}

extension SymbolIndex.Symbol.Kind {
  /// The protocol's `CompletionItemKind` whose icon fits best.
  fileprivate var completionKind: Int {
    switch self {
    case .enumeration: 13  // Enum
    case .value: 20  // EnumMember
    case .task: 7  // Class
    case .parameter: 6  // Variable
    case .fact: 5  // Field
    case .define: 21  // Constant
    case .related: 10  // Property
    case .each: 9  // Module
    case .event: 23  // Event
    case .rule: 2  // Method
    case .wait: 24  // Operator
    case .goal: 12  // Value
    case .pool: 9  // Module
    }
  }
}
