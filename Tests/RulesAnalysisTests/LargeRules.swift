/// Rule sets of any size, as text: what no person writes in a test, and some write in earnest.
enum LargeRules {
  /// Rules about few facts that stand close together, as those of one phase of a protocol do.
  static func local(facts: Int, rules: Int, literals: Int, window: Int, seed: UInt64) -> String {
    var random = SeededGenerator(seed: seed)
    return text(facts: facts, rules: rules) { rule in
      let first = rule * (facts - window) / max(1, rules - 1)
      return Array(first..<first + window).shuffled(using: &random).prefix(literals).sorted()
        .map { Bool.random(using: &random) ? "f\($0)" : "not f\($0)" }
    }
  }

  /// Rules about any facts: no order of them is good.
  static func random(facts: Int, rules: Int, literals: Int, seed: UInt64) -> String {
    var random = SeededGenerator(seed: seed)
    return text(facts: facts, rules: rules) { _ in
      Array(0..<facts).shuffled(using: &random).prefix(literals).sorted()
        .map { Bool.random(using: &random) ? "f\($0)" : "not f\($0)" }
    }
  }

  /// A table of rules that exclude each other: facts in blocks, each block tells its own rules apart
  /// and the last one of a block hands on to the next.
  static func exclusive(facts: Int, rules: Int, block: Int) -> String {
    text(facts: facts, rules: rules) { rule in
      let perBlock = max(1, rules * block / facts)
      let index = rule / perBlock
      let before = (0..<index).map { "f\(min($0 * block, facts - 1))" }
      let first = min(index * block, facts - block)
      let number = rule % perBlock
      let own = (1..<block).map { bit in
        (number >> (bit - 1)) & 1 == 1 ? "f\(first + bit)" : "not f\(first + bit)"
      }
      return before + ["not f\(first)"] + own
    }
  }

  private static func text(
    facts: Int, rules: Int, _ literals: (Int) -> [String]
  ) -> String {
    let names = (0..<facts).map { "f\($0)" }
    let clauses = (0..<rules).map {
      "  rule R\($0) when \(literals($0).joined(separator: ", ")) do act()"
    }
    return "task T {\n  fact \(names.joined(separator: ", ")) : Bool\n"
      + clauses.joined(separator: "\n") + "\n}\n"
  }
}
