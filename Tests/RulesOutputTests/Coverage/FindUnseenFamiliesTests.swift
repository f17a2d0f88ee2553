import Testing

@testable import RulesOutput

@Suite("Unseen states as patterns")
struct FindUnseenFamiliesTests {
  @Test("each pattern matches its own states and none of the others; together they match all")
  func property() {
    for seed in 0..<200 {
      var generator = SplitMix(state: UInt64(seed))
      let sizes = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        Int.random(in: 1...4, using: &generator)
      }
      var states: [[Int]] = [[]]
      for size in sizes { states = states.flatMap { state in (0..<size).map { state + [$0] } } }
      var unseen: [[Int]] = []
      var others: [[Int]] = []
      for state in states {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: unseen.append(state)
        case 1: others.append(state)
        default: break
        }
      }
      let families = findFamilies(of: unseen, avoiding: others, sizes: sizes, limit: 1000)
      var covered: [Int] = []
      for family in families {
        func matches(_ state: [Int]) -> Bool {
          zip(family.values, state).allSatisfy { $0.contains($1) }
        }
        #expect(!others.contains(where: matches), "seed \(seed)")
        #expect(family.members.allSatisfy { matches(unseen[$0]) }, "seed \(seed)")
        #expect(!family.members.isEmpty, "seed \(seed)")
        covered += family.members
      }
      #expect(covered.sorted() == Array(unseen.indices), "seed \(seed)")
    }
  }

  @Test("with nothing to avoid, one pattern matches everything")
  func everything() {
    let families = findFamilies(of: [[0, 1], [1, 0]], avoiding: [], sizes: [2, 2], limit: 9)
    #expect(families.map(\.values) == [[[0, 1], [0, 1]]])
  }

  @Test("values that cannot be said in few words are not put together")
  func plain() {
    let families = findFamilies(
      of: [[0, 0], [0, 1], [0, 3]], avoiding: [[0, 2]], sizes: [2, 4], limit: 9,
      isPlain: { $0 == 0 || $1.count < 3 })
    #expect(families.map(\.values) == [[[0, 1], [0]], [[0, 1], [1]], [[0, 1], [3]]])
  }

  @Test("no more patterns than asked for")
  func limit() {
    let families = findFamilies(of: [[0], [2], [4]], avoiding: [[1], [3]], sizes: [5], limit: 1)
    #expect(families.map(\.members) == [[0, 1, 2]])
    let apart = findFamilies(
      of: [[0, 0], [1, 1]], avoiding: [[0, 1], [1, 0]], sizes: [2, 2], limit: 1)
    #expect(apart.map(\.members) == [[0]])
  }
}

/// The generator of Steele, Lea and Flood: one seed, one sequence.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z &>> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z &>> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z &>> 31
  }
}
