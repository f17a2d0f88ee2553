import RulesSimulation
import Testing

@testable import RulesRuntime

@Suite("The look for forgotten activations")
struct AuditTests {
  let clock = ManualClock()
  let recorder = LogRecorder()
  let core: PoolCore

  init() {
    core = PoolCore(name: "test", clock: clock, log: recorder.log)
    core.auditInterval = .zero
  }

  /// Steps as a pool would, through all timers, until only news could bring work.
  private func run() {
    while let pause = core.step() { clock.advance(by: pause) }
  }

  @Test("A rule that could fire for a second and that nobody told of is an error, and fires")
  func forgotten() {
    let counter = Counter()
    core.add(counter)
    run()
    counter.left = 1
    core.add(Counter(2, left: 1))
    // It looks at one of the two after each turn.
    repeat { run() } while counter.fired == 0
    #expect(
      recorder.messages == [
        "rules/Counter.rules:5: error: R1 \"not empty\" of counter 1 would have fired 1.0 s ago, "
          + "but nothing activated its task; activated now: left == 1..., closed == false"
      ])
    #expect(counter.fired == 1)
    #expect(core.statistics.forgotten == 1)
    #expect(core.statistics.firings.last?.cause == Cause(.audit))
  }

  @Test("An activation that comes within a second is none that was forgotten")
  func late() {
    let counter = Counter()
    core.add(counter)
    run()
    counter.left = 1
    core.schedule(after: .milliseconds(900)) { counter.membership.activate() }
    run()
    #expect(counter.fired == 1)
    #expect(recorder.messages.isEmpty && core.statistics.forgotten == 0)
  }

  @Test("A suspect that leaves the pool meanwhile is forgotten itself")
  func gone() {
    let counter = Counter()
    core.add(counter)
    run()
    counter.left = 1
    core.schedule(after: .milliseconds(500)) { core.remove(counter) }
    run()
    #expect(recorder.messages.isEmpty && core.statistics.tasks == 0)
  }

  @Test("The look runs no action, counts nothing, wakes nobody and changes no status")
  func silent() {
    let fleet = Fleet(Ship(1, .crewed))
    core.add(fleet)
    _ = core.step()
    let before = core.statistics
    fleet.ships[0].state = .sailing
    // Two looks: the second one finds the first one's suspect again.
    for _ in 0..<2 { _ = core.step() }
    #expect(fleet.ships[0].state == .sailing)
    let after = core.statistics
    #expect(after.leaves.map(\.count) == before.leaves.map(\.count))
    #expect(after.waiting.map(\.leaf) == before.waiting.map(\.leaf))
    #expect(after.firings.isEmpty && after.activeTasks == 0)
  }

  @Test("A state that should not be is found as well")
  func unexpected() {
    let fleet = Fleet(Ship(1, .crewed))
    core.add(fleet)
    _ = core.step()
    fleet.ships[0].state = .lost
    run()
    #expect(core.statistics.forgotten == 1)
    #expect(core.statistics.unexpected == 1)
    // In it already, it is no news.
    for _ in 0..<3 { _ = core.step() }
    #expect(core.statistics.forgotten == 1)
  }

  @Test("A rule that rests after it fired in vain is not looked at")
  func resting() {
    let fleet = Fleet(Ship(1, .idle))
    fleet.vainHires = 1
    core.add(fleet)
    run()
    #expect(core.statistics.forgotten == 0)
    #expect(fleet.ships[0].state == .crewed)
  }

  @Test("The same rule is reported again only after a while; every time is counted")
  func backoff() {
    for _ in 0..<3 {
      let counter = Counter()
      core.add(counter)
      run()
      counter.left = 1
      run()
      _ = core.step()
      run()
      core.remove(counter)
    }
    #expect(core.statistics.forgotten == 3)
    #expect(recorder.messages.count == 2)
  }

  @Test("A pool that is told not to look does not")
  func off() {
    core.auditInterval = nil
    let counter = Counter()
    core.add(counter)
    run()
    counter.left = 1
    for _ in 0..<3 { _ = core.step() }
    #expect(core.pause == nil && counter.fired == 0)
    core.auditInterval = .seconds(1)
    _ = core.step()
    #expect(core.pause == .seconds(1))
  }
}
