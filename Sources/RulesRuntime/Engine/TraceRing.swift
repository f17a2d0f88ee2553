/// The newest firings of a pool, in a ring of fixed capacity: 32 bytes a record (and the words of a
/// state that has several), no allocation once it is full. With capacity zero it only counts.
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
  /// A plain buffer, because one is written at every firing: no uniqueness check, no retain. Valid
  /// until `removeAll`, which whoever holds the ring calls before dropping it.
  private var records: UnsafeMutablePointer<Record>?
  private var count = 0
  /// How many records there is room for.
  private var room = 0
  /// Where the next record goes once the ring is full.
  private var next = 0
  /// The words of the records whose state has several, `wordCount` a record; empty until one comes.
  private var words: [UInt64] = []
  private var wordCount = 0

  init(capacity: Int) {
    self.capacity = max(0, capacity)
  }

  /// - Parameter words: all words of a state that has several; else empty.
  mutating func append(_ record: Record, _ words: Span<UInt64>) {
    total += 1
    guard capacity > 0 else { return }
    var index = count
    if count < capacity {
      if count == room { grow() }
      count += 1
    } else {
      index = next
      next = next + 1 == capacity ? 0 : next + 1
    }
    guard let records else { return }
    (records + index).initialize(to: record)
    if !words.isEmpty { keep(words, at: index) }
  }

  /// The kept records, oldest first, each with its number.
  var contents: [(sequence: UInt64, record: Record)] {
    guard let records else { return [] }
    let oldest = total - UInt64(count)
    return (0..<count).map { offset in
      (oldest + UInt64(offset), records[(next + offset) % count])
    }
  }

  /// The record of a firing; nil when it is not kept any more, or not yet.
  func record(_ sequence: UInt64) -> Record? {
    guard let records, sequence < total, total - sequence <= UInt64(count) else { return nil }
    return records[(next + count - Int(total - sequence)) % count]
  }

  /// All words of the kept record at an index of `contents`; nil where there is only the first.
  func words(at offset: Int) -> ArraySlice<UInt64>? {
    guard wordCount > 0, offset < count else { return nil }
    let start = (next + offset) % count * wordCount
    return words[start..<start + wordCount]
  }

  /// Forgets every record and gives the memory back.
  mutating func removeAll() {
    records?.deallocate()
    self = TraceRing(capacity: capacity)
  }

  private mutating func grow() {
    let size = min(capacity, max(64, 2 * room))
    let larger = UnsafeMutablePointer<Record>.allocate(capacity: size)
    if let records {
      larger.moveInitialize(from: records, count: count)
      records.deallocate()
    }
    records = larger
    room = size
  }

  private mutating func keep(_ words: Span<UInt64>, at index: Int) {
    if words.count > wordCount || self.words.count < room * wordCount {
      widen(to: max(words.count, wordCount))
    }
    for word in words.indices { self.words[index * wordCount + word] = words[word] }
  }

  private mutating func widen(to wider: Int) {
    var all = Array(repeating: UInt64(0), count: room * wider)
    let kept = wordCount == 0 ? 0 : words.count / wordCount
    for index in 0..<kept {
      for word in 0..<wordCount { all[index * wider + word] = words[index * wordCount + word] }
    }
    words = all
    wordCount = wider
  }
}
