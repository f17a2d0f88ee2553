@testable import RulesLanguage

/// Decides whether a text is a sentence of a grammar, by trying everything: slow, but nothing of the
/// parser is in it. Only the lexer is shared, because where Swift text ends is its business.
struct Recogniser {
  let grammar: Grammar
  private var lexers: [Int: Lexer] = [:]
  private var known: [Key: Set<Int>] = [:]

  private struct Key: Hashable {
    var rule: String
    var offset: Int
  }

  init(grammar: Grammar) { self.grammar = grammar }

  /// Whether the whole text is made by the rule `file`.
  mutating func accepts(_ text: String) -> Bool {
    let start = Lexer(text: text, file: 0)
    lexers = [start.offset: start]
    known = [:]
    return ends(of: .name("file"), from: start.offset, in: "file").contains { end in
      guard var lexer = lexers[end] else { return false }
      return lexer.next().kind == .endOfFile
    }
  }

  /// All places where an expression that starts here may end. `rule` says what Swift text is for.
  private mutating func ends(
    of expression: Grammar.Expression, from offset: Int, in rule: String
  ) -> Set<Int> {
    switch expression {
    case .terminal(let text): return token(from: offset) { $0.text == text }
    case .special: return []
    case .name(let name): return ends(ofRule: name, from: offset, in: rule)
    case .sequence(let parts):
      return parts.reduce([offset]) { places, part in
        places.reduce(into: []) { $0.formUnion(ends(of: part, from: $1, in: rule)) }
      }
    case .choice(let parts):
      return parts.reduce(into: []) { $0.formUnion(ends(of: $1, from: offset, in: rule)) }
    case .option(let part): return ends(of: part, from: offset, in: rule).union([offset])
    case .repetition(let part):
      var all: Set<Int> = [offset]
      var open = [offset]
      while let place = open.popLast() {
        for end in ends(of: part, from: place, in: rule) where all.insert(end).inserted {
          open.append(end)
        }
      }
      return all
    }
  }

  private mutating func ends(
    ofRule name: String, from offset: Int, in outer: String
  ) -> Set<Int> {
    switch name {
    case "ident":
      return token(from: offset) { if case .identifier = $0.kind { true } else { false } }
    case "int": return token(from: offset) { if case .integer = $0.kind { true } else { false } }
    case "string": return token(from: offset) { if case .string = $0.kind { true } else { false } }
    case "swift": return swift(from: offset, in: outer)
    default: break
    }
    let key = Key(rule: name, offset: offset)
    if let ends = known[key] { return ends }
    guard let expression = grammar.expression(name) else { return [] }
    let ends = ends(of: expression, from: offset, in: name)
    known[key] = ends
    return ends
  }

  private mutating func token(from offset: Int, _ isWanted: (Token) -> Bool) -> Set<Int> {
    guard var lexer = lexers[offset] else { return [] }
    guard isWanted(lexer.next()) else { return [] }
    lexers[lexer.offset] = lexer
    return [lexer.offset]
  }

  private mutating func swift(from offset: Int, in rule: String) -> Set<Int> {
    guard var lexer = lexers[offset] else { return [] }
    let mode: SwiftTextMode =
      switch rule {
      case "rule": .action
      case "each": .collection
      default: .expression
      }
    guard let text = try? lexer.scanSwiftText(mode), !text.text.isEmpty else { return [] }
    lexers[lexer.offset] = lexer
    return [lexer.offset]
  }
}

extension Token {
  /// As a terminal of the grammar; nil for what is no word and no symbol.
  fileprivate var text: String? {
    switch kind {
    case .keyword(let keyword): keyword.rawValue
    case .identifier(let name): name
    case .symbol(let symbol): symbol.rawValue
    case .integer, .string, .endOfFile, .invalid: nil
    }
  }
}
