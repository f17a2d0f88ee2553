/// Random rules texts of one task, with facts of each kind. Equal seeds give equal texts.
struct RandomRules {
  private var state: UInt64

  static func text(seed: UInt64) -> String {
    var maker = RandomRules(state: seed)
    let rules = (0..<maker.number(2...5)).map { index in
      let over = index > 0 && maker.number(0...2) == 0 ? "over R\(index - 1) " : ""
      return "    rule R\(index) \(over)when \(maker.condition(3)) do act()"
    }
    return """
      enum Color { red, green, blue }
      task T {
        fact ready : Bool
        related other : T?
        each e : E in es {
          fact on : Bool
          fact color : Color
          fact low <= middle <= high : Int
          always \(maker.condition(1)) or \(maker.condition(1))
      \(rules.joined(separator: "\n").replacing("not other.ready", with: "other.ready"))
          wait W for other.ready when \(maker.condition(2))
          goal \(maker.condition(2))
        }
      }
      """.replacing(/always .*/) { $0.output.replacing("other.ready", with: "ready") }
  }

  /// One task of yes-or-no facts, and rules of three conditions each on neighbouring facts, every one
  /// over the one before it.
  static func priorities(facts: Int, rules: Int, seed: UInt64) -> String {
    var maker = RandomRules(state: seed)
    let names = (0..<facts).map { "f\($0)" }
    let lines = (0..<rules).map { index -> String in
      let start = maker.number(0...(facts - 6))
      var offsets = Array(0..<6)
      let literals = (0..<3).map { _ in
        let fact = start + offsets.remove(at: maker.number(0...(offsets.count - 1)))
        return (maker.number(0...1) == 0 ? "" : "not ") + "f\(fact)"
      }
      let over = index == 0 ? "" : "over R\(index - 1) "
      return "  rule R\(index) \(over)when \(literals.joined(separator: ", ")) do act()"
    }
    return "task T {\n  fact \(names.joined(separator: ", ")) : Bool\n"
      + lines.joined(separator: "\n") + "\n}\n"
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return range.lowerBound + Int((z ^ (z >> 31)) % UInt64(range.count))
  }

  private mutating func condition(_ depth: Int) -> String {
    if depth == 0 {
      let atoms = [
        "ready", "on", "not on", "color == red", "color != blue", "color in { red, blue }",
        "low < middle", "middle == high", "low == high", "low < high", "other.ready",
      ]
      return atoms[number(0...(atoms.count - 1))]
    }
    let a = condition(depth - 1)
    let b = condition(depth - 1)
    switch number(0...4) {
    case 0, 1: return "(\(a), \(b))"
    case 2: return "(\(a) or \(b))"
    case 3: return "not (\(a))"
    default: return "one of { \(a); \(b) }"
    }
  }
}
