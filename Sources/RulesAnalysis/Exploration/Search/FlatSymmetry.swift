/// `Symmetry` as the innermost loop reads it.
///
/// Whoever makes one deallocates it once, after the last use.
struct FlatSymmetry {
  private struct Group {
    var columns: Int
    var pieces: Int
    var bits: UInt64
    /// Where its masks and places, and its shifts, begin.
    var firstPiece: Int
    var firstShift: Int
  }

  private let groups: FlatArray<Group>
  private let masks: FlatArray<UInt64>
  private let places: FlatArray<UInt64>
  private let shifts: FlatArray<UInt64>
  /// Room for the keys of one group.
  private let keys: UnsafeMutablePointer<UInt64>

  let isTrivial: Bool

  init(_ symmetry: Symmetry) {
    var groups: [Group] = []
    var masks: [UInt64] = []
    var places: [UInt64] = []
    var shifts: [UInt64] = []
    for group in symmetry.groups {
      groups.append(
        Group(
          columns: group.columns, pieces: group.pieces, bits: group.bits, firstPiece: masks.count,
          firstShift: shifts.count))
      masks += group.masks
      places += group.places
      shifts += group.shifts
    }
    self.groups = FlatArray(groups)
    self.masks = FlatArray(masks)
    self.places = FlatArray(places)
    self.shifts = FlatArray(shifts)
    keys = UnsafeMutablePointer.allocate(capacity: Symmetry.columnLimit)
    isTrivial = symmetry.isTrivial
  }

  func deallocate() {
    groups.deallocate()
    masks.deallocate()
    places.deallocate()
    shifts.deallocate()
    keys.deallocate()
  }

  /// `Symmetry.representative` of a state, of which all columns but those with these bits are in
  /// order.
  func representative(of word: UInt64, changed: UInt64) -> UInt64 {
    var word = word
    var number = 0
    while number < groups.count {
      let group = groups.base + number
      number &+= 1
      guard group.pointee.bits & changed != 0 else { continue }
      guard sortKeys(of: group, word) else { continue }
      word &= ~group.pointee.bits
      var shift = shifts.base + group.pointee.firstShift
      var column = 0
      while column < group.pointee.columns {
        var piece = group.pointee.firstPiece
        let end = piece &+ group.pointee.pieces
        while piece < end {
          word |= ((keys[column] &>> places.base[piece]) & masks.base[piece]) &<< shift.pointee
          shift += 1
          piece &+= 1
        }
        column &+= 1
      }
    }
    return word
  }

  /// Reads the columns and puts them in descending order; whether they were in another one.
  private func sortKeys(of group: UnsafePointer<Group>, _ word: UInt64) -> Bool {
    var isMoved = false
    var shift = shifts.base + group.pointee.firstShift
    var column = 0
    while column < group.pointee.columns {
      var key: UInt64 = 0
      var piece = group.pointee.firstPiece
      let end = piece &+ group.pointee.pieces
      while piece < end {
        key |= ((word &>> shift.pointee) & masks.base[piece]) &<< places.base[piece]
        shift += 1
        piece &+= 1
      }
      var place = column
      while place > 0, keys[place &- 1] < key {
        keys[place] = keys[place &- 1]
        place &-= 1
        isMoved = true
      }
      keys[place] = key
      column &+= 1
    }
    return isMoved
  }

  /// How many states this one stands for: the orders of its columns that can be told apart, which is
  /// n! / (a! b! ...) for runs of a, b, ... equal ones; saturated.
  func orbitSize(of word: UInt64) -> Int {
    var size = 1
    var number = 0
    while number < groups.count {
      let group = groups.base + number
      number &+= 1
      _ = sortKeys(of: group, word)
      var run = 1
      var column = 1
      while column < group.pointee.columns {
        run = keys[column] == keys[column &- 1] ? run &+ 1 : 1
        column &+= 1
        let (product, isTooLarge) = size.multipliedReportingOverflow(by: column)
        if isTooLarge { return .max }
        size = product / run
      }
    }
    return size
  }
}
