import RulesRuntime

/// A task in the shape of generated code: counts down one at a time, then waits for `refill`, and is
/// at its goal once it is `closed`.
///
///     rule R1 "not empty" when left > 0 do left -= 1
///     wait W1 "refill" for refill when left == 0 and not closed
///     goal closed
final class Counter: RuleTask {
  let membership = TaskMembership()
  let subjectID: UInt64
  var left: Int
  var closed = false
  /// Runs inside the action of R1.
  var onFire: ((Counter) throws -> Void)?
  var fired = 0

  init(_ subjectID: UInt64 = 1, left: Int = 0) {
    self.subjectID = subjectID
    self.left = left
  }

  var subjectName: String { "counter \(subjectID)" }

  static let ruleTable = RuleTable(
    task: "Counter", file: "rules/Counter.rules", contentHash: 1,
    scopes: [
      RuleTable.Scope(
        name: "Counter", line: 1,
        variables: [
          .init("left", ["0", "1..."], shift: 0, width: 1),
          .init("closed", ["false", "true"], shift: 1, width: 1),
        ],
        leaves: [
          .init("R1", .rule, line: 5, label: "not empty"),
          .init("W1", .wait, line: 6, label: "refill", causes: ["refill"]),
          .init("goal", .goal, line: 7),
        ])
    ])

  private enum Leaf: Int, RuleLeaf {
    static let scope = 0
    // Named as the rules are.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case R1, W1, goal
  }

  func applyRules(_ turn: inout Turn) {
    var word = StateWord()
    word.put(left > 0, at: 0)
    word.put(closed, at: 1)
    if left > 0 {
      turn.fire(Leaf.R1, word, self) { try countDown() }
    } else if closed {
      turn.reachGoal(Leaf.goal, word, self)
    } else {
      turn.wait(Leaf.W1, word, self)
    }
  }

  private func countDown() throws {
    left -= 1
    fired += 1
    try onFire?(self)
  }

  func refill(_ count: Int) {
    left += count
    membership.activate()
  }
}
