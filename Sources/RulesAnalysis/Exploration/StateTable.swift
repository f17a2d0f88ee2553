/// The states found, each with the number it was found by: an open-addressing hash table.
struct StateTable: Sendable {
  /// In the order in which they were found.
  let words: [UInt64]
  /// For each place of the table one more than a state's number, or 0; a power of two.
  private let slots: [UInt32]

  init() {
    words = []
    slots = [0]
  }

  /// A table that a search has filled, of places found by `place(of:)`.
  init(words: [UInt64], slots: [UInt32]) {
    self.words = words
    self.slots = slots
  }

  /// The state's number; nil: not found.
  func number(of word: UInt64) -> Int? {
    var place = Self.place(of: word) & (slots.count - 1)
    while slots[place] != 0 {
      let number = Int(slots[place]) - 1
      if words[number] == word { return number }
      place = (place + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Where to look for a state first, before the low bits are taken; then at the places that follow.
  ///
  /// Fields of a state word are few low bits; multiplying by an odd constant (2^64 / golden ratio)
  /// and taking high bits spreads them over the table.
  @inline(__always)
  static func place(of word: UInt64) -> Int {
    Int(truncatingIfNeeded: ((word ^ word &>> 32) &* 0x9e37_79b9_7f4a_7c15) &>> 24)
  }
}
