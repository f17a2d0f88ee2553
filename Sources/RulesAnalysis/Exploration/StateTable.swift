/// The states found so far, each with the number it was found by: an open-addressing hash table.
struct StateTable: Sendable {
  /// In the order in which they were found.
  private(set) var words: [UInt64] = []
  /// For each place of the table one more than a state's number, or 0.
  private var slots: [UInt32]
  private var mask: Int

  init() {
    slots = Array(repeating: 0, count: 1024)
    mask = 1023
  }

  /// The state's number; nil: not found yet.
  func number(of word: UInt64) -> Int? {
    let found = slots[slot(of: word)]
    return found == 0 ? nil : Int(found) - 1
  }

  /// The state's number, a new one if it is new.
  mutating func insert(_ word: UInt64) -> Int {
    let slot = slot(of: word)
    let found = slots[slot]
    if found != 0 { return Int(truncatingIfNeeded: found) &- 1 }
    words.append(word)
    slots[slot] = UInt32(words.count)
    if words.count &* 2 > mask { grow() }
    return words.count &- 1
  }

  /// Where the state is, or where it would be.
  private func slot(of word: UInt64) -> Int {
    // Fields of a state word are few low bits; multiplying by an odd constant (2^64 / golden ratio)
    // and taking high bits spreads them over the table.
    var slot = Int(truncatingIfNeeded: (word ^ word &>> 32) &* 0x9e37_79b9_7f4a_7c15 &>> 24) & mask
    while true {
      let found = slots[slot]
      if found == 0 || words[Int(truncatingIfNeeded: found) &- 1] == word { return slot }
      slot = (slot &+ 1) & mask
    }
  }

  private mutating func grow() {
    mask = mask * 2 + 1
    slots = Array(repeating: 0, count: mask + 1)
    for (number, word) in words.enumerated() { slots[slot(of: word)] = UInt32(number + 1) }
  }
}
