import RulesAnalysis

/// The bits that a variable has in the state word.
struct StateField {
  let variable: StateVariable
  /// The names of its values; a lazy fact's last one says that it was not read.
  let values: [String]
  /// From the lowest bit of the first of the words.
  let shift: Int
  let width: Int

  /// The bits of one word.
  static let wordWidth = 64

  /// Variable after variable; none lies across the border between two words.
  static func layout(_ space: StateSpace) -> [StateField] {
    var shift = 0
    return space.variables.map { variable in
      let values = variable.values + (variable.isLazy ? ["not read"] : [])
      var width = 0
      while 1 << width < values.count { width += 1 }
      if shift % wordWidth + width > wordWidth { shift += wordWidth - shift % wordWidth }
      defer { shift += width }
      return StateField(variable: variable, values: values, shift: shift, width: width)
    }
  }

  /// How many words of 64 bits a state takes.
  static func wordCount(_ space: StateSpace) -> Int {
    let bits = layout(space).last.map { $0.shift + $0.width } ?? 0
    return max(1, (bits + wordWidth - 1) / wordWidth)
  }
}
