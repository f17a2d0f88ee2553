import RulesRuntime

/// A task in the shape of generated code: rings so many times, throws once, and is at its goal.
final class Bell: RuleTask {
  let membership = TaskMembership()
  var left = 2
  var subjectID: UInt64 { 7 }
  var subjectName: String { "bell" }

  struct Crack: Error, CustomStringConvertible { var description: String { "a crack" } }

  static let ruleTable = RuleTable(
    task: "Bell", file: "rules/Bell.rules", contentHash: 1,
    scopes: [
      RuleTable.Scope(
        name: "Bell", line: 1, variables: [],
        leaves: [.init("R1", .rule, line: 3, label: "ring"), .init("goal", .goal, line: 5)])
    ])

  private enum Leaf: Int, RuleLeaf {
    static let scope = 0
    // Named as the rules are.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case R1, goal
  }

  func applyRules(_ turn: inout Turn) {
    if left > 0 {
      turn.fire(Leaf.R1, StateWord(), self) {
        left -= 1
        if left == 0 { throw Crack() }
      }
    } else {
      turn.reachGoal(Leaf.goal, StateWord(), self)
    }
  }
}
