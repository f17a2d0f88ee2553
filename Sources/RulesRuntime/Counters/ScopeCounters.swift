/// The counters of one scope in one pool: one thread counts, any thread may read.
///
/// Memory is added, and a state noted, under a lock under which readers look: what they see stands
/// still, but for the counters, which are atomic. The counting thread itself takes no lock to count;
/// it keeps a copy of the pointers, which nobody else changes (`Writer`).
///
/// `@unchecked Sendable` is sound: `rest` is memory that lives as long as this object and holds
/// nothing but atomics; everything else is constant or guarded.
final class ScopeCounters: @unchecked Sendable {
  /// The number of leaves.
  let leaves: Int
  private let bits: Int
  private let wordCount: Int
  fileprivate let counting: StateCounting
  /// By leaf: evaluations whose state has no counter of its own.
  fileprivate let rest: CounterArray
  /// The states' counters, once there was an evaluation.
  private let states = Guarded<StateTable?>(nil)

  init(_ scope: RuleTable.Scope, _ counting: StateCounting) {
    leaves = scope.leaves.count
    bits = scope.variables.map { $0.shift + $0.width }.max() ?? 0
    wordCount = max(1, (bits + 63) / 64)
    self.counting = counting
    guard let rest = CounterArray(count: leaves) else {
      preconditionFailure("no memory for \(leaves) counters")
    }
    self.rest = rest
  }

  deinit {
    states.withLock { $0?.deallocate() }
    rest.deallocate()
  }

  /// All counts, from any thread. O(states seen).
  var counts: ScopeCounts {
    var counts = ScopeCounts(leaves: leaves)
    let pairs = states.withLock { states in
      var pairs: [(StateTable.Key, UInt64)] = []
      states?.visit { pairs.append(($0, $1)) }
      return pairs
    }
    for (key, count) in pairs { counts.add(count, to: key) }
    for leaf in 0..<leaves { counts.overflow[leaf] += rest[leaf] }
    return counts
  }

  // MARK: - Of the counting thread

  /// A state was counted for the first time.
  fileprivate func note(_ place: Int) {
    states.withLock { $0?.note(place) }
  }

  /// Finds or makes the counter of a state that `Writer` does not know.
  /// - Returns: where it is, if it has one; where the counters are; whether a later call may make one.
  fileprivate func makePlace(
    _ leaf: Int, _ word: UInt64, _ words: Span<UInt64>
  ) -> (place: Int?, places: StatePlaces?, mayGrow: Bool) {
    // Sound: the span is used before this method returns, by this thread only.
    words.withUnsafeBufferPointer { words in
      nonisolated(unsafe) let words = words
      return states.withLock { states in
        if states == nil {
          states = StateTable(leaves: leaves, bits: bits, wordCount: wordCount)
        }
        guard var table = states else { return (nil, nil, true) }
        states = nil
        let place =
          table.places.place(leaf, word, words.span) ?? table.insert(leaf, word, words.span)
        states = table
        return (place, table.places, !table.isFull)
      }
    }
  }
}

extension ScopeCounters {
  /// What the counting thread counts with; valid as long as its `ScopeCounters`.
  struct Writer {
    // Sound: the `TaskKind` that has this writer keeps its counters.
    private unowned(unsafe) let counters: ScopeCounters
    private let rest: CounterArray
    private var places: StatePlaces?
    /// Of a table with a counter for every state: the least state that there is not; else zero.
    private var directLimit: UInt64 = 0
    /// Of such a table: its counters, and the bits of a state.
    private var direct: CounterArray?
    private var directBits = 0
    /// Whether a state without a counter may get one.
    private var mayGrow: Bool

    init(_ counters: ScopeCounters) {
      self.counters = counters
      rest = counters.rest
      mayGrow = counters.counting == .states
    }

    /// Counts an evaluation. Traps when there is no such leaf: the generated code and its table are
    /// one text.
    /// - Parameter words: all words of a state that has several; else empty.
    @inline(__always)
    mutating func count(_ leaf: Int, _ word: UInt64, _ words: Span<UInt64>) {
      precondition(leaf >= 0 && leaf < rest.count, "no leaf \(leaf)")
      if word < directLimit, let direct {
        // Below `leaves << bits`, the number of its counters, by the two checks above.
        let place = leaf &<< directBits | Int(truncatingIfNeeded: word)
        if direct.increment(known: place) == 0 { counters.note(place) }
      } else if directLimit == 0, let places, let place = places.place(leaf, word, words) {
        _ = places.counts.increment(place)
      } else if mayGrow {
        countNew(leaf, word, words)
      } else {
        _ = rest.increment(leaf)
      }
    }

    @inline(never)
    private mutating func countNew(_ leaf: Int, _ word: UInt64, _ words: Span<UInt64>) {
      let made = counters.makePlace(leaf, word, words)
      (places, mayGrow) = (made.places, made.mayGrow)
      if let places, places.isDirect {
        (direct, directLimit, directBits) = (places.counts, 1 << places.bits, Int(places.bits))
      }
      guard let places, let place = made.place else {
        _ = rest.increment(leaf)
        return
      }
      if places.counts.increment(place) == 0, places.isDirect { counters.note(place) }
    }
  }
}
