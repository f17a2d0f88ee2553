/// Makes random sentences of a grammar. What grows is cut off at a depth, where every choice takes
/// its first alternative without a further rule, if there is one.
struct SentenceWriter {
  let grammar: Grammar
  /// No repetition goes on behind so many bytes of its own.
  private let mostBytes: Int
  private var random: SeededGenerator
  private(set) var reached: Set<String> = []

  init(grammar: Grammar, seed: UInt64, mostBytes: Int = 4000) {
    self.grammar = grammar
    self.mostBytes = mostBytes
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
      while text.utf8.count < mostBytes,
        Int.random(in: 0...(depth + 2), using: &random) < 5 - depth / 4
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
