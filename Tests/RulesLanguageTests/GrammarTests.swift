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
    arguments: ["Segment", "ServerFailure", "SegmentRelease", "MarkUpdate", "LogReplication"])
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
