import RulesAnalysis
import Testing

@Suite("A decision diagram")
struct DecisionDiagramTests {
  @Test("stores equal functions once, however they were made")
  func sharing() throws {
    var diagram = DecisionDiagram(domainSizes: [2, 3, 2])
    let a = try diagram.literal(0, in: [1])
    let b = try diagram.literal(1, in: [0, 2])
    let both = try diagram.and(a, b)
    let notA = try diagram.not(a)
    let notB = try diagram.not(b)
    let either = try diagram.or(notA, notB)
    #expect(try diagram.not(either) == both)
    #expect(try diagram.and(a, notA) == DecisionDiagram.never)
    #expect(try diagram.or(b, notB) == DecisionDiagram.always)
  }

  @Test("counts states exactly, questions left out included")
  func counting() throws {
    var diagram = DecisionDiagram(domainSizes: [2, 3, 5, 7])
    let condition = try diagram.and(
      try diagram.literal(1, in: [0, 2]), try diagram.literal(3, in: [6]))
    #expect(diagram.count(condition, variables: 4) == 2 * 2 * 5)
    #expect(diagram.count(DecisionDiagram.always, variables: 4) == 210)
    #expect(diagram.count(DecisionDiagram.never, variables: 4) == 0)
  }

  @Test("counts more states than 64 bits hold")
  func largeCount() throws {
    var diagram = DecisionDiagram(domainSizes: Array(repeating: 2, count: 100))
    let condition = try diagram.literal(99, in: [1])
    #expect(diagram.count(condition, variables: 100) == UInt128(1) << 99)
  }

  @Test("projects the last variables away")
  func projection() throws {
    var diagram = DecisionDiagram(domainSizes: [2, 2, 2])
    let first = try diagram.literal(0, in: [1])
    let equal = try diagram.apply(
      try diagram.literal(1, in: [1]), try diagram.literal(2, in: [1])
    ) { $0 == $1 ? 1 : 0 }
    let both = try diagram.and(first, equal)
    #expect(try diagram.exists(from: 1, both) == first)
    #expect(try diagram.exists(from: 2, both) == first)
  }

  @Test("stops with an error at its node budget")
  func budget() throws {
    var diagram = DecisionDiagram(domainSizes: Array(repeating: 2, count: 10), nodeLimit: 12)
    #expect(throws: AnalysisFailure.nodeBudget(12)) {
      var parity = DecisionDiagram.never
      for variable in 0..<10 {
        let literal = try diagram.literal(variable, in: [1])
        parity = try diagram.apply(parity, literal) { $0 ^ $1 }
      }
    }
  }

  @Test("widens a state to a largest cube that avoids a condition")
  func widening() throws {
    var diagram = DecisionDiagram(domainSizes: [2, 3, 2])
    let forbidden = try diagram.literal(1, in: [2])
    let cube = diagram.widen([0, 0, 1], avoiding: forbidden)
    #expect(cube.values == [[0, 1], [0, 1], [0, 1]])
  }
}
