/// Text to syntax tree: `file = { import | enum | task | pool }`.
func parse(
  _ file: SourceFile, index: Int
) -> (syntax: FileSyntax, diagnostics: [Diagnostic]) {
  guard file.text.utf8.count <= Limits.fileBytes else {
    let start = SourcePosition(file: index, line: 1, column: 1)
    let message = "the file is larger than \(Limits.fileBytes >> 20) MB"
    return (FileSyntax(isDamaged: true), [Diagnostic("syntax", at: start, message)])
  }
  var parser = Parser(file: file, index: index)
  var syntax = FileSyntax()
  while parser.token.kind != .endOfFile {
    if parser.token.isSymbol(.rightBrace) || parser.token.isSymbol(.semicolon) {
      parser.reportStray()
      continue
    }
    let start = parser.token.start
    do {
      try parser.parseDeclaration(into: &syntax)
    } catch {
      syntax.isDamaged = true
      if parser.token.start == start { parser.advance() }
      parser.skipToDeclaration()
    }
  }
  return (syntax, parser.diagnostics)
}

extension Parser {
  fileprivate mutating func parseDeclaration(into file: inout FileSyntax) throws(Failure) {
    let doc = token.doc
    correct([.import, .extern, .enum, .task, .pool])
    switch token.kind {
    case .keyword(.import): file.imports.append(try parseImport())
    case .keyword(.enum), .keyword(.extern): file.enums.append(try parseEnum(doc: doc))
    case .keyword(.task): file.tasks.append(try parseTask(doc: doc))
    case .keyword(.pool): file.pools.append(try parsePool())
    default: throw unexpected("`import`, `enum`, `task` or `pool`")
    }
  }

  /// A `}` that closes nothing, or a `;`.
  fileprivate mutating func reportStray() {
    let what = token.isSymbol(.semicolon) ? "no `;` is needed here" : "this `}` closes nothing"
    report(
      at: token.position, what,
      fix: .remove(tokenRange, token.isSymbol(.semicolon) ? ";" : "}"))
    advance()
  }

  /// `import RulesNetwork`, `import "Segment.rules"`
  private mutating func parseImport() throws(Failure) -> ImportSyntax {
    advance()
    let position = token.position
    if let path = takeString() { return ImportSyntax(target: .file(path), position: position) }
    let module = try parseName("a Swift module or a rules file in quotes after `import`")
    return ImportSyntax(target: .module(module.text), position: position)
  }

  /// `enum Server { none, chosen }`
  private mutating func parseEnum(doc: String?) throws(Failure) -> EnumSyntax {
    let isExtern = take(.extern)
    try expect(.enum, "after `extern`")
    let name = try parseName("the enum's name")
    var declaration = EnumSyntax(name: name, values: [], isExtern: isExtern, doc: doc)
    try expect(.leftBrace, "before the values of enum `\(name.text)`", insert: " {") {
      $0.isIdentifier
    }
    let what = "a value of enum `\(name.text)`"
    do throws(Failure) {
      repeat { declaration.values.append(try parseName(what)) } while takeSeparator(what)
      try expect(.rightBrace, "after the values of enum `\(name.text)`", insert: " }") {
        $0.endsList
      }
    } catch {
      declaration.isDamaged = true
      skipToDeclaration()
    }
    return declaration
  }
}
