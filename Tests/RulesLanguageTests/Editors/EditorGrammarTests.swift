import Foundation
import Testing

@testable import RulesLanguage

/// Rules files that both editor grammars are held to.
private let samples = [
  "grammar/tour.rules", "Tests/Fuzzing/Corpus/every-construct", "rules/ReplicatedLog/Segment.rules",
  "rules/ReplicatedLog/ServerFailure.rules", "rules/ReplicatedLog/LogReplication.rules",
  "Tests/Fixtures/Consumer/Sources/Phone/Connection.rules",
]

@Suite("The TextMate grammar")
struct TextMateGrammarTests {
  let grammar: TextMateGrammar

  init() throws {
    grammar = try TextMateGrammar(
      json: Data(packageFile("grammar/rules.tmLanguage.json").utf8))
  }

  @Test("includes only what it defines, and uses all of that")
  func includes() {
    var used: Set<String> = []
    func collect(_ pattern: TextMateGrammar.Pattern) {
      if let include = pattern.include { used.insert(String(include.dropFirst())) }
      pattern.patterns.forEach(collect)
    }
    collect(grammar.root)
    grammar.repository.values.forEach(collect)
    #expect(used == Set(grammar.repository.keys))
  }

  @Test("takes for Swift what the compiler takes for Swift", arguments: samples)
  func swiftText(path: String) throws {
    let text = try packageFile(path)
    let bytes = Array(text.utf8)
    let scopes = try grammar.scopes(of: text)
    var compiler = Array(repeating: false, count: bytes.count)
    for range in try LexedText(text).swift { for index in range { compiler[index] = true } }
    let line = bytes.indices.first { index in
      let isSwift = scopes[index].contains("meta.embedded.swift")
      return bytes[index] > UInt8(ascii: " ") && isSwift != compiler[index]
    }.map { index in bytes[..<index].count { $0 == UInt8(ascii: "\n") } + 1 }
    #expect(line == nil, "first difference at \(path):\(line ?? 0)")
  }

  @Test("colours reserved words as keywords, and no name", arguments: samples)
  func keywords(path: String) throws {
    let text = try packageFile(path)
    let scopes = try grammar.scopes(of: text)
    for token in try LexedText(text).tokens {
      let scope = token.start < scopes.count ? scopes[token.start] : ""
      let isKeyword =
        ["keyword.control", "keyword.operator", "storage."].contains { scope.contains($0) }
        || scope.contains("constant.language")
      switch token.kind {
      case .keyword: #expect(isKeyword, "\(path):\(token.position.line) \(token.description)")
      case .identifier(let name) where ContextualWord(rawValue: name) == nil:
        #expect(!isKeyword, "\(path):\(token.position.line) \(name) is \(scope)")
      case .string: #expect(scope.contains("string"), "\(path):\(token.position.line)")
      default: break
      }
    }
  }

  @Test("colours a contextual word only where it means something")
  func contextualWords() throws {
    let text = """
      task Pool {
        fact fair : Bool  initially none
        event warn fair when all a: after == none, all == some, min
        wait after for one warn after 2 s
      }
      """
    let scopes = try grammar.scopes(of: text)
    var coloured: [String] = []
    for token in try LexedText(text).tokens {
      guard case .identifier(let name) = token.kind else { continue }
      if ["keyword", "storage"].contains(where: { scopes[token.start].contains($0) }) {
        coloured.append("\(token.position.line) \(name)")
      }
    }
    #expect(coloured == ["3 fair", "3 all", "4 warn", "4 after", "4 s"])
  }

  @Test("has every reserved word in its expressions")
  func completeness() throws {
    let text = try packageFile("grammar/rules.tmLanguage.json")
    let words = Set(text.split { !$0.isLetter }.map(String.init))
    for keyword in Keyword.allCases { #expect(words.contains(keyword.rawValue)) }
  }
}

@Suite("The tour of the language")
struct TourTests {
  @Test("is right in every name and type")
  func compiles() throws {
    #expect(findings(try packageFile("grammar/tour.rules")) == [])
  }

  @Test("has every word of the language")
  func words() throws {
    let words = try packageFile("grammar/tour.rules").split { !$0.isLetter }
    let all = Keyword.allCases.map(\.rawValue) + ContextualWord.allCases.map(\.rawValue)
    #expect(all.filter { !words.contains(Substring($0)) } == [])
  }
}

@Suite("The tree-sitter grammar")
struct TreeSitterGrammarTests {
  /// `"x"` and `'x'` in a text, without comment lines.
  private func literals(_ path: String, quote: Character, comment: String) throws -> [String] {
    try packageFile(path).split(separator: "\n").filter {
      !$0.drop { $0 == " " }.hasPrefix(comment)
    }.flatMap { line in
      line.split(separator: quote, omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
  }

  private let grammar = "grammar/tree-sitter-rules/grammar.js"

  @Test("has the words of the compiler, and no others")
  func words() throws {
    let words = Set(
      try literals(grammar, quote: "'", comment: "//").filter { $0.allSatisfy(\.isLetter) })
    let known = Set(Keyword.allCases.map(\.rawValue) + ContextualWord.allCases.map(\.rawValue))
    let fields = Set(try packageFile(grammar).matches(of: /field\('([a-z]+)'/).map(\.output.1))
    let others = words.subtracting(known).subtracting(fields.map(String.init))
    #expect(others == ["rules"])
    // `Int` is a type's name like others, `max` an end of a range like others.
    #expect(known.subtracting(words).sorted() == ["Int", "max"])
  }

  @Test("has every word and symbol coloured by the query")
  func highlights() throws {
    let coloured = Set(
      try literals(
        "grammar/tree-sitter-rules/queries/highlights.scm", quote: "\"", comment: ";"))
    for keyword in Keyword.allCases where keyword != .true && keyword != .false {
      #expect(coloured.contains(keyword.rawValue))
    }
    for symbol in Symbol.allCases { #expect(coloured.contains(symbol.rawValue)) }
  }

}
