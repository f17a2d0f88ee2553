import Foundation
import Testing

@testable import RulesLanguage

@Suite("The grammar's text")
struct GrammarTests {
  private let grammar: Grammar

  init() throws { grammar = Grammar(try packageFile("grammar/rules.ebnf")) }

  @Test("its words are the reserved and the contextual words of the lexer")
  func words() {
    let words = grammar.terminals.filter { $0.first?.isLetter == true }
    let known = Keyword.allCases.map(\.rawValue) + ContextualWord.allCases.map(\.rawValue)
    #expect(words.subtracting(known).sorted() == [])
    #expect(Set(known).subtracting(words).sorted() == [])
  }

  @Test("its symbols are the symbols of the lexer")
  func symbols() {
    let symbols = grammar.terminals.filter { $0.first?.isLetter == false }
    #expect(symbols == Set(Symbol.allCases.map(\.rawValue)))
  }

  @Test("every name it uses is defined once, and every name it defines is used")
  func names() {
    let defined = grammar.rules.map(\.name)
    #expect(defined.count == Set(defined).count)
    #expect(grammar.usedNames.subtracting(defined) == [])
    #expect(Set(defined).subtracting(grammar.usedNames) == ["file", "comment"])
  }

  @Test("its last comment lists the words that are not reserved")
  func contextualWords() throws {
    let text = try packageFile("grammar/rules.ebnf")
    let list = try #require(text.range(of: "name is expected: ").map { text[$0.upperBound...] })
    let words = list.prefix { $0 != "." }.split(whereSeparator: \.isWhitespace).map(String.init)
    #expect(Set(words) == Set(ContextualWord.allCases.map(\.rawValue)))
  }

  @Test(
    "the flagship files are sentences of the parser",
    arguments: ["Segment", "ServerFailure", "LogReplication"])
  func flagship(name: String) throws {
    let text = try packageFile("rules/ReplicatedLog/\(name).rules")
    let result = parse(SourceFile(path: name, text: text), index: 0)
    #expect(result.diagnostics.map(\.message) == [])
    #expect(!result.syntax.isDamaged)
  }

  @Test("sentences made from it parse")
  func sentences() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var writer = SentenceWriter(grammar: grammar, seed: seed)
    for round in 0..<200 {
      let text = writer.sentence()
      let messages = parse(SourceFile(path: "sentence", text: text), index: 0).diagnostics.map {
        "\($0.position.line):\($0.position.column) \($0.message)"
      }
      #expect(messages == [], "seed \(seed), round \(round):\n\(text)")
      if !messages.isEmpty { break }
    }
  }

  @Test("sentences made from it reach every rule of it")
  func reach() {
    var writer = SentenceWriter(grammar: grammar, seed: 1)
    for _ in 0..<200 { _ = writer.sentence() }
    let all = Set(grammar.rules.map(\.name)).subtracting(["comment"])
    #expect(all.subtracting(writer.reached) == [])
  }
}

/// Makes random sentences of a grammar. What grows is cut off at a depth, where every choice takes
/// its first alternative without a further rule, if there is one.
private struct SentenceWriter {
  let grammar: Grammar
  private var random: SeededGenerator
  private(set) var reached: Set<String> = []

  init(grammar: Grammar, seed: UInt64) {
    self.grammar = grammar
    random = SeededGenerator(seed: seed)
  }

  mutating func sentence() -> String { write(.name("file"), depth: 0) }

  private mutating func write(_ expression: Grammar.Expression, depth: Int) -> String {
    switch expression {
    case .terminal(let text): return text + " "
    case .special: return ""
    case .name(let name):
      reached.insert(name)
      return token(name) ?? write(grammar.expression(name) ?? .special, depth: depth + 1)
    case .sequence(let parts):
      var text = ""
      for part in parts { text += write(part, depth: depth) }
      return text
    case .choice(let parts):
      let flat = parts.filter(isFlat)
      let allowed = depth > 14 && !flat.isEmpty ? flat : parts
      return write(allowed[Int.random(in: 0..<allowed.count, using: &random)], depth: depth)
    case .option(let part):
      return Int.random(in: 0...depth, using: &random) < 7 ? write(part, depth: depth) : ""
    case .repetition(let part):
      var text = ""
      while text.utf8.count < 4000, Int.random(in: 0...(depth + 2), using: &random) < 5 - depth / 4
      {
        text += write(part, depth: depth)
      }
      return text
    }
  }

  /// No further rule but for tokens is needed.
  private func isFlat(_ expression: Grammar.Expression) -> Bool {
    switch expression {
    case .terminal, .special, .option, .repetition: true
    case .name(let name): ["ident", "int", "string", "swift", "path"].contains(name)
    case .sequence(let parts): parts.allSatisfy(isFlat)
    case .choice(let parts): parts.contains(where: isFlat)
    }
  }

  private mutating func token(_ name: String) -> String? {
    let samples: [String: [String]] = [
      "ident": ["a", "_b1", "none", "all", "fair", "absent", "min", "max", "error", "one", "s"],
      "int": ["0", "-1", "1_000"],
      // Not from its rule, which allows a negative number that no duration can be.
      "duration": ["100 ms", "2s", "1_0 min"],
      "string": ["\"label\"", "\"\"", "\"a \\\" é\""],
      "swift": ["call(1, { $0 })\n", "a.then // note }\n", "\"then { \\(b[\"}\"])\"\n", "x(\n)\n"],
    ]
    return samples[name].map { $0[Int.random(in: 0..<$0.count, using: &random)] + " " }
  }
}
