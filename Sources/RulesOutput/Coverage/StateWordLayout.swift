import RulesAnalysis

/// How the states of a scope are packed into words: what generated code writes, and what reports
/// read back from profiles and traces.
package struct StateWordLayout: Sendable {
  /// One for each variable of the state space, in its order.
  package let fields: [Field]
  /// How many words of 64 bits a state takes; at least one.
  package let wordCount: Int

  /// The bits that a variable has in the state word.
  package struct Field: Sendable {
    /// What the bits stand for.
    package let variable: StateVariable
    /// The names of its values; a lazy fact's last one says that it was not read.
    package let values: [String]
    /// From the lowest bit of the first of the words.
    package let shift: Int
    /// How many bits it has; zero if it has one value only.
    package let width: Int
  }

  private static let bitsOfWord = 64

  /// Variable after variable; none lies across the border between two words.
  package init(_ space: StateSpace) {
    var shift = 0
    fields = space.variables.map { variable in
      let values = variable.values + (variable.isLazy ? ["not read"] : [])
      var width = 0
      while 1 << width < values.count { width += 1 }
      if shift % Self.bitsOfWord + width > Self.bitsOfWord {
        shift += Self.bitsOfWord - shift % Self.bitsOfWord
      }
      defer { shift += width }
      return Field(variable: variable, values: values, shift: shift, width: width)
    }
    wordCount = max(1, (shift + Self.bitsOfWord - 1) / Self.bitsOfWord)
  }

  /// The words of a state, given by the value index of each variable; nil: a lazy fact that was not
  /// read. Traps when another variable is nil or there is no such value.
  package func pack(_ state: [Int?]) -> [UInt64] {
    precondition(state.count == fields.count, "a state has a value for each variable")
    var words = Array(repeating: UInt64(0), count: wordCount)
    for (field, value) in zip(fields, state) {
      precondition(value != nil || field.variable.isLazy, "\(field.variable.name) is always read")
      let index = value ?? field.values.count - 1
      precondition(field.values.indices.contains(index), "\(field.variable.name) has no \(index)")
      // A field without bits may stand behind the last word.
      guard field.width > 0 else { continue }
      words[field.shift / Self.bitsOfWord] |= UInt64(index) << UInt64(field.shift % Self.bitsOfWord)
    }
    return words
  }

  /// The value index of each variable, nil for a lazy fact that was not read; nil as a whole when no
  /// state has these words: their number is wrong, a value is out of range, or a bit stands where
  /// there is no variable.
  package func unpack(_ words: [UInt64]) -> [Int?]? {
    guard words.count == wordCount else { return nil }
    var state: [Int?] = []
    for field in fields {
      guard field.width > 0 else {
        state.append(field.values.isEmpty ? nil : 0)
        continue
      }
      let word = words[field.shift / Self.bitsOfWord] >> UInt64(field.shift % Self.bitsOfWord)
      let index = Int(word & ((1 << UInt64(field.width)) - 1))
      guard field.values.indices.contains(index) else { return nil }
      let isUnread = field.variable.isLazy && index == field.values.count - 1
      state.append(isUnread ? nil : index)
    }
    return pack(state) == words ? state : nil
  }
}
