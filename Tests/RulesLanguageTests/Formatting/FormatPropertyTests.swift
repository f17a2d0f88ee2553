import Foundation
import Testing

@testable import RulesLanguage

@Suite("The formatter, on any text")
struct FormatPropertyTests {
  /// The words, and the comments before and behind them.
  private func content(_ text: String) throws -> [String] {
    try readWords(SourceFile(path: "a", text: text)).flatMap { word in
      let own = word.token == nil ? withoutIndentation(word.text) : word.text
      return word.comments.map(\.text) + [own] + (word.trailing.map { ["behind: " + $0] } ?? [])
    }
  }

  private func withoutIndentation(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0.drop { $0 == " " }) }.joined(separator: "\n")
  }

  /// What the compiler makes of it, without the places. Without spaces, too: an `always` has its
  /// text as written.
  private func meaning(_ text: String) -> String {
    let tree = parse(SourceFile(path: "a", text: text), index: 0).syntax
    return withoutPlaces("\(tree)").filter { $0 != " " }
  }

  private func withoutPlaces(_ text: String) -> String {
    text.replacingOccurrences(
      of: #"SourcePosition\(file: \d+, line: \d+, column: \d+\)"#, with: "",
      options: .regularExpression
    ).replacingOccurrences(of: #"\\n *"#, with: "\n", options: .regularExpression)
  }

  private func formatted(_ text: String) -> String? {
    format(SourceFile(path: "a", text: text)).value
  }

  @Test("words, comments and meaning of a random sentence stay, and its style has a style: its own")
  func sentences() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var sentences = SentenceWriter(
      grammar: Grammar(try packageFile("grammar/rules.ebnf")), seed: seed)
    var noise = SourceNoise(seed: seed)
    for round in 0..<150 {
      let sentence = try readWords(SourceFile(path: "a", text: sentences.sentence()))
      let text = noise.rewrite(sentence)
      let place = "seed \(seed), round \(round):\n\(text)"
      let once = try #require(formatted(text), "\(place)")
      try #require(try content(once) == content(text), "\(place)")
      let (before, after) = (meaning(text), meaning(once))
      try #require(
        after == before,
        "\(after.dropFirst(after.commonPrefix(with: before).count - 50).prefix(200)); \(place)")
      try #require(formatted(once) == once, "\(place)")
      try #require(!once.split(separator: "\n").contains { $0.hasSuffix(" ") }, "\(place)")
    }
  }

  @Test("the style depends on words and comments alone, not on spaces and line ends")
  func whiteSpace() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var sentences = SentenceWriter(
      grammar: Grammar(try packageFile("grammar/rules.ebnf")), seed: seed)
    var noise = SourceNoise(seed: seed, isPlain: true)
    for round in 0..<100 {
      let words = try readWords(SourceFile(path: "a", text: sentences.sentence()))
      let one = try #require(formatted(noise.rewrite(words)))
      let two = try #require(formatted(noise.rewrite(words)))
      try #require(
        withoutIndentation(one) == withoutIndentation(two), "seed \(seed), round \(round):\n\(one)")
    }
  }

  @Test("the rules of this repository are in the style", arguments: try rulesOfThePackage())
  func fixedPoints(path: String) throws {
    let text = try packageFile(path)
    let result = format(SourceFile(path: path, text: text))
    #expect(result.value == text)
  }

  @Test("a program stays the same but for its places", arguments: try rulesOfThePackage())
  func programs(path: String) throws {
    func program(_ text: String) throws -> (
      text: String, policies: [[PoolModel.Policy: PoolModel.Severity]]
    ) {
      let result = compile([SourceFile(path: path, text: text)]) { other in
        (try? packageFile(other)).map { SourceFile(path: other, text: $0) }
      }.result
      var program = try #require(result.value)
      program.files = []
      let policies = program.pools.map(\.policies)
      // Printed in any order.
      for index in program.pools.indices { program.pools[index].policies = [:] }
      return (withoutPlaces("\(program)"), policies)
    }
    let words = try readWords(SourceFile(path: path, text: try packageFile(path)))
    // Without `///`, which would be documentation.
    let flat = words.reduce(into: "") { text, word in
      for comment in word.comments { text += "\n" + comment.text + "\n" }
      text += " " + word.text + (word.trailing.map { " " + $0 } ?? "")
      if word.token == nil || word.trailing != nil { text += "\n" }
    }
    let (before, after) = (
      try program(try packageFile(path)), try program(try #require(formatted(flat)))
    )
    #expect(after.text == before.text)
    #expect(after.policies == before.policies)
  }
}

/// Every rules file that is meant to be read, from the root of the repository.
func rulesOfThePackage() throws -> [String] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  return try ["rules", "Tests/Fixtures"].flatMap { folder in
    try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
      .filter { $0.hasSuffix(".rules") && !$0.contains("/.build") && !$0.contains("Corpus") }
      .sorted().map { folder + "/" + $0 }
  }
}
