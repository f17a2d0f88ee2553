import RulesRuntime

/// A task in the shape of generated code that needs a permit for what it does:
///
///     rule R1 "ask"   when admission == none, loads > 0     do ask()
///     wait W1 "turn"  for granted when admission == waiting
///     rule R2 "carry" when admission == granted             do carry()
///     goal admission == none, loads == 0
final class Porter: RuleTask {
  let membership = TaskMembership()
  let subjectID: UInt64
  private let throttle: Throttle
  var permit: Permit?
  /// What it has to carry, one permit each.
  var loads: Int
  /// Turns that one load takes.
  var distance: Int
  private var left = 0
  /// Told of each load that begins.
  var onBegin: (Porter) -> Void = { _ in }

  init(_ subjectID: UInt64, _ throttle: Throttle, loads: Int = 1, distance: Int = 1) {
    self.subjectID = subjectID
    self.throttle = throttle
    self.loads = loads
    self.distance = distance
  }

  var subjectName: String { "porter \(subjectID)" }

  static let ruleTable = RuleTable(
    task: "Porter", file: "rules/Porter.rules", contentHash: 3,
    scopes: [
      RuleTable.Scope(
        name: "Porter", line: 1, variables: [],
        leaves: [
          .init("R1", .rule, line: 1, label: "ask"),
          .init("W1", .wait, line: 2, label: "turn", causes: ["granted"]),
          .init("R2", .rule, line: 3, label: "carry"),
          .init("goal", .goal, line: 4),
        ])
    ])

  private enum Leaf: Int, RuleLeaf {
    static let scope = 0
    // Named as the rules are.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case R1, W1, R2, goal
  }

  func applyRules(_ turn: inout Turn) {
    let word = StateWord()
    if let permit {
      if permit.isGranted {
        turn.fire(Leaf.R2, word, self) { carry() }
      } else {
        turn.wait(Leaf.W1, word, self)
      }
    } else if loads > 0 {
      turn.fire(Leaf.R1, word, self) { permit = throttle.request(for: self) }
    } else {
      turn.reachGoal(Leaf.goal, word, self)
    }
  }

  private func carry() {
    if left == 0 {
      left = distance
      onBegin(self)
    }
    left -= 1
    guard left == 0 else { return }
    loads -= 1
    permit = nil
  }

  /// Starts all over, as after the loss of a server.
  func reset(loads: Int) {
    permit = nil
    left = 0
    self.loads = loads
    membership.activate()
  }
}
