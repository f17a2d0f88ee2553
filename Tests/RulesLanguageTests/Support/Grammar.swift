/// A grammar in the EBNF of `grammar/rules.ebnf`, read well enough to list its terminals and to make
/// sentences of it.
struct Grammar {
  indirect enum Expression {
    case terminal(String)
    case name(String)
    /// `? ... ?`
    case special
    case sequence([Expression])
    case choice([Expression])
    case option(Expression)
    case repetition(Expression)
  }

  private(set) var rules: [(name: String, expression: Expression)] = []

  init(_ text: String) {
    var reader = GrammarReader(text)
    while let name = reader.takeName() {
      reader.expect("=")
      rules.append((name, reader.readChoice()))
      reader.expect(";")
    }
    precondition(
      reader.isAtEnd, "the grammar cannot be read after \(rules.last?.name ?? "its start")")
  }

  func expression(_ name: String) -> Expression? { rules.first { $0.name == name }?.expression }

  /// All characters between quotes, without repetition.
  var terminals: Set<String> { Set(rules.flatMap { terminals($0.expression) }) }

  /// All names used, without repetition.
  var usedNames: Set<String> { Set(rules.flatMap { names($0.expression) }) }

  private func terminals(_ expression: Expression) -> [String] {
    switch expression {
    case .terminal(let text): [text]
    case .name, .special: []
    case .sequence(let parts), .choice(let parts): parts.flatMap(terminals)
    case .option(let part), .repetition(let part): terminals(part)
    }
  }

  private func names(_ expression: Expression) -> [String] {
    switch expression {
    case .name(let name): [name]
    case .terminal, .special: []
    case .sequence(let parts), .choice(let parts): parts.flatMap(names)
    case .option(let part), .repetition(let part): names(part)
    }
  }
}

private struct GrammarReader {
  private var tokens: ArraySlice<String> = []

  init(_ text: String) {
    var rest = text[...]
    while let first = rest.first {
      if rest.hasPrefix("(*") {
        rest = rest.range(of: "*)").map { rest[$0.upperBound...] } ?? ""
      } else if first.isWhitespace {
        rest.removeFirst()
      } else if first == "\"" || first == "?" {
        let body = rest.dropFirst()
        let end = body.firstIndex(of: first) ?? body.endIndex
        tokens.append(String(first) + body[..<end])
        rest = body[end...].dropFirst()
      } else if first.isLetter {
        let name = rest.prefix { $0.isLetter || $0.isNumber }
        tokens.append(String(name))
        rest = rest.dropFirst(name.count)
      } else {
        tokens.append(String(first))
        rest.removeFirst()
      }
    }
  }

  var isAtEnd: Bool { tokens.isEmpty }

  mutating func takeName() -> String? {
    guard let name = tokens.first, name.first?.isLetter == true else { return nil }
    return tokens.popFirst()
  }

  mutating func expect(_ token: String) {
    precondition(tokens.first == token, "expected \(token), found \(tokens.prefix(5))")
    tokens.removeFirst()
  }

  mutating func readChoice() -> Grammar.Expression {
    var parts = [readSequence()]
    while tokens.first == "|" {
      tokens.removeFirst()
      parts.append(readSequence())
    }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private mutating func readSequence() -> Grammar.Expression {
    var parts: [Grammar.Expression] = []
    while let token = tokens.first, ![";", "|", ")", "]", "}"].contains(token) {
      tokens.removeFirst()
      switch token {
      case "(":
        parts.append(readChoice())
        expect(")")
      case "[":
        parts.append(.option(readChoice()))
        expect("]")
      case "{":
        parts.append(.repetition(readChoice()))
        expect("}")
      default:
        if token.hasPrefix("\"") {
          parts.append(.terminal(String(token.dropFirst())))
        } else {
          parts.append(token.hasPrefix("?") ? .special : .name(token))
        }
      }
    }
    return .sequence(parts)
  }
}
