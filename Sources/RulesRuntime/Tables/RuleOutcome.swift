/// What one alternative of a rule's `then` lets one variable of the state become.
public struct RuleOutcome: Sendable {
  /// The variable's name in the table.
  public var variable: String
  private let values: Values

  private enum Values {
    case named([String])
    /// By the number of the old value: the numbers of the new ones.
    case numbered([[Int]])
  }

  /// One of these values, whatever it was before.
  public init(_ variable: String, _ values: [String]) {
    self.variable = variable
    self.values = .named(values)
  }

  /// For each value before, by its number in the table, the numbers of the values it may become.
  public init(_ variable: String, from values: [[Int]]) {
    self.variable = variable
    self.values = .numbered(values)
  }

  /// Whether the variable may go from one value to another.
  func allows(_ old: Int, _ new: Int, of variable: RuleTable.Variable) -> Bool {
    switch values {
    case .named(let names):
      variable.values.indices.contains(new) && names.contains(variable.values[new])
    case .numbered(let rows): rows.indices.contains(old) && rows[old].contains(new)
    }
  }
}
