import RulesSimulation
import Testing

@testable import RulesRuntime

@Suite("Evaluations are counted by state and leaf")
struct StateCountingTests {
  /// `words leaf count`, sorted, then `+ leaf count` for what was counted by leaf only.
  private func counts(_ core: PoolCore) -> [String] {
    let counts = core.kinds[0].pointee.counters.scopes[0].counts
    let states = counts.states.map { key, count in
      "\(key.words.map { String($0, radix: 16) }.joined(separator: ":")) \(key.leaf) \(count)"
    }
    let rest = counts.overflow.enumerated().filter { $0.element > 0 }
      .map { "+ \($0.offset) \($0.element)" }
    return states.sorted() + rest
  }

  @Test("each state with the leaf in which its evaluation ended")
  func states() {
    let core = PoolCore(name: "test", clock: ManualClock())
    let counter = Counter(left: 3)
    core.add(counter)
    while core.step() == .zero {}
    counter.closed = true
    counter.membership.activate()
    _ = core.step()
    #expect(counts(core) == ["0 1 1", "1 0 3", "2 2 1"])
  }

  @Test("one state in several leaves, which several waits and broken invariants do")
  func leaves() {
    let pool = PanelPool<4>()
    pool.evaluate(7)
    pool.evaluate(7, fires: true)
    pool.evaluate(7)
    #expect(counts(pool.core).contains("7 1 2"))
    #expect(counts(pool.core).contains("7 0 1"))
  }

  @Test("states too many for a counter each")
  func lookedUp() {
    let pool = PanelPool<40>()
    for word: UInt64 in [0, 1, 1 << 39, 1, 0xff_ffff_ffff] { pool.evaluate(word) }
    #expect(counts(pool.core) == ["0 1 1", "1 1 2", "8000000000 1 1", "ffffffffff 1 1"])
  }

  @Test("states of several words")
  func wide() {
    let pool = PanelPool<70>()
    pool.evaluate(5, 0)
    pool.evaluate(5, 1)
    pool.evaluate(5, 1, fires: true)
    pool.evaluate(0, 1)
    pool.evaluate(5, 1)
    // A rule that fires is evaluated once more.
    #expect(counts(pool.core) == ["0:1 1 1", "5:0 1 1", "5:1 0 1", "5:1 1 2"])
  }

  @Test("a state that does not fit the layout is counted by its leaf")
  func misfit() {
    let pool = PanelPool<4>()
    pool.evaluate(16)
    pool.evaluate(15)
    #expect(counts(pool.core) == ["f 1 1", "+ 1 1"])
  }

  @Test("more states than are looked up are counted by leaf, and known ones go on")
  func overflow() {
    let pool = PanelPool<40>()
    let limit = UInt64(StateTable.entryLimit)
    for word in 0..<limit + 5 { pool.evaluate(word) }
    pool.evaluate(limit - 1)
    let counts = pool.core.kinds[0].pointee.counters.scopes[0].counts
    #expect(counts.states.count == StateTable.entryLimit)
    #expect(counts.overflow == [0, 5])
    #expect(counts.states[.init(words: [limit - 1], leaf: 1)] == 2)
    #expect(counts.leaves == [0, limit + 6])
  }

  @Test("or by leaf only, when a pool is told so")
  func leavesOnly() {
    let pool = PanelPool<4>(counting: .leaves)
    pool.evaluate(3)
    pool.evaluate(4)
    #expect(counts(pool.core) == ["+ 1 2"])
    #expect(pool.core.statistics.leaves.map(\.count) == [0, 2])
  }

  @Test("as a dictionary would, whatever comes", arguments: 0..<8 as Range<UInt64>)
  func model(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let wordCount = Int(seed % 3) + 1
    let bits = seed % 4 == 0 ? 12 : 64 * wordCount
    let scope = RuleTable.Scope(
      name: "S", line: 1, variables: [.init("x", [], shift: 0, width: bits)],
      leaves: (0..<9).map { .init("R\($0)", .rule, line: 1) })
    let counters = ScopeCounters(scope, .states)
    var writer = ScopeCounters.Writer(counters)
    var model: [StateTable.Key: UInt64] = [:]
    for _ in 0..<20_000 {
      // Few states and many, near each other and far.
      let range: UInt64 = random.next() % 2 == 0 ? 16 : 5_000
      let spread: UInt64 = bits == 12 || random.next() % 2 == 0 ? 1 : 0x1_0000_0001
      let words = (0..<(bits == 12 ? 1 : wordCount)).map { _ in
        (random.next() % (bits == 12 ? 4_096 : range)) &* spread
      }
      let leaf = Int(random.next() % 9)
      writer.count(leaf, words[0], words.count > 1 ? words.span : Span())
      model[.init(words: words, leaf: leaf), default: 0] += 1
    }
    #expect(counters.counts.states == model, "seed \(seed)")
    #expect(counters.counts.overflow.allSatisfy { $0 == 0 })
  }

  @Test("while other threads read", .timeLimit(.minutes(20)))
  func concurrently() async throws {
    let profile = ProfileRegistry(program: "t")
    let isOver = Shared(false)
    async let reading = Task.detached {
      var newest: UInt64 = 0
      while !isOver.value {
        let total = profile.profile.total
        #expect(total >= newest)
        newest = total
        await Task.yield()
      }
      return newest
    }.value
    await Task.detached {
      let direct = PanelPool<6>(profile: profile)
      let lookedUp = PanelPool<40>(profile: profile)
      for word: UInt64 in 0..<20_000 {
        direct.evaluate(word % 64)
        lookedUp.evaluate(word % 3_000)
      }
    }.value
    isOver.value = true
    #expect(await reading <= 40_000)
    #expect(profile.profile.total == 40_000)
  }
}
