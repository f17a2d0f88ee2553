import RulesLanguage

extension StateSpace {
  /// A family of states as a pattern one could paste: `server == chosen, not following.opened`.
  /// Variables that may have any value are left out.
  package func pattern(_ cube: Cube) -> String {
    let texts = variables.indices.compactMap { index in
      cube.values[index].count < variables[index].values.count
        ? variables[index].pattern(cube.values[index]) : nil
    }
    return texts.isEmpty ? "true" : texts.joined(separator: ", ")
  }

  /// One state, every variable named.
  package func text(of state: [Int]) -> String {
    let texts = variables.indices.map { variables[$0].pattern([state[$0]]) }
    return texts.joined(separator: ", ")
  }
}

extension StateVariable {
  /// The condition that the variable has one of these values (not all of them).
  package func pattern(_ indices: [Int]) -> String {
    if let chain { return chain.pattern(indices) }
    guard isBool else { return enumText(name, indices.map { values[$0] }, of: values) }
    let needsBrackets: Bool
    if case .quantifier = origin { needsBrackets = true } else { needsBrackets = false }
    return indices == [1] ? name : needsBrackets ? "not (\(name))" : "not \(name)"
  }
}

/// Orderings that are no conjunction are spelt out one by one, but no more than these.
private let shownOrderings = 8

extension ChainOrder {
  /// The fewest comparisons of members that leave exactly these orderings; where none do, the
  /// orderings one by one.
  func pattern(_ orderings: [Int]) -> String {
    if let comparisons = conjunction(of: orderings) { return comparisons.joined(separator: ", ") }
    var single = orderings.prefix(shownOrderings).map {
      "(" + (conjunction(of: [$0]) ?? []).joined(separator: " and ") + ")"
    }
    let rest = orderings.count - single.count
    if rest > 0 { single.append("\(rest) more orders of \(members[0]) to \(members.last ?? "")") }
    return "(" + single.joined(separator: " or ") + ")"
  }

  /// Comparisons that together hold in exactly these orderings, if there are any.
  private func conjunction(of orderings: [Int]) -> [String]? {
    struct Comparison { var first: Int, last: Int, text: String, orderings: Set<Int> }
    let wanted = Set(orderings)
    var equal: [Comparison] = []
    var less: [Comparison] = []
    for span in 1..<members.count {
      for first in 0..<(members.count - span) {
        let last = first + span
        let strict = Set((0..<count).filter { isLess(first, last, in: $0) })
        less.append(
          Comparison(
            first: first, last: last, text: "\(members[first]) < \(members[last])",
            orderings: strict))
        equal.append(
          Comparison(
            first: first, last: last, text: "\(members[first]) == \(members[last])",
            orderings: Set(0..<count).subtracting(strict)))
      }
    }
    var left = Set(0..<count)
    var used: [Comparison] = []
    for comparison in equal.reversed() + less
    where wanted.isSubset(of: comparison.orderings) && !left.isSubset(of: comparison.orderings) {
      left.formIntersection(comparison.orderings)
      used.append(comparison)
    }
    guard left == wanted else { return nil }
    for comparison in used.reversed() where used.count > 1 {
      let others = used.filter { $0.text != comparison.text }
      let without = others.reduce(Set(0..<count)) { $0.intersection($1.orderings) }
      if without == wanted { used = others }
    }
    let texts = used.sorted { ($0.first, $0.last) < ($1.first, $1.last) }.map(\.text)
    return texts.isEmpty ? nil : texts
  }
}
