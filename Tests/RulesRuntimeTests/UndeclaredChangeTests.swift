import RulesSimulation
import Testing

@testable import RulesRuntime

/// A task in the shape of generated code, whose action does what a test says.
///
///     fact rpc : Rpc                          // idle, flying, ok
///     fact sent <= appended : Int
///     lazy fact full : Bool
///     define quiet = ...                      // of a neighbour
///     rule R4 "data not sent" when rpc == idle do send() then rpc = flying, sent = appended
///       or stay after 1 s
///     goal rpc != idle
private final class Sender: RuleTask {
  struct State {
    var rpc = 0
    var sent = 0
    var appended = 1
    var full: Bool? = nil
    var quiet = false

    var word: StateWord {
      var word = StateWord()
      word.put(UInt8(rpc), at: 0)
      word.put(sent < appended, at: 2)
      word.put(full.map { $0 ? 1 : 0 } ?? UInt8(2), at: 3)
      word.put(quiet, at: 5)
      return word
    }
  }

  let membership = TaskMembership()
  let subjectID: UInt64 = 7
  let subjectName = "segment 1, replica 2"
  var state = State()
  var action: (inout State) throws -> Void = { _ in }

  static let ruleTable = RuleTable(
    task: "Sender", file: "rules/Sender.rules", contentHash: 3,
    scopes: [
      RuleTable.Scope(
        name: "Sender", line: 1,
        variables: [
          .init("rpc", ["idle", "flying", "ok"], shift: 0, width: 2),
          .init("sent <= appended", ["sent == appended", "sent < appended"], shift: 2, width: 1),
          .init("full", ["false", "true", "not read"], shift: 3, width: 2),
          .init("next.quiet", ["false", "true"], shift: 5, width: 1),
        ],
        leaves: [
          .init("R4", .rule, line: 43, label: "data not sent"), .init("goal", .goal, line: 45),
        ])
    ])

  private enum TaskLeaf: Int, RuleLeaf {
    static let scope = 0
    case rule, goal
  }

  func applyRules(_ turn: inout Turn) {
    let word = state.word
    guard state.rpc == 0 else {
      turn.reachGoal(TaskLeaf.goal, word, self)
      return
    }
    turn.fire(TaskLeaf.rule, word, self) { try action(&state) }
    turn.check(
      TaskLeaf.rule, word, state.word, self,
      then: "rpc = flying, sent = appended or stay after 1 s",
      outcomes: [
        [.init("rpc", ["flying"]), .init("sent <= appended", from: [[0], [0]])],
        [],
      ], unchecked: ["next.quiet"])
    if state.word == word { turn.stay(for: .seconds(1), TaskLeaf.rule, word, self) }
  }
}

@Suite("Actions that do something else than their rule says")
struct UndeclaredChangeTests {
  let clock = ManualClock()
  let recorder = LogRecorder()
  let core: PoolCore
  private let sender = Sender()

  init() {
    core = PoolCore(name: "test", clock: clock, log: recorder.log)
  }

  private func errors(_ action: @escaping (inout Sender.State) throws -> Void) -> [String] {
    sender.action = action
    core.add(sender)
    _ = core.step()
    return recorder.messages(.error)
  }

  private let head =
    "rules/Sender.rules:43: error: R4 \"data not sent\" of segment 1, replica 2 declared "
    + "rpc = flying, sent = appended or stay after 1 s; it changed "

  @Test("are reported with rule, line, what was declared and what changed")
  func reported() {
    #expect(errors { $0.rpc = 2 } == [head + "rpc == idle to ok"])
    #expect(core.statistics.undeclared == 1)
  }

  @Test("also when only half of an alternative was done")
  func half() {
    #expect(errors { $0.sent = 1 } == [head + "sent < appended to sent == appended"])
  }

  @Test("but not when what else changed was not read before, or is a neighbour's")
  func notTheirs() {
    let errors = errors {
      ($0.rpc, $0.sent, $0.full) = (1, 1, true)
      $0.quiet = true
    }
    // `full` was not read before, and the neighbour's `quiet` is not the rule's.
    #expect(errors == [])
    #expect(core.statistics.undeclared == 0)
  }

  @Test("but a lazy fact that was read before and after is compared")
  func lazy() {
    sender.state.full = false
    let errors = errors { ($0.rpc, $0.sent, $0.full) = (1, 1, true) }
    #expect(
      errors == [
        head + "rpc == idle to flying, sent < appended to sent == appended, full == false to true"
      ])
  }

  @Test("unlike those that do it, or stay")
  func declared() {
    #expect(errors { ($0.rpc, $0.sent) = (1, 1) } == [])
    sender.state = Sender.State()
    #expect(errors { _ in } == [])
    #expect(core.statistics.undeclared == 0)
  }

  @Test("unless they threw, which is another error")
  func threw() {
    let errors = errors {
      $0.rpc = 2
      throw Storm()
    }
    #expect(errors.count == 1)
    #expect(errors.first?.contains("threw: a storm") == true)
    #expect(core.statistics.undeclared == 0)
  }

  @Test("each time in the statistics, in the log only after a growing time; evaluations go on")
  func repetition() {
    core.add(sender)
    sender.action = { $0.rpc = 2 }
    for _ in 0..<100 {
      sender.state.rpc = 0
      sender.membership.activate()
      _ = core.step()
      clock.advance(by: .milliseconds(100))
    }
    #expect(core.statistics.undeclared == 100)
    // At 0, 1, 3 and 7 s.
    #expect(recorder.messages(.error).count == 4)
    #expect(core.statistics.leaves.map(\.count)[0] == 100)
  }

  @Test("and \"nothing\" is said to have changed when nothing did but something must")
  func nothing() {
    let scope = Sender.ruleTable.scopes[0]
    let change = StateChange(scope, from: [4], to: [4], unchecked: [])
    #expect(!change.isOutcome(of: [[.init("rpc", ["flying"])]]))
    #expect(change.text == "nothing")
  }

  @Test("in states of several words too")
  func wide() {
    let scope = RuleTable.Scope(
      name: "S", line: 1, variables: [.init("x", ["a", "b"], shift: 64, width: 1)], leaves: [])
    let change = StateChange(scope, from: [0, 0], to: [0, 1], unchecked: [])
    #expect(change.isOutcome(of: [[.init("x", ["b"])]]))
    #expect(!change.isOutcome(of: [[]]))
    #expect(change.text == "x == a to b")
  }
}
