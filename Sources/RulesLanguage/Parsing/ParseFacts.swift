extension Parser {
  /// `fact server : Server initially none`, `fact committed <= sent : Int`
  mutating func parseFact(doc: String?) throws(Failure) -> FactSyntax {
    var stable: SourcePosition?
    var isLazy = false
    while !token.isKeyword(.fact) {
      let modifier = token.position
      if take(.stable) {
        stable = stable ?? modifier
      } else if take(.lazy) {
        isLazy = true
      } else {
        throw unexpected("`fact`")
      }
    }
    advance()
    var fact = FactSyntax(
      declaration: .names([], type: nil), stable: stable, isLazy: isLazy, initially: [], doc: doc)
    try parseFactDeclaration(into: &fact)
    correct([.initially])
    _ = part(until: []) { (parser) throws(Failure) in
      if parser.take(.initially) { fact.initially = try parser.parseValues("the initial value") }
      if parser.token.isSymbol(.assign) {
        fact.swift = try parser.parseSwift(.expression, after: "`=`")
      }
    }
    return fact
  }

  private mutating func parseFactDeclaration(into fact: inout FactSyntax) throws(Failure) {
    let first = try parseTerm("the fact's name")
    if token.isSymbol(.less) || token.isSymbol(.lessOrEqual) {
      fact.declaration = try parseChain(from: first)
      return
    }
    guard first.kind == .name else {
      throw unexpected("`<=` or `<` after a number that bounds a fact")
    }
    var names = [first.name]
    while take(.comma) { names.append(try parseName("another fact's name")) }
    fact.declaration = .names(names, type: nil)
    _ = part(until: [.initially]) { (parser) throws(Failure) in
      try parser.expect(.colon, "and a type after the fact's name", insert: ":") {
        $0.isIdentifier
      }
      fact.declaration = .names(names, type: try parser.parseName("the fact's type"))
    }
  }

  private mutating func parseChain(
    from first: ValueSyntax
  ) throws(Failure) -> FactSyntax.Declaration {
    var terms = [first]
    var links: [VariableModel.ChainLink] = []
    while true {
      if take(.lessOrEqual) {
        links.append(.lessOrEqual)
      } else if take(.less) {
        links.append(.less)
      } else {
        break
      }
      terms.append(try parseTerm("a fact's name or a number"))
    }
    try expect(.colon, "and `Int` after the chain")
    try expect(.int, "as the type of the chain")
    return .chain(terms: terms, links: links)
  }

  /// `define opened = all replica: header == committed`
  mutating func parseDefine(
    isStable: Bool, doc: String?
  ) throws(Failure) -> DefineSyntax {
    advance()
    let name = try parseName("the define's name")
    var condition = ConditionSyntax.constant(true)
    _ = part(until: []) { (parser) throws(Failure) in
      try parser.expect(.assign, "after `define \(name.text)`", insert: " =") { $0.startsCondition }
      condition = try parser.parseCondition()
    }
    return DefineSyntax(name: name, isStable: isStable, condition: condition, doc: doc)
  }

  /// `always "header first" header != committed => footer == unsent`
  mutating func parseAlways() throws(Failure) -> AlwaysSyntax {
    let position = token.position
    advance()
    let label = takeString()
    let start = token.start
    var condition = ConditionSyntax.constant(true)
    _ = part(until: []) { (parser) throws(Failure) in condition = try parser.parseCondition() }
    let text = singleLine(lexer.text(start..<max(start, lastEnd)))
    return AlwaysSyntax(label: label, condition: condition, text: text, position: position)
  }

  // MARK: Values

  /// `ident | int`
  mutating func parseTerm(_ what: String) throws(Failure) -> ValueSyntax {
    if token.isKeyword(.true) || token.isKeyword(.false) { throw unexpected(what) }
    return try parseValue(what)
  }

  /// `ident | int | "true" | "false"`
  mutating func parseValue(_ what: String) throws(Failure) -> ValueSyntax {
    let position = token.position
    let value: ValueSyntax
    switch token.kind {
    case .identifier(let name):
      checkLetters(name)
      value = ValueSyntax(kind: .name, text: name, position: position)
    case .integer(let number):
      value = ValueSyntax(kind: .integer, text: String(number), position: position)
    case .keyword(.true): value = ValueSyntax(kind: .boolean, text: "true", position: position)
    case .keyword(.false): value = ValueSyntax(kind: .boolean, text: "false", position: position)
    default: throw unexpected(what)
    }
    advance()
    return value
  }

  mutating func parseValues(_ what: String) throws(Failure) -> [ValueSyntax] {
    var values = [try parseValue(what)]
    while take(.comma) { values.append(try parseValue(what)) }
    return values
  }

  /// `{ chosen, none }`
  mutating func parseValueSet() throws(Failure) -> [ValueSyntax] {
    try expect(.leftBrace, "before a list of values")
    var values = [try parseValue("a value")]
    while takeSeparator("a value") { values.append(try parseValue("a value")) }
    try expect(.rightBrace, "after a list of values", insert: " }") { $0.endsList }
    return values
  }

  /// `100 ms`, in milliseconds.
  mutating func parseDuration() throws(Failure) -> Int {
    let position = token.position
    let count = try parseInteger("a duration such as `100 ms`")
    let unit: Int
    if take(.milliseconds) {
      unit = 1
    } else if take(.seconds) {
      unit = 1000
    } else if take(.min) {
      unit = 60_000
    } else {
      throw unexpected("`ms`, `s` or `min`")
    }
    let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit)
    guard !overflow, milliseconds >= 0 else {
      throw error(at: position, "a duration is zero or more, and fits in 64 bits")
    }
    return milliseconds
  }
}

/// Source text as one line: comments dropped, white space collapsed.
private func singleLine(_ text: String) -> String {
  var words: [String] = []
  for line in text.split(whereSeparator: \.isNewline) {
    for word in line.split(whereSeparator: \.isWhitespace) {
      // No operator of a condition has a slash, so this starts a comment.
      if word.hasPrefix("//") { break }
      words.append(String(word))
    }
  }
  return words.joined(separator: " ")
}
