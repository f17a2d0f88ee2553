import RulesAnalysis
import RulesLanguage
import RulesOutput

extension LanguageServer {
  /// `textDocument/hover`: what the name or word is.
  mutating func hover(_ params: JSONValue) throws(ResponseError) -> JSONValue {
    let cursor = try cursor(params)
    let lines = cursor.document.lines
    if let occurrence = cursor.occurrence {
      let hover = SymbolHover(
        occurrence.symbol, cursor.index, checker.roots(of: cursor.document.path))
      return json(hover.text(documents), lines.range(occurrence.range))
    }
    guard let token = cursor.token(in: cursor.tokens), let word = token.word,
      let explanation = explanation(of: word)
    else { return .null }
    return json("**\(word)**: \(explanation)", lines.range(token.range))
  }

  private func json(_ markdown: String, _ range: TextRange) -> JSONValue {
    ["contents": ["kind": "markdown", "value": .string(markdown)], "range": range.json]
  }
}

/// What is known about one symbol: its declaration as written, its comment, what it means, and how
/// many states it is about.
private struct SymbolHover {
  let symbol: SymbolIndex.Symbol
  let index: SymbolIndex
  /// The programs that may know it.
  let roots: [CheckedRoot]

  init(_ symbol: SymbolIndex.Symbol, _ index: SymbolIndex, _ roots: [CheckedRoot]) {
    self.symbol = symbol
    self.index = index
    self.roots = roots
  }

  func text(_ documents: DocumentStore) -> String {
    var paragraphs: [String] = []
    var places = FilePlaces(index.files, documents)
    let declaration = declaration(of: symbol)
    // A value says most among the others of its enum.
    let shown = symbol.kind == .value ? self.declaration(of: enumeration) : declaration
    if let shown {
      let source = DeclarationText(shown.range, index.files, &places)
      paragraphs.append("```rules\n\(source.text)\n```")
      if !source.comment.isEmpty { paragraphs.append(source.comment) }
    }
    paragraphs += meaning
    if let declaration, index.files.indices.contains(declaration.range.start.file) {
      let file = index.files[declaration.range.start.file].path.split(separator: "/").last ?? ""
      let owner = symbol.container.isEmpty ? "" : " of `\(symbol.container)`"
      let place = "\(file), line \(declaration.range.start.line)"
      paragraphs.append("\(symbol.kind.title)\(owner), declared in \(place)")
    }
    return paragraphs.joined(separator: "\n\n")
  }

  private func declaration(of symbol: SymbolIndex.Symbol) -> SymbolIndex.Occurrence? {
    index.occurrences(of: symbol).first { $0.isDeclaration }
  }

  /// The enum of a value.
  private var enumeration: SymbolIndex.Symbol {
    SymbolIndex.Symbol(.enumeration, symbol.container, in: "")
  }

  private var meaning: [String] {
    let scope = roots.lazy.compactMap { $0.program }.compactMap(scope(in:)).first
    switch symbol.kind {
    case .fact: return scope.flatMap(domain).map { [$0] } ?? []
    case .define: return scope.flatMap(expansion).map { [$0] } ?? []
    case .rule, .wait, .goal: return (scope.flatMap(condition).map { [$0] } ?? []) + clauseCounts
    case .task, .each: return scopeCounts
    case .parameter: return ["For the Swift side only; the rules do not see it."]
    case .enumeration, .value, .related, .event, .pool: return []
    }
  }

  // MARK: The model

  /// The scope that the symbol is declared in.
  private func scope(in program: Program) -> Scope? {
    Scope.all(of: program).first { $0.name == symbol.container }
  }

  private func domain(_ scope: Scope) -> String? {
    guard let variable = scope.body.variable(symbol.name) else { return nil }
    switch variable.kind {
    case .bool: return "Values: `false`, `true`"
    case .enumeration(let name):
      return values(scope.program.enumeration(name)?.values ?? [])
    case .integer(let domain):
      let names = domain.intervals.map(\.name)
      return names == ["any"] ? "No number is told from another." : values(names)
    case .chain(_, let links):
      let orders = 1 << links.filter { $0 == .lessOrEqual }.count
      return "One variable: the \(counted(orders, "ordering")) that `\(variable.name)` allows"
    }
  }

  private func values(_ names: [String]) -> String {
    let most = 24
    let shown = names.prefix(most).map { "`\($0)`" }.joined(separator: ", ")
    return "Values: " + (names.count > most ? "\(shown) and \(names.count - most) more" : shown)
  }

  private func expansion(_ scope: Scope) -> String? {
    guard let define = scope.body.define(symbol.name) else { return nil }
    var budget = 100
    guard let expanded = scope.expand(define.condition, within: &budget),
      expanded != define.condition
    else { return nil }
    return "Means `\(conditionText(expanded, in: scope))`"
  }

  private func condition(_ scope: Scope) -> String? {
    guard let clause = scope.clauses.first(where: { $0.name == symbol.name }) else { return nil }
    var budget = 100
    // Bounded as a condition that is expanded is, though it is shown as written.
    guard scope.expand(clause.condition, within: &budget) != nil else { return nil }
    return "Holds when `\(conditionText(clause.condition, in: scope))`"
  }

  // MARK: Counts

  private func summary(of name: String) -> ScopeSummary? {
    roots.lazy.compactMap { $0.findings?.scopes.first { $0.name == name } }.first
  }

  private var clauseCounts: [String] {
    guard let scope = summary(of: symbol.container),
      let clause = scope.clauses.first(where: { $0.name == symbol.name })
    else { return pending }
    return [
      "Handles \(clause.handles) of \(counted(scope.counts.consistent, "state")) of `\(scope.name)`"
        + ", holds in \(clause.holds)"
    ]
  }

  private var scopeCounts: [String] {
    let path = symbol.container.isEmpty ? symbol.name : "\(symbol.container).\(symbol.name)"
    guard let counts = summary(of: path)?.counts else { return pending }
    let overlap = counts.overlap == 0 ? "" : ", \(counts.overlap) in overlaps"
    return [
      "\(counted(counts.consistent, "consistent state")): \(counts.rule) rule, \(counts.wait) wait, "
        + "\(counts.goal) goal, \(counts.unhandled) unhandled\(overlap)"
    ]
  }

  private var pending: [String] {
    roots.contains { $0.isPending } ? ["Its states are being counted."] : []
  }

  private func counted(_ count: some BinaryInteger, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}

extension Scope {
  /// As `expand`, but nil when the result would be too large to read.
  ///
  /// - Parameter budget: parts that it may have; what is left of them.
  fileprivate func expand(_ condition: Condition, within budget: inout Int) -> Condition? {
    guard isSmall(condition, &budget, depth: 0) else { return nil }
    return try? expand(condition)
  }

  private func isSmall(_ condition: Condition, _ budget: inout Int, depth: Int) -> Bool {
    budget -= 1
    guard budget > 0, depth < 100 else { return false }
    switch condition {
    case .define(let owner, let name):
      guard let definition = definition(owner, name) else { return false }
      return isSmall(definition, &budget, depth: depth + 1)
    case .quantified(_, let each, let body):
      guard let each = task.each(each) else { return false }
      return Scope(program, task, each).isSmall(body, &budget, depth: depth + 1)
    default:
      for part in condition.parts where !isSmall(part, &budget, depth: depth + 1) { return false }
      return true
    }
  }
}
