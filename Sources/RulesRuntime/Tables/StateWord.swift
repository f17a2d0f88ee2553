/// Every fact of one evaluation, packed: 64 bits, laid out by `RuleTable.Scope.variables`.
public struct StateWord: Hashable, Sendable {
  /// The facts, the first of the scope's variables in the lowest bits.
  public var bits: UInt64

  /// A word with these facts; zero: none put yet.
  @inlinable
  public init(bits: UInt64 = 0) { self.bits = bits }

  /// Puts a value's index at a bit position that is still zero.
  @inlinable
  public mutating func put(_ value: UInt8, at shift: UInt64) {
    bits |= UInt64(value) << shift
  }

  /// Puts a Bool at a bit position that is still zero.
  @inlinable
  public mutating func put(_ value: Bool, at shift: UInt64) {
    bits |= (value ? 1 : 0) << shift
  }

  /// The state in the words of the rules: `server == chosen, header == unsent, ...`.
  public func description(in scope: RuleTable.Scope) -> String {
    scope.variables.map { variable in
      let index = Int((bits >> UInt64(variable.shift)) & ((1 << UInt64(variable.width)) &- 1))
      let value = variable.values.indices.contains(index) ? variable.values[index] : "?\(index)"
      return value.contains(" ") ? value : "\(variable.name) == \(value)"
    }.joined(separator: ", ")
  }
}
