/// In which order a diagram asks for its variables. States, counts and texts keep the order of the
/// state space whatever this is.
package struct VariableOrder: Hashable, Sendable {
  /// The variable at each level.
  package let variables: [Int]
  /// The level of each variable.
  package let levels: [Int]

  /// - Precondition: `variables` has each of `0 ..< variables.count` once.
  package init(_ variables: [Int]) {
    self.variables = variables
    var levels = Array(repeating: -1, count: variables.count)
    for (level, variable) in variables.enumerated() { levels[variable] = level }
    precondition(!levels.contains(-1), "an order has every variable once")
    self.levels = levels
  }

  /// As declared.
  package static func declared(_ count: Int) -> VariableOrder { VariableOrder(Array(0..<count)) }
}
