import Testing

@testable import RulesRuntime

/// Selecting mutants. One after the other: what is selected is the program's.
@Suite(.serialized) struct RuleMutantsTests {
  private final class Thing {}

  private let table = RuleTable(
    task: "A", file: "a.rules", contentHash: 1, scopes: [],
    mutants: RuleTable.mutants("1 dropped 4 A R without x\nnothing\n2 skipped 5 A R, of y"))
  private let other = RuleTable(task: "B", file: "b.rules", contentHash: 2, scopes: [])

  @Test("A list of mutants is read line by line")
  func list() {
    #expect(table.mutants.map(\.number) == [1, 2])
    #expect(table.mutants.map(\.line) == [4, 5])
    #expect(table.mutants.map(\.kind) == ["dropped", "skipped"])
    #expect(table.mutants.map(\.text) == ["A R without x", "A R, of y"])
  }

  @Test("A selected mutant is in force for its own task, until it is selected no more")
  func selection() {
    RuleMutants.select([2], of: table)
    #expect(RuleMutants.areSelected(of: table))
    #expect(!RuleMutants.areSelected(of: other))
    #expect(RuleMutants.selected(of: table).has(2))
    #expect(!RuleMutants.selected(of: table).has(1))
    #expect(!RuleMutants.selected(of: other).has(2))
    RuleMutants.deselect()
    #expect(!RuleMutants.areSelected(of: table))
    #expect(!RuleMutants.selected(of: table).has(2))
  }

  @Test("An assignment that is not seen stays so until the fact changes once more")
  func unseen() {
    let thing = Thing()
    let another = Thing()
    #expect(!RuleMutants.hasUnseen)
    RuleMutants.hide(2, behind: 1, "x", of: thing)
    #expect(RuleMutants.hasUnseen)
    #expect(RuleMutants.seen(2, "x", of: thing) == 1)
    #expect(RuleMutants.seen(2, "x", of: another) == 2)
    #expect(RuleMutants.seen(2, "y", of: thing) == 2)
    #expect(RuleMutants.seen(3, "x", of: thing) == 3)
    #expect(RuleMutants.seen(2, "x", of: thing) == 2)
    RuleMutants.hide(1, behind: 1, "x", of: thing)
    #expect(!RuleMutants.hasUnseen)
    RuleMutants.deselect()
  }
}
