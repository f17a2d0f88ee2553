/// The newest firings of a pool, in a ring of fixed capacity: 32 bytes a record, no allocation once
/// it is full. With capacity zero it only counts.
struct TraceRing {
  struct Record {
    var time: PoolInstant
    var subjectID: UInt64
    var word: StateWord
    /// `TaskKind.index`
    var kind: UInt16
    var scope: UInt16
    var leaf: UInt16
  }

  /// How many firings are kept at most.
  let capacity: Int
  /// How many firings there were; the newest has the number `total - 1`.
  private(set) var total: UInt64 = 0
  private var records: [Record] = []
  /// Where the next record goes once the ring is full.
  private var next = 0

  init(capacity: Int) {
    self.capacity = max(0, capacity)
  }

  mutating func append(_ record: Record) {
    total += 1
    guard capacity > 0 else { return }
    if records.count < capacity {
      records.append(record)
    } else {
      records[next] = record
      next = next + 1 == capacity ? 0 : next + 1
    }
  }

  /// The kept records, oldest first, each with its number.
  var contents: [(sequence: UInt64, record: Record)] {
    let oldest = total - UInt64(records.count)
    return records.indices.map { offset in
      (oldest + UInt64(offset), records[(next + offset) % records.count])
    }
  }
}
