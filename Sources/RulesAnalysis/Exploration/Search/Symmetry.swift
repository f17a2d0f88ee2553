/// Which instances of an `each` can change places without anything noticing.
///
/// Nothing in the language tells one replica of a segment from another: quantifiers ask about all of
/// them, and everything else about one. So of states that differ only in which replica is which, one
/// stands for all: the one whose columns - what belongs to one instance, the visitors' view of it
/// included - are in descending order. Exploring visits only those (three replicas: up to 6 times
/// fewer states a segment), and every number is still that of all states, since it is known how many
/// states each one stands for.
struct Symmetry: Sendable {
  /// The instances of one each.
  struct Group: Sendable {
    /// Bits that belong to one instance: `masks[p]` at `shifts[column * pieces + p]`.
    var masks: [UInt64]
    var shifts: [UInt64]
    /// Where each piece stands in a column's key.
    var places: [UInt64]
    var columns: Int
    /// All bits of all columns.
    var bits: UInt64

    var pieces: Int { masks.count }

    /// - Parameter columns: for each instance its fields, alike for all.
    init(columns: [[(shift: UInt64, mask: UInt64)]]) {
      var masks: [UInt64] = []
      var starts: [[UInt64]] = columns.map { _ in [] }
      for field in columns[0].indices {
        // A field that follows the one before it in every column is one piece with that.
        let width = masks.last.map { UInt64(64 - $0.leadingZeroBitCount) } ?? 0
        let follows =
          !masks.isEmpty
          && columns.indices.allSatisfy {
            columns[$0][field].shift == starts[$0][masks.count - 1] + width
          }
        if follows {
          masks[masks.count - 1] |= columns[0][field].mask &<< width
        } else {
          masks.append(columns[0][field].mask)
          for column in columns.indices { starts[column].append(columns[column][field].shift) }
        }
      }
      var place: UInt64 = 0
      places = masks.map { mask in
        defer { place += UInt64(64 - mask.leadingZeroBitCount) }
        return place
      }
      self.masks = masks
      self.columns = columns.count
      shifts = starts.flatMap { $0 }
      bits = 0
      for column in starts {
        for (piece, shift) in column.enumerated() { bits |= masks[piece] &<< shift }
      }
    }

    /// What belongs to one instance in a state.
    func key(_ column: Int, of word: UInt64) -> UInt64 {
      var key: UInt64 = 0
      for piece in 0..<pieces {
        key |= (word &>> shifts[column * pieces + piece] & masks[piece]) &<< places[piece]
      }
      return key
    }

    /// The state with other columns.
    func replacing(_ keys: [UInt64], in word: UInt64) -> UInt64 {
      var word = word & ~bits
      for (column, key) in keys.enumerated() {
        for piece in 0..<pieces {
          word |= (key &>> places[piece] & masks[piece]) &<< shifts[column * pieces + piece]
        }
      }
      return word
    }
  }

  var groups: [Group] = []

  /// The most instances of one each whose orders are counted.
  static let columnLimit = 12

  var isTrivial: Bool { groups.isEmpty }

  /// The state that stands for this one.
  func representative(of word: UInt64) -> UInt64 {
    groups.reduce(word) { word, group in
      let keys = (0..<group.columns).map { group.key($0, of: word) }
      return group.replacing(keys.sorted(by: >), in: word)
    }
  }
}
