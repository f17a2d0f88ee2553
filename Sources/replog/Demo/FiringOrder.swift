/// The order in which rules fired for one subject, short enough for a line.
enum FiringOrder {
  /// Repeats are folded: `R4 R5 R4 R5 R4 R5 R6` is `(R4 R5) x3 R6`, `R1 R1 R1` is `R1 x3`.
  ///
  /// Greedy from the left: at each place the repetition that covers most is taken, of patterns up
  /// to four rules long.
  static func compressed(_ rules: [String]) -> String {
    var parts: [String] = []
    var index = 0
    while index < rules.count {
      let found = (1...4).map { (length: $0, times: repeats(of: $0, at: index, in: rules)) }
        .filter { $0.times > 1 }
      // Of patterns that cover as much, the shortest: it is found first.
      let best = found.max { $0.length * $0.times < $1.length * $1.times }
      guard let best else {
        parts.append(rules[index])
        index += 1
        continue
      }
      let pattern = rules[index..<index + best.length].joined(separator: " ")
      parts.append("\(best.length > 1 ? "(\(pattern))" : pattern) x\(best.times)")
      index += best.length * best.times
    }
    return parts.joined(separator: " ")
  }

  /// How often the `length` rules at `index` come one after the other; 1 for patterns that do not
  /// fit or do not repeat.
  private static func repeats(of length: Int, at index: Int, in rules: [String]) -> Int {
    var times = 1
    while index + (times + 1) * length <= rules.count,
      rules[index..<index + length]
        == rules[index + times * length..<index + (times + 1) * length]
    {
      times += 1
    }
    return times
  }
}
