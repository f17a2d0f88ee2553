import Testing

@testable import RulesLanguage

@Suite("Mutated sentences of the grammar")
struct MutationTests {
  private let grammar: Grammar

  init() throws { grammar = Grammar(try packageFile("grammar/rules.ebnf")) }

  @Test("the parser accepts a text if, and only if, the grammar makes it")
  func acceptance() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var writer = SentenceWriter(grammar: grammar, seed: seed, mostBytes: 150)
    var mutator = Mutator(seed: seed)
    var recogniser = Recogniser(grammar: grammar)
    var (accepted, refused) = (0, 0)
    for round in 0..<400 {
      let sentence = writer.sentence()
      guard sentence.utf8.count < 2000 else { continue }
      let text = round.isMultiple(of: 4) ? sentence : mutator.mutateTokens(sentence)
      let messages = parse(SourceFile(path: "text", text: text), index: 0).diagnostics.map {
        "\($0.position.line):\($0.position.column) \($0.message)"
      }
      let isSentence = recogniser.accepts(text)
      #expect(
        messages.isEmpty == isSentence, "seed \(seed), round \(round): \(messages)\n\(text)")
      if isSentence { accepted += 1 } else { refused += 1 }
      if messages.isEmpty != isSentence { break }
    }
    #expect(accepted > 20 && refused > 20)
  }

  @Test("whatever is broken, there is a result or errors with places in the text")
  func anything() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var writer = SentenceWriter(grammar: grammar, seed: seed)
    var mutator = Mutator(seed: seed)
    for round in 0..<200 {
      var text = mutator.mutateTokens(writer.sentence())
      if round.isMultiple(of: 2) { text = mutator.mutateBytes(text) }
      let file = SourceFile(path: "text", text: text)
      let result = compile([file]) { _ in nil }.result
      let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
      #expect(
        (result.value == nil) == result.diagnostics.contains { $0.severity == .error }
          && result.diagnostics.allSatisfy { (1...lines).contains($0.position.line) },
        "seed \(seed), round \(round)")
      let index = indexSymbols([file]) { _ in nil }
      for occurrence in index.occurrences.prefix(20) {
        #expect(
          index.symbol(at: occurrence.range.start)?.range == occurrence.range,
          "seed \(seed), round \(round)")
      }
    }
  }
}

/// Breaks texts, always in the same way for the same seed.
private struct Mutator {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed &+ 1) }

  /// Deletes, doubles, swaps or replaces a few tokens.
  mutating func mutateTokens(_ text: String) -> String {
    var tokens = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let others =
      Keyword.allCases.map(\.rawValue) + Symbol.allCases.map(\.rawValue) + [
        "a", "1", "\"s\"", "\n",
      ]
    for _ in 0..<Int.random(in: 1...3, using: &random) where tokens.count > 1 {
      let place = Int.random(in: 0..<tokens.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: tokens.remove(at: place)
      case 1: tokens.insert(tokens[place], at: place)
      case 2: tokens.swapAt(place, Int.random(in: 0..<tokens.count, using: &random))
      case 3: tokens[place] = others[Int.random(in: 0..<others.count, using: &random)]
      default: tokens.insert(others[Int.random(in: 0..<others.count, using: &random)], at: place)
      }
    }
    return tokens.joined(separator: " ")
  }

  /// Overwrites a few bytes with noise.
  mutating func mutateBytes(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      bytes[place] = UInt8.random(in: 0...255, using: &random)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
