extension DecisionDiagram {
  /// The state words in which a condition on the first `variables` variables holds, ascending; nil
  /// if there are more than `limit`.
  func words(
    of condition: Node, variables: Int, _ layout: WordLayout, limit: Int
  ) -> [UInt64]? {
    guard count(condition, variables: variables) <= UInt128(limit) else { return nil }
    var words: [UInt64] = []
    // A path to `always` fixes some variables; the others may have any value.
    func descend(_ node: Node, _ word: UInt64, _ fixed: Set<Int>) {
      if let leaf = leaf(node) {
        if leaf == 1 { words += spread(word, over: (0..<variables).filter { !fixed.contains($0) }) }
        return
      }
      let variable = variable(of: node)
      for (value, child) in children(of: node).enumerated() {
        descend(
          child, word | UInt64(value) &<< layout.shifts[variable], fixed.union([variable]))
      }
    }
    func spread(_ word: UInt64, over free: [Int]) -> [UInt64] {
      free.reduce([word]) { words, variable in
        words.flatMap { word in
          (0..<domainSizes[variable]).map { word | UInt64($0) &<< layout.shifts[variable] }
        }
      }
    }
    descend(condition, 0, [])
    return words.sorted()
  }
}
