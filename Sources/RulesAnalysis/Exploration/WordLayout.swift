/// Where the value index of each variable stands in a state word of 64 bits.
struct WordLayout: Sendable {
  /// For each variable the position of its lowest bit.
  let shifts: [UInt64]
  /// For each variable its bits, not shifted.
  let masks: [UInt64]
  /// The bits that are used.
  let width: Int

  /// The most bits a state may take.
  static let limit = 64

  /// One field for each variable, the first one lowest; nil if a word has too few bits.
  init?(_ variables: [StateVariable]) {
    var shifts: [UInt64] = []
    var masks: [UInt64] = []
    var width = 0
    for variable in variables {
      let bits = variable.bitWidth
      guard width + bits <= Self.limit else { return nil }
      shifts.append(UInt64(width))
      masks.append((1 << UInt64(bits)) - 1)
      width += bits
    }
    self.shifts = shifts
    self.masks = masks
    self.width = width
  }

  func pack(_ state: [Int]) -> UInt64 {
    state.indices.reduce(0) { $0 | UInt64(state[$1]) &<< shifts[$1] }
  }

  func unpack(_ word: UInt64) -> [Int] {
    shifts.indices.map { Int(word &>> shifts[$0] & masks[$0]) }
  }
}
