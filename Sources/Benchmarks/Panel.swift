import RulesRuntime

/// A task of 2^25 states, more than a table with a counter for every state has room for; it waits in
/// one of 256 of them, which its number says.
///
/// In the shape of generated code, but written by hand: what is measured is not its decision.
final class Panel: RuleTask {
  let membership = TaskMembership()
  let subjectID: UInt64

  init(_ subjectID: UInt64) { self.subjectID = subjectID }

  var subjectName: String { "panel \(subjectID)" }

  static let ruleTable = RuleTable(
    task: "Panel", file: "Panel.swift", contentHash: 0,
    scopes: [
      RuleTable.Scope(
        name: "Panel", line: 1,
        variables: (0..<25).map { .init("lamp \($0)", ["off", "on"], shift: $0, width: 1) },
        leaves: [.init("W1", .wait, line: 1, causes: ["next"])])
    ])

  private enum TaskLeaf: Int, RuleLeaf {
    static let scope = 0
    // Named as a generated leaf is.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case W1
  }

  func applyRules(_ turn: inout Turn) {
    turn.wait(TaskLeaf.W1, StateWord(bits: subjectID & 0xff), self)
  }
}
