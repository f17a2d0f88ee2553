/// Every fact of one evaluation, packed, as `Turn` takes it: one word, or several where a scope has
/// more facts than fit 64 bits.
public protocol PackedState: Equatable, Sendable {
  /// Calls `body` with the first word, and with all of them where there are several (else empty).
  func withWords<Result>(_ body: (StateWord, Span<UInt64>) -> Result) -> Result
}

/// Every fact of one evaluation, packed: 64 bits, laid out by `RuleTable.Scope.variables`.
public struct StateWord: PackedState, Hashable {
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

  @inlinable
  public func withWords<Result>(_ body: (StateWord, Span<UInt64>) -> Result) -> Result {
    body(self, Span())
  }

  /// The state in the words of the rules: `server == chosen, header == unsent, ...`.
  public func description(in scope: RuleTable.Scope) -> String {
    stateDescription([bits], in: scope)
  }
}

/// Every fact of one evaluation, packed into `count` words of 64 bits. No variable lies across the
/// border between two words.
public struct WideStateWord<let count: Int>: PackedState {
  /// The facts, the first of the scope's variables in the lowest bits of the first word.
  public var words: InlineArray<count, UInt64>

  /// Words in which nothing was put yet.
  @inlinable
  public init() { words = InlineArray(repeating: 0) }

  /// Puts a value's index at a bit position, counted through all words, that is still zero.
  @inlinable
  public mutating func put(_ value: UInt8, at shift: UInt64) {
    words[Int(shift >> 6)] |= UInt64(value) << (shift & 63)
  }

  /// Puts a Bool at a bit position, counted through all words, that is still zero.
  @inlinable
  public mutating func put(_ value: Bool, at shift: UInt64) {
    words[Int(shift >> 6)] |= (value ? 1 : 0) << (shift & 63)
  }

  @inlinable
  public static func == (a: Self, b: Self) -> Bool {
    for index in a.words.indices where a.words[index] != b.words[index] { return false }
    return true
  }

  @inlinable
  public func withWords<Result>(_ body: (StateWord, Span<UInt64>) -> Result) -> Result {
    body(StateWord(bits: words[0]), words.span)
  }
}

/// The state in the words of the rules: `server == chosen, header == unsent, ...`.
func stateDescription(_ words: [UInt64], in scope: RuleTable.Scope) -> String {
  scope.variables.map { variable in
    let word = words[variable.shift / 64]
    let index = Int((word >> UInt64(variable.shift % 64)) & ((1 << UInt64(variable.width)) &- 1))
    let value = variable.values.indices.contains(index) ? variable.values[index] : "?\(index)"
    return value.contains(" ") && value != "not read" ? value : "\(variable.name) == \(value)"
  }.joined(separator: ", ")
}
