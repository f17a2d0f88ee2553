import RulesAnalysis
import RulesLanguage
import Testing

@Suite("An `explore` and writing every state of every instance down agree")
struct NaivePoolTests {
  /// The most states that are written down.
  private static let limit = 150

  @Test(
    "on what random programs reach, on stalls and on goals, whatever changes places",
    arguments: 0..<4)
  func agrees(batch: UInt64) throws {
    var compared = 0
    for seed in (batch * 75)..<(batch * 75 + 75) where try compare(seed) { compared += 1 }
    // The others are too large, or do not say who is related to whom.
    #expect(compared >= 42, "seeds from \(batch * 75): only \(compared)")
  }

  /// Whether the program was small enough to be compared.
  private func compare(_ seed: UInt64) throws -> Bool {
    var program = RandomDynamics.make(seed: seed)
    let elements = seed % 4 == 0 ? 1 : seed % 4 == 1 ? 3 : 2
    let counts = [(task: seed % 3 == 0 ? 2 : 1, elements: elements), (task: 1, elements: 1)]
    let position = SourcePosition(file: 0, line: 900, column: 1)
    var pool = PoolModel(name: "P", entries: [], policies: [:], position: position)
    var parts: [PoolModel.Exploration.Part] = []
    for (task, count) in zip(program.tasks, counts) {
      pool.entries.append(PoolModel.Entry(task: task.name, links: nil))
      parts.append(
        PoolModel.Exploration.Part(
          task: task.name, count: count.task,
          elements: task.name == "T" ? [(each: "e", count: count.elements)] : [],
          position: position))
    }
    pool.explorations = [PoolModel.Exploration(parts: parts, budget: 2_000, position: position)]
    program.pools = [pool]
    guard let found = try #require(analyse(program).explorations.first).result,
      found.states <= Self.limit
    else { return false }
    let naive = try #require(
      NaivePool(program, counts).explore(limit: 2_000), "seed \(seed): \(found.states) states?")
    let note: Comment = "seed \(seed)"
    #expect(found.initial == naive.initial, note)
    #expect(found.states == naive.steps.count, note)
    #expect(found.transitions == naive.transitions, note)
    #expect(found.depth == naive.steps.values.max() ?? 0, note)
    #expect(found.goal == naive.goal, note)
    #expect(found.unhandled == naive.unhandled, note)
    #expect(found.overlap == naive.overlap, note)
    #expect(found.stuck == naive.stuck, note)
    #expect(found.stalls == naive.stalls, note)
    return true
  }
}
