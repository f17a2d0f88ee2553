import RulesAnalysis
import RulesLanguage
import Testing

@Suite("What changes make of a chain, held to trying numbers")
struct ChainOutcomeTests {
  private static let program = Program(
    files: [SourceFile(path: "chain.rules", text: "")], swiftImports: [[]], enums: [], tasks: [],
    pools: [])

  private func variable(
    _ members: [String], _ links: [VariableModel.ChainLink]
  ) -> VariableModel {
    VariableModel(
      name: members.joined(separator: " "), kind: .chain(members: members, links: links),
      initially: nil, swift: nil, isStable: false, doc: nil,
      position: SourcePosition(file: 0, line: 1, column: 1))
  }

  /// The orderings that changes lead to, by name, for each old ordering.
  private func compare(
    _ members: [String], _ links: [VariableModel.ChainLink],
    _ changes: [(member: String, value: Change.Value)]
  ) {
    let world = NaiveWorld(Self.program)
    let model = variable(members, links)
    let scope = StateVariable(.task, model, Self.program)
    let found = outcomes(of: scope, changes)
    func name(_ facts: NaiveWorld.Facts) -> String {
      let ranks = members.map { facts[FactReference(.task, $0)] ?? 0 }
      return members.indices.dropFirst().reduce(members[0]) { name, index in
        name + (ranks[index] == ranks[index - 1] ? " == " : " < ") + members[index]
      }
    }
    for old in world.assignments(model, .task) {
      let expected = Set(world.outcomes(model, .task, old, changes).map(name))
      let index = scope.values.firstIndex(of: name(old)) ?? 0
      #expect(
        Set(found[index].map { scope.values[$0] }) == expected, "\(name(old)) by \(changes)")
    }
  }

  private func values(_ names: [String]) -> [Change.Value] {
    var values: [Change.Value] = [.any] + names.map(Change.Value.exactly)
    for from in names + ["min"] {
      for to in names + ["max"] {
        for ends in [(false, false), (false, true), (true, false), (true, true)] {
          values.append(.range(from: from, includesFrom: ends.0, to: to, includesTo: ends.1))
        }
      }
    }
    return values
  }

  @Test("every single change of every chain of three, with a number outside or inside")
  func singleChanges() {
    for links in [[.lessOrEqual, .lessOrEqual], [.less, .lessOrEqual], [.lessOrEqual, .less]]
      as [[VariableModel.ChainLink]]
    {
      for members in [["a", "b", "c"], ["0", "b", "c"], ["a", "0", "c"], ["a", "b", "0"]] {
        for member in members where member != "0" {
          for value in values(Array(Set(members + ["0"])).sorted()) {
            compare(members, links, [(member, value)])
          }
        }
      }
    }
  }

  @Test("random changes of several members at once", arguments: 0..<4 as Range<UInt64>)
  func severalChanges(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<60 {
      var members = ["a", "b", "c", "d"]
      if random.chance(30) { members[Int.random(in: 0..<4, using: &random)] = "0" }
      let links = (0..<3).map { _ in
        random.chance(75) ? VariableModel.ChainLink.lessOrEqual : .less
      }
      let all = values(members + (members.contains("0") ? [] : ["0"]))
      let changes = members.filter { $0 != "0" && random.chance(50) }
        .map { (member: $0, value: random.pick(all)) }
      guard !changes.isEmpty else { continue }
      compare(members, links, changes)
    }
  }

  @Test("the changes that the language's definition gives as examples")
  func examples() {
    let links: [VariableModel.ChainLink] = [.lessOrEqual, .lessOrEqual]
    let variable = StateVariable(
      .task, variable(["committed", "sent", "appended"], links), Self.program)
    func outcomes(_ old: String, _ changes: [(member: String, value: Change.Value)]) -> [String] {
      let index = variable.values.firstIndex(of: old) ?? 0
      return RulesAnalysis.outcomes(of: variable, changes)[index].map { variable.values[$0] }
    }
    #expect(
      outcomes("committed < sent < appended", [("committed", .exactly("sent"))])
        == ["committed == sent < appended"])
    #expect(
      outcomes(
        "committed < sent == appended",
        [("appended", .range(from: "appended", includesFrom: false, to: "max", includesTo: true))])
        == ["committed < sent < appended"])
    #expect(
      outcomes(
        "committed == sent < appended",
        [("sent", .range(from: "sent", includesFrom: false, to: "appended", includesTo: true))])
        == ["committed < sent == appended", "committed < sent < appended"])
    #expect(
      outcomes(
        "committed < sent == appended", [("committed", .exactly("0")), ("sent", .exactly("0"))])
        == ["committed == sent == appended", "committed == sent < appended"])
    #expect(
      outcomes(
        "committed < sent == appended",
        [("sent", .range(from: "sent", includesFrom: false, to: "appended", includesTo: true))])
        == [])
  }
}
