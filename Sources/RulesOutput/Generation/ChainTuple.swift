import RulesLanguage

/// The tuple that the Swift text of a chain gives: its facts, in order and without the number.
struct ChainTuple {
  /// The property or method that evaluates the text: `chainCommitted`.
  var name: String
  /// `(Int, Int)`
  var type: String
  /// Each fact with its place in the tuple.
  var elements: [(name: String, index: Int)]

  /// Nil for a fact that is no chain.
  init?(_ variable: VariableModel) {
    guard case .chain(let members, _) = variable.kind else { return nil }
    let facts = members.filter { Int($0) == nil }
    guard let first = facts.first else { return nil }
    name = "chain" + capitalized(first)
    type = "(" + facts.map { _ in "Int" }.joined(separator: ", ") + ")"
    elements = facts.enumerated().map { ($0.element, $0.offset) }
  }
}
