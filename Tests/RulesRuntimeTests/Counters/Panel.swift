import RulesRuntime

/// A task whose state is whatever a test says, of so many facts: in two words if they need it.
///
///     rule R1 do x()    when `fires`
///     wait W1 for x     else
final class Panel<let width: Int>: RuleTask {
  let membership = TaskMembership()
  let subjectID: UInt64 = 1
  let subjectName = "panel"
  var words: [UInt64] = [0, 0]
  var fires = false

  static var ruleTable: RuleTable {
    RuleTable(
      task: "Panel\(width)", file: "rules/Panel.rules", contentHash: 0xa,
      scopes: [
        RuleTable.Scope(
          name: "Panel\(width)", line: 1,
          variables: (0..<width).map { .init("f\($0)", ["false", "true"], shift: $0, width: 1) },
          leaves: [.init("R1", .rule, line: 2), .init("W1", .wait, line: 3, causes: ["x"])])
      ])
  }

  private enum Leaf: Int, RuleLeaf {
    static var scope: Int { 0 }
    case rule, wait
  }

  func applyRules(_ turn: inout Turn) {
    if width > 64 {
      var word = WideStateWord<2>()
      for index in 0...1 { word.words[index] = words[index] }
      report(word, &turn)
    } else {
      report(StateWord(bits: words[0]), &turn)
    }
  }

  private func report(_ word: some PackedState, _ turn: inout Turn) {
    if fires { turn.fire(Leaf.rule, word, self) {} } else { turn.wait(Leaf.wait, word, self) }
  }
}

/// A pool with one panel, which is evaluated state by state.
final class PanelPool<let width: Int> {
  let core: PoolCore
  let panel = Panel<width>()

  init(counting: StateCounting = .states, profile: ProfileRegistry = ProfileRegistry(program: "t"))
  {
    core = PoolCore(name: "panels", counting: counting, profile: profile)
    core.add(panel)
  }

  /// One evaluation.
  func evaluate(_ words: UInt64..., fires: Bool = false) {
    for (index, word) in words.enumerated() { panel.words[index] = word }
    panel.fires = fires
    panel.membership.activate()
    _ = core.step()
  }
}
