/// Objects by the number of their request. A hash table with linear probing: finding, adding and
/// removing allocate nothing while there is room. The hash has no key: a peer that chooses its numbers
/// badly slows down its own requests, of which there is a bound.
struct IDTable<Value: AnyObject> {
  private var ids: [UInt64]
  private var values: [Value?]
  private(set) var count = 0

  init() {
    ids = Array(repeating: 0, count: 16)
    values = Array(repeating: nil, count: 16)
  }

  var isEmpty: Bool { count == 0 }

  /// All numbers, in order. O(n log n).
  var sortedIDs: [UInt64] {
    values.indices.filter { values[$0] != nil }.map { ids[$0] }.sorted()
  }

  /// The value of a number; nil: there is none, or set it to nil to remove it.
  subscript(id: UInt64) -> Value? {
    get {
      let slot = slot(of: id)
      return values[slot]
    }
    set {
      if let newValue { insert(newValue, id) } else { _ = remove(id) }
    }
  }

  /// - Returns: the value that was there.
  mutating func remove(_ id: UInt64) -> Value? {
    var hole = slot(of: id)
    guard let value = values[hole] else { return nil }
    count -= 1
    // What was pushed along by the removed one moves back, so that it is still found.
    var next = (hole + 1) & mask
    while values[next] != nil {
      let distance = (next - home(ids[next])) & mask
      if distance >= (next - hole) & mask {
        ids[hole] = ids[next]
        values[hole] = values[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    values[hole] = nil
    return value
  }

  private mutating func insert(_ value: Value, _ id: UInt64) {
    let slot = slot(of: id)
    if values[slot] == nil {
      if (count + 1) * 2 > values.count {
        grow()
        return insert(value, id)
      }
      count += 1
    }
    ids[slot] = id
    values[slot] = value
  }

  private var mask: Int { values.count - 1 }

  /// Fibonacci hashing: neighbours end up far apart, or they would be one long run to search.
  private func home(_ id: UInt64) -> Int {
    Int(truncatingIfNeeded: (id &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
  }

  /// Where the number is, or the free slot where it would be.
  private func slot(of id: UInt64) -> Int {
    var slot = home(id)
    while values[slot] != nil, ids[slot] != id { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let (oldIDs, oldValues) = (ids, values)
    ids = Array(repeating: 0, count: oldIDs.count * 2)
    values = Array(repeating: nil, count: oldIDs.count * 2)
    count = 0
    for (id, value) in zip(oldIDs, oldValues) {
      if let value { insert(value, id) }
    }
  }
}
