import Glibc

/// Counts by state and leaf, of one scope in one pool: a counter for every state there can be where
/// these are few, else an open-addressing table of the states that came up.
///
/// Two ways, because the first is one addition to an address and one increment, as cheap as counting
/// leaves alone; the second has to look for the state, but needs no memory for those that never come.
///
/// Nothing but the counters may change while another thread reads. Who holds the table calls
/// `deallocate` before dropping it.
struct StateTable {
  /// The most counters of a table with one for every state: a megabyte, of which only the pages that
  /// are counted in are real.
  static let directLimit = 131_072
  /// The most pairs of a state and a leaf that are looked up: what comes later is counted by leaf.
  static let entryLimit = 65_536

  /// A state and the leaf in which its evaluation ended.
  struct Key: Hashable {
    var words: [UInt64]
    var leaf: Int
  }

  /// What counting needs.
  private(set) var places: StatePlaces
  /// Of a table that is looked up: how many entries there are.
  private var entries = 0
  /// Of a table with a counter for every state: those that are not zero any more.
  private var seen: [Int] = []

  /// A table for states of `bits` bits in `wordCount` words; nil if there is no memory.
  init?(leaves: Int, bits: Int, wordCount: Int) {
    let isDirect = wordCount == 1 && bits < 32 && leaves << bits <= Self.directLimit
    guard
      let places = StatePlaces(
        count: isDirect ? leaves << bits : 64, bits: bits, wordCount: wordCount,
        isDirect: isDirect)
    else { return nil }
    self.places = places
  }

  func deallocate() { places.deallocate() }

  /// Whether a state that has no counter cannot get one.
  var isFull: Bool { places.isDirect || entries >= Self.entryLimit }

  /// A counter stops being zero. Needed of a table with a counter for every state.
  mutating func note(_ place: Int) {
    seen.append(place)
  }

  /// Makes a counter for a state that has none.
  /// - Returns: its place; nil when the table is full, or there is no memory, or the words are not as
  ///   many as the layout has.
  mutating func insert(_ leaf: Int, _ word: UInt64, _ words: Span<UInt64>) -> Int? {
    guard !isFull, max(1, words.count) == places.wordCount,
      2 * (entries + 1) <= places.counts.count || grow()
    else { return nil }
    entries += 1
    return places.insert(leaf, word, words)
  }

  /// Twice as many counters.
  /// - Returns: false if there is no memory for them.
  private mutating func grow() -> Bool {
    guard
      let larger = StatePlaces(
        count: 2 * places.counts.count, bits: 0, wordCount: places.wordCount, isDirect: false)
    else { return false }
    places.visit { index, leaf, words in
      let place = larger.insert(leaf, words[0], words)
      larger.counts.set(place, to: places.counts[index])
    }
    places.deallocate()
    places = larger
    return true
  }

  /// Calls `body` with every state that came up, in no order.
  func visit(_ body: (Key, UInt64) -> Void) {
    for place in seen { body(places.key(at: place), places.counts[place]) }
    places.visit { place, _, _ in body(places.key(at: place), places.counts[place]) }
  }
}

/// Where the counters of a `StateTable` are: plain memory, for the reason `SubjectList` has.
///
/// `@unchecked Sendable` is sound: the counters are atomic, and the keys change under the lock of the
/// `ScopeCounters` that has them; the counting thread, which looks at them without it, is the one that
/// changes them.
struct StatePlaces: @unchecked Sendable {
  let counts: CounterArray
  /// Of a table that is looked up: for each counter the leaf plus one, so that zero is free, and the
  /// state's words. Sound: `counts.count * stride` words long and freed together with `counts`.
  private let keys: UnsafeMutablePointer<UInt64>?
  /// The bits of a state; in a direct table its counter is `leaf << bits | state`.
  let bits: UInt64
  let wordCount: Int

  /// Places for so many counters, a power of two if they are to be looked up; nil if there is no
  /// memory.
  init?(count: Int, bits: Int, wordCount: Int, isDirect: Bool) {
    guard let counts = CounterArray(count: count) else { return nil }
    self.counts = counts
    self.bits = UInt64(bits)
    self.wordCount = wordCount
    guard !isDirect else {
      keys = nil
      return
    }
    let size = count * (wordCount + 1)
    guard let block = calloc(size, MemoryLayout<UInt64>.stride) else {
      counts.deallocate()
      return nil
    }
    keys = block.bindMemory(to: UInt64.self, capacity: size)
  }

  func deallocate() {
    counts.deallocate()
    free(keys)
  }

  /// Whether every state has a counter from the beginning.
  var isDirect: Bool { keys == nil }

  private var stride: Int { wordCount + 1 }

  /// The counter of a state; nil: it has none yet, or the state does not fit the layout.
  /// - Parameter words: all words where there are several; else empty.
  @inline(__always)
  func place(_ leaf: Int, _ word: UInt64, _ words: Span<UInt64>) -> Int? {
    guard let keys else { return word >> bits == 0 ? leaf << Int(bits) | Int(word) : nil }
    guard max(1, words.count) == wordCount else { return nil }
    let mask = counts.count - 1
    var index = Self.hash(leaf, word, words) & mask
    while true {
      let key = keys + index * stride
      if key[0] == 0 { return nil }
      if key[0] == UInt64(leaf + 1), key[1] == word, isRest(of: words, at: key) { return index }
      index = (index + 1) & mask
    }
  }

  /// Whether the words after the first are those of a key.
  @inline(__always)
  private func isRest(of words: Span<UInt64>, at key: UnsafeMutablePointer<UInt64>) -> Bool {
    var index = 1
    while index < words.count {
      if key[index + 1] != words[index] { return false }
      index += 1
    }
    return true
  }

  /// Multiplications spread neighbouring states; the high bits, which are the best, come down.
  @inline(__always)
  private static func hash(_ leaf: Int, _ word: UInt64, _ words: Span<UInt64>) -> Int {
    var hash = (word ^ UInt64(leaf) << 48) &* 0x9e37_79b9_7f4a_7c15
    var index = 1
    while index < words.count {
      hash = (hash ^ hash >> 32 ^ words[index]) &* 0x9e37_79b9_7f4a_7c15
      index += 1
    }
    return Int(hash >> 32)
  }

  /// Gives a state that has none a counter in a table that has room.
  fileprivate func insert(_ leaf: Int, _ word: UInt64, _ words: Span<UInt64>) -> Int {
    guard let keys else { preconditionFailure("every state has a counter") }
    let mask = counts.count - 1
    var index = Self.hash(leaf, word, words) & mask
    while keys[index * stride] != 0 { index = (index + 1) & mask }
    let key = keys + index * stride
    key[0] = UInt64(leaf + 1)
    key[1] = word
    var position = 1
    while position < words.count {
      key[position + 1] = words[position]
      position += 1
    }
    return index
  }

  /// Calls `body` with every entry of a table that is looked up: its place, leaf and words.
  fileprivate func visit(_ body: (Int, Int, Span<UInt64>) -> Void) {
    guard let keys else { return }
    for index in 0..<counts.count where keys[index * stride] != 0 {
      let key = keys + index * stride
      let words = UnsafeBufferPointer(start: key + 1, count: wordCount)
      body(index, Int(key[0]) - 1, words.span)
    }
  }

  fileprivate func key(at place: Int) -> StateTable.Key {
    guard let keys else {
      let mask: UInt64 = (1 << bits) - 1
      return StateTable.Key(words: [UInt64(place) & mask], leaf: place >> Int(bits))
    }
    let key = keys + place * stride
    return StateTable.Key(
      words: Array(UnsafeBufferPointer(start: key + 1, count: wordCount)), leaf: Int(key[0]) - 1)
  }
}
