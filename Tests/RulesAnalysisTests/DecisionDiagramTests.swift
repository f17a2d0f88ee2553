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

@Suite("A better order of variables")
struct VariableOrderTests {
  /// x0 and x6, or x1 and x7, or ...: 2^7 nodes as declared, a dozen with partners side by side.
  private func partners(_ order: [Int]? = nil) throws -> (DecisionDiagram, DecisionDiagram.Node) {
    var diagram = DecisionDiagram(
      domainSizes: Array(repeating: 2, count: 12), order: order.map(VariableOrder.init))
    var either = DecisionDiagram.never
    for variable in 0..<6 {
      let both = try diagram.and(
        try diagram.literal(variable, in: [1]), try diagram.literal(variable + 6, in: [1]))
      either = try diagram.or(either, both)
    }
    return (diagram, either)
  }

  @Test("is found by sifting, and counts stay the same")
  func sifting() throws {
    let (declared, large) = try partners()
    #expect(declared.size(of: large) == 128)
    let order = try #require(siftedOrder(declared, large, variables: 12))
    #expect(order.sorted() == Array(0..<12))
    let (sifted, small) = try partners(order)
    #expect(sifted.size(of: small) == 14)
    #expect(sifted.count(small, variables: 12) == declared.count(large, variables: 12))
    #expect(sifted.firstState(of: small, variables: 12) == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1])
    #expect(declared.firstState(of: large, variables: 12) == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1])
  }

  @Test("is found for variables with many values, of any function", arguments: 0..<20)
  func siftingAnything(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    func build(_ order: [Int]?, _ random: inout SeededGenerator) throws -> (
      DecisionDiagram, DecisionDiagram.Node
    ) {
      var diagram = DecisionDiagram(
        domainSizes: [2, 3, 4, 2, 3, 2, 3, 2], order: order.map(VariableOrder.init))
      var root = try diagram.constant(0)
      for leaf in 1..<12 {
        var cube = DecisionDiagram.always
        for variable in (0..<8).shuffled(using: &random).prefix(3) {
          let values = (0..<diagram.domainSizes[variable]).filter { _ in random.chance(50) }
          cube = try diagram.and(cube, try diagram.literal(variable, in: values))
        }
        root = try diagram.apply(root, cube) { $1 == 1 ? leaf : $0 }
      }
      return (diagram, root)
    }
    var again = random
    let (declared, root) = try build(nil, &random)
    let order = try #require(siftedOrder(declared, root, variables: 8))
    let (sifted, same) = try build(order, &again)
    #expect(sifted.size(of: same) <= declared.size(of: root), "seed \(seed)")
    #expect(sifted.counts(of: same, variables: 8) == declared.counts(of: root, variables: 8))
  }

  @Test("brings rules about distant facts together", arguments: [7, 20])
  func force(distance: Int) throws {
    let groups = (0..<distance).map { [$0, $0 + distance] }
    let order = forceOrder(2 * distance, groups: groups)
    #expect(order.sorted() == Array(0..<(2 * distance)))
    #expect(totalSpan(order, groups) < totalSpan(Array(0..<(2 * distance)), groups))
  }
}
