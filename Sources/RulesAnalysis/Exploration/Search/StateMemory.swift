/// The states of a search and what is known of each, by number, with a hash table to find them.
///
/// Memory of its own, which grows as states are found; whoever makes one deallocates it once.
struct StateMemory {
  private(set) var words: UnsafeMutablePointer<UInt64>
  /// How many states each one stands for.
  private(set) var weights: UnsafeMutablePointer<UInt32>
  private(set) var parents: UnsafeMutablePointer<Int32>
  private(set) var parentMoves: UnsafeMutablePointer<Int32>
  private(set) var handling: UnsafeMutablePointer<UInt8>
  private(set) var classes: UnsafeMutablePointer<Int32>
  /// One more than there are states: where each one's edges begin.
  private(set) var firsts: UnsafeMutablePointer<Int>
  /// The last source that has an edge to the state, and that edge.
  private(set) var lastSources: UnsafeMutablePointer<Int32>
  private(set) var lastEdges: UnsafeMutablePointer<Int32>

  /// For each place of the hash table one more than a state's number, or 0.
  private(set) var slots: UnsafeMutablePointer<UInt32>
  private(set) var slotCount = 1024

  private(set) var count = 0
  private var capacity = 512
  /// Whether the last `insert` found a state that was not there.
  private(set) var isNew = false

  init() {
    words = .allocate(capacity: capacity)
    weights = .allocate(capacity: capacity)
    parents = .allocate(capacity: capacity)
    parentMoves = .allocate(capacity: capacity)
    handling = .allocate(capacity: capacity)
    classes = .allocate(capacity: capacity)
    firsts = .allocate(capacity: capacity + 1)
    firsts[0] = 0
    lastSources = .allocate(capacity: capacity)
    lastEdges = .allocate(capacity: capacity)
    slots = .allocate(capacity: slotCount)
    slots.update(repeating: 0, count: slotCount)
  }

  func deallocate() {
    words.deallocate()
    weights.deallocate()
    parents.deallocate()
    parentMoves.deallocate()
    handling.deallocate()
    classes.deallocate()
    firsts.deallocate()
    lastSources.deallocate()
    lastEdges.deallocate()
    slots.deallocate()
  }

  /// The state's number, a new one if it is new.
  mutating func insert(_ word: UInt64) -> Int {
    let mask = slotCount &- 1
    var place = StateTable.place(of: word) & mask
    while true {
      let found = slots[place]
      if found == 0 { break }
      if words[Int(found) &- 1] == word {
        isNew = false
        return Int(found) &- 1
      }
      place = (place &+ 1) & mask
    }
    isNew = true
    let number = count
    if number == capacity { grow() }
    words[number] = word
    lastSources[number] = -1
    count = number &+ 1
    slots[place] = UInt32(truncatingIfNeeded: count)
    if count &* 2 > slotCount { growSlots() }
    return number
  }

  private mutating func grow() {
    let larger = capacity * 2
    words.grow(from: capacity, to: larger)
    weights.grow(from: capacity, to: larger)
    parents.grow(from: capacity, to: larger)
    parentMoves.grow(from: capacity, to: larger)
    handling.grow(from: capacity, to: larger)
    classes.grow(from: capacity, to: larger)
    firsts.grow(from: capacity + 1, to: larger + 1)
    lastSources.grow(from: capacity, to: larger)
    lastEdges.grow(from: capacity, to: larger)
    capacity = larger
  }

  private mutating func growSlots() {
    slots.deallocate()
    slotCount *= 2
    slots = .allocate(capacity: slotCount)
    slots.update(repeating: 0, count: slotCount)
    let mask = slotCount &- 1
    var number = 0
    while number < count {
      var place = StateTable.place(of: words[number]) & mask
      while slots[place] != 0 { place = (place &+ 1) & mask }
      number &+= 1
      slots[place] = UInt32(truncatingIfNeeded: number)
    }
  }
}

/// The edges of a search, those of one source after another.
///
/// Memory of its own, which grows as edges are found; whoever makes one deallocates it once.
struct EdgeMemory {
  private(set) var targets: UnsafeMutablePointer<Int32>
  private(set) var kinds: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity = 1024

  /// The outcomes of the present source, each with the one before it that has the same target or -1;
  /// and for each edge of the source the last of its outcomes.
  private var outcomes: UnsafeMutablePointer<UInt64>
  private var previous: UnsafeMutablePointer<Int32>
  private var heads: UnsafeMutablePointer<Int32>
  private var outcomeCount = 0
  private var outcomeCapacity = 64
  private var firstEdge = 0

  init() {
    targets = .allocate(capacity: capacity)
    kinds = .allocate(capacity: capacity)
    outcomes = .allocate(capacity: outcomeCapacity)
    previous = .allocate(capacity: outcomeCapacity)
    heads = .allocate(capacity: outcomeCapacity)
  }

  func deallocate() {
    targets.deallocate()
    kinds.deallocate()
    outcomes.deallocate()
    previous.deallocate()
    heads.deallocate()
  }

  mutating func startSource() {
    firstEdge = count
    outcomeCount = 0
  }

  /// Notes that an outcome of the source leads to a target.
  ///
  /// - Parameter tellsApart: whether several outcomes may have one target.
  /// - Returns: whether the source had not that outcome yet.
  mutating func add(
    from source: Int, to target: Int, _ states: StateMemory, _ kind: UInt8,
    _ outcome: UInt64, tellsApart: Bool
  ) -> Bool {
    if states.lastSources[target] != Int32(truncatingIfNeeded: source) {
      if count == capacity {
        targets.grow(from: capacity, to: capacity * 2)
        kinds.grow(from: capacity, to: capacity * 2)
        capacity *= 2
      }
      states.lastSources[target] = Int32(truncatingIfNeeded: source)
      states.lastEdges[target] = Int32(truncatingIfNeeded: count)
      targets[count] = Int32(truncatingIfNeeded: target)
      kinds[count] = kind
      if tellsApart { note(outcome, edge: count, after: -1) }
      count &+= 1
      return true
    }
    let edge = Int(states.lastEdges[target])
    kinds[edge] |= kind
    guard tellsApart else { return false }
    let last = heads[edge &- firstEdge]
    var known = last
    while known >= 0 {
      if outcomes[Int(known)] == outcome { return false }
      known = previous[Int(known)]
    }
    note(outcome, edge: edge, after: last)
    return true
  }

  private mutating func note(_ outcome: UInt64, edge: Int, after last: Int32) {
    if outcomeCount == outcomeCapacity {
      outcomes.grow(from: outcomeCapacity, to: outcomeCapacity * 2)
      previous.grow(from: outcomeCapacity, to: outcomeCapacity * 2)
      heads.grow(from: outcomeCapacity, to: outcomeCapacity * 2)
      outcomeCapacity *= 2
    }
    outcomes[outcomeCount] = outcome
    previous[outcomeCount] = last
    heads[edge &- firstEdge] = Int32(truncatingIfNeeded: outcomeCount)
    outcomeCount &+= 1
  }
}
