import Testing

@testable import RulesLanguage

@Suite("Strong components")
struct StrongComponentsTests {
  @Test("a component comes after those it leads to")
  func order() {
    let components = strongComponents(of: [[1], [2, 3], [1], [], [0]])
    #expect(components.map { $0.sorted() } == [[3], [1, 2], [0], [4]])
  }

  @Test("they agree with mutual reachability on random graphs")
  func model() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let count = Int.random(in: 1...8, using: &random)
      let graph = (0..<count).map { _ in
        (0..<count).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
      }
      var reaches = (0..<count).map { from in (0..<count).map { from == $0 } }
      for _ in 0..<count {
        for from in 0..<count {
          for to in 0..<count where reaches[from][to] {
            for next in graph[to] { reaches[from][next] = true }
          }
        }
      }
      var component = [Int](repeating: -1, count: count)
      for (number, nodes) in strongComponents(of: graph).enumerated() {
        for node in nodes { component[node] = number }
      }
      for a in 0..<count {
        for b in 0..<count {
          let isMutual = reaches[a][b] && reaches[b][a]
          #expect((component[a] == component[b]) == isMutual, "seed \(seed)")
          if reaches[a][b] { #expect(component[b] <= component[a], "seed \(seed)") }
        }
      }
    }
  }
}
