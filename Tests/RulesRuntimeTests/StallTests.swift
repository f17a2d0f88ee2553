import RulesSimulation
import Testing

@testable import RulesRuntime

/// A task that waits until its neighbour has passed, in the shape of generated code:
///
///     related prior : Walker?
///     rule R1 "way is free" when prior.passed, not passed do pass() then passed = true
///     wait W1 "neighbour" for prior.passed when not prior.passed, not passed
///     wait W2 "signal" for signal when held
///     goal passed
final class Walker: RuleTask {
  let membership = TaskMembership()
  let subjectID: UInt64
  weak var prior: Walker?
  var following: Walker?
  var passed = false
  var held = false

  init(_ subjectID: UInt64) { self.subjectID = subjectID }

  var subjectName: String { "walker \(subjectID)" }

  static let ruleTable = RuleTable(
    task: "Walker", file: "rules/Walker.rules", contentHash: 3,
    scopes: [
      RuleTable.Scope(
        name: "Walker", line: 1,
        variables: [
          .init("passed", ["false", "true"], shift: 0, width: 1),
          .init("prior.passed", ["false", "true"], shift: 1, width: 1),
          .init("held", ["false", "true"], shift: 2, width: 1),
        ],
        leaves: [
          .init("R1", .rule, line: 2, label: "way is free"),
          .init("W1", .wait, line: 3, label: "neighbour", causes: ["prior.passed"]),
          .init("W2", .wait, line: 4, label: "signal", causes: ["signal"]),
          .init("goal", .goal, line: 5),
        ])
    ])

  private enum Leaf: Int, RuleLeaf {
    static let scope = 0
    // Named as the rules are.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case R1, W1, W2, goal
  }

  func applyRules(_ turn: inout Turn) {
    let priorPassed = prior?.passed ?? true
    var word = StateWord()
    word.put(passed, at: 0)
    word.put(priorPassed, at: 1)
    word.put(held, at: 2)
    if passed {
      turn.reachGoal(Leaf.goal, word, self)
    } else if held {
      turn.wait(Leaf.W2, word, self)
    } else if priorPassed {
      turn.fire(Leaf.R1, word, self) { passed = true }
      if let following { turn.wake(following) }
    } else {
      turn.wait(Leaf.W1, word, self, warnAfter: .seconds(5))
    }
  }

  func happened() { membership.activate() }
}

@Suite("Tasks that can never go on")
struct StallTests {
  let clock = ManualClock()
  let recorder = LogRecorder()
  let core: PoolCore

  init() { core = PoolCore(name: "street", clock: clock, log: recorder.log) }

  /// Walkers in a row; in a circle the first one waits for the last one.
  private func walkers(_ count: Int, isCircle: Bool) -> [Walker] {
    let walkers = (1...count).map { Walker(UInt64($0)) }
    for index in 1..<count {
      walkers[index].prior = walkers[index - 1]
      walkers[index - 1].following = walkers[index]
    }
    if isCircle { walkers[0].prior = walkers[count - 1] }
    for walker in walkers { core.add(walker) }
    return walkers
  }

  @Test("Tasks that wait for each other in a circle are an error at once")
  func circle() {
    let walkers = walkers(2, isCircle: true)
    _ = core.step()
    let rest =
      "waits for prior.passed, and every other task of the pool waits for others, too: none can go "
      + "on: passed == false, prior.passed == false, held == false"
    #expect(
      recorder.messages == [
        "rules/Walker.rules:3: error: W1 \"neighbour\" of walker 1 \(rest)",
        "rules/Walker.rules:3: error: W1 \"neighbour\" of walker 2 \(rest)",
      ])
    #expect(core.statistics.stalls == 1)
    withExtendedLifetime(walkers) {}
  }

  @Test("It is told once, and again when it has an end")
  func resolved() {
    let walkers = walkers(2, isCircle: true)
    _ = core.step()
    for _ in 0..<3 { _ = core.step() }
    #expect(recorder.messages.count == 2)
    clock.advance(by: .seconds(20))
    _ = core.step()
    // No warning of a slow wait besides.
    #expect(recorder.messages.count == 2)
    walkers[0].prior = nil
    walkers[0].happened()
    while core.step() == .zero {}
    #expect(walkers.map(\.passed) == [true, true])
    #expect(
      recorder.messages(.notice) == [
        "rules/Walker.rules:3: W1 \"neighbour\" of walker 1 resolved after 20.0 s",
        "rules/Walker.rules:3: W1 \"neighbour\" of walker 2 resolved after 20.0 s",
      ])
  }

  @Test("Many are told in part, with the number of the others")
  func many() {
    let walkers = walkers(11, isCircle: true)
    _ = core.step()
    #expect(recorder.messages.count == StallWatch.told + 1)
    #expect(recorder.messages.last == "pool street: 3 further subjects wait for each other")
    withExtendedLifetime(walkers) {}
  }

  @Test("One that waits for an event, one at its goal or a timer may still bring it on: no error")
  func open() {
    let walkers = walkers(3, isCircle: false)
    walkers[0].held = true
    while core.step() == .zero {}
    #expect(core.statistics.waiting.map(\.leaf) == ["W2", "W1", "W1"])
    #expect(core.statistics.stalls == 0)
    walkers[0].held = false
    walkers[0].prior = walkers[2]
    let timer = core.schedule(after: .seconds(100)) {}
    walkers[0].happened()
    _ = core.step()
    #expect(core.statistics.stalls == 0)
    timer.cancel()
    walkers[0].happened()
    _ = core.step()
    #expect(core.statistics.stalls == 1)
    let rest = Walker(9)
    core.add(rest)
    while core.step() == .zero {}
    #expect(core.statistics.stalls == 1)
  }

  @Test("The last task that could go on leaves: the others are told of at once")
  func leaving() {
    let walkers = walkers(2, isCircle: true)
    let other = Walker(7)
    other.held = true
    core.add(other)
    _ = core.step()
    #expect(core.statistics.stalls == 0)
    core.remove(other)
    _ = core.step()
    #expect(core.statistics.stalls == 1)
    withExtendedLifetime(walkers) {}
  }
}
