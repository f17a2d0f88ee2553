/// The newest firings of a pool, in a ring of fixed capacity: 40 bytes a record (and the words of a
/// state that has several), allocated whole at the first one: untouched pages cost nothing. With
/// capacity zero it only counts.
///
/// A handler of a fatal signal reads it from another thread, unlocked; hence the order of the writes,
/// and the lap in each record, which tells an overwritten one.
struct TraceRing {
  struct Record {
    var time: PoolInstant
    var subjectID: UInt64
    /// The state before.
    var word: StateWord
    /// What enabled it.
    var cause: PackedCause
    /// `TaskKind.index`
    var kind: UInt16
    var scope: UInt16
    var leaf: UInt16
    /// How often the ring had been full before.
    var lap: UInt16 = 0
  }

  /// How many firings are kept at most.
  let capacity: Int
  /// How many firings there were; the newest has the number `total - 1`.
  private(set) var total: UInt64 = 0
  /// A plain buffer of `capacity`, because one is written at every firing: no uniqueness check, no
  /// retain. Valid until `removeAll`, which whoever holds the ring calls before dropping it.
  private(set) var records: UnsafeMutablePointer<Record>?
  /// Where the next record goes.
  private var next = 0
  private var lap: UInt16 = 0
  /// The words of the records whose state has several, `wordCount` a record; nil until one comes.
  private(set) var words: UnsafeMutablePointer<UInt64>?
  private(set) var wordCount = 0

  init(capacity: Int) {
    self.capacity = max(0, capacity)
  }

  /// How many records there are.
  var count: Int { total < UInt64(capacity) ? Int(total) : capacity }

  /// Where the oldest record is.
  var oldest: Int { total < UInt64(capacity) ? 0 : next }

  /// - Parameter words: all words of a state that has several; else empty.
  @inline(__always)
  mutating func append(_ record: Record, _ words: Span<UInt64>) {
    guard let records = records ?? allocate() else {
      total += 1
      return
    }
    (records + next).initialize(to: record)
    (records + next).pointee.lap = lap
    if !words.isEmpty { keep(words, at: next) }
    next += 1
    if next == capacity {
      next = 0
      lap &+= 1
    }
    total += 1
  }

  /// The kept records, oldest first, each with its number.
  var contents: [(sequence: UInt64, record: Record)] {
    guard let records else { return [] }
    let (oldest, count) = (oldest, count)
    return (0..<count).map { offset in
      (total - UInt64(count - offset), records[(oldest + offset) % capacity])
    }
  }

  /// The kept record of a number; nil: it was lost, or is none yet. O(1).
  subscript(sequence: UInt64) -> Record? {
    guard let records, sequence < total, total - sequence <= UInt64(count) else { return nil }
    return records[Int(sequence % UInt64(capacity))]
  }

  /// The words of a kept record's state, `wordCount` or fewer; one where it has only that.
  func allWords(of sequence: UInt64, count: Int) -> [UInt64] {
    guard let record = self[sequence] else { return [] }
    guard count > 1, let words, wordCount > 0 else { return [record.word.bits] }
    let start = words + Int(sequence % UInt64(capacity)) * wordCount
    return (0..<min(count, wordCount)).map { start[$0] }
  }

  /// Forgets every record and gives the memory back.
  mutating func removeAll() {
    records?.deallocate()
    words?.deallocate()
    self = TraceRing(capacity: capacity)
  }

  @inline(never)
  private mutating func allocate() -> UnsafeMutablePointer<Record>? {
    guard capacity > 0 else { return nil }
    records = .allocate(capacity: capacity)
    return records
  }

  private mutating func keep(_ words: Span<UInt64>, at index: Int) {
    if words.count > wordCount { widen(to: words.count) }
    guard let kept = self.words else { return }
    for word in words.indices { kept[index * wordCount + word] = words[word] }
  }

  @inline(never)
  private mutating func widen(to wider: Int) {
    let all = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * wider)
    all.initialize(repeating: 0, count: capacity * wider)
    if let words {
      for index in 0..<count {
        for word in 0..<wordCount { all[index * wider + word] = words[index * wordCount + word] }
      }
      words.deallocate()
    }
    words = all
    wordCount = wider
  }
}
