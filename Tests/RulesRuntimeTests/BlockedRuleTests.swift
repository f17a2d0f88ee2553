import RulesRuntime
import RulesSimulation
import Testing

@Suite("Rules that fire in vain, and waits that last")
struct BlockedRuleTests {
  let clock = ManualClock()
  let recorder = LogRecorder()
  let core: PoolCore

  init() {
    core = PoolCore(name: "test", clock: clock, log: recorder.log)
  }

  /// Steps until nothing is left to do before `end`, moving the clock from timer to timer.
  private func run(to end: Duration) {
    let end = PoolInstant(nanoseconds: 0) + end
    while let pause = core.step(), clock.now + pause <= end { clock.advance(by: pause) }
    clock.advance(to: end)
  }

  @Test("A rule that stays is tried again after its delay and not before")
  func stayDelays() {
    let fleet = Fleet(Ship(1, .idle))
    fleet.vainHires = 1
    core.add(fleet)
    #expect(core.step() == .milliseconds(100))
    clock.advance(by: .milliseconds(99))
    #expect(core.step() == .milliseconds(1))
    #expect(fleet.evaluations == 1)
    clock.advance(by: .milliseconds(1))
    #expect(core.step() == .zero)
    #expect(fleet.ships[0].state == .crewed)
  }

  @Test("Another activation does not have to wait for the delay")
  func stayEndsEarly() {
    let fleet = Fleet(Ship(1, .idle))
    fleet.vainHires = 1
    core.add(fleet)
    _ = core.step()
    fleet.membership.activate()
    _ = core.step()
    #expect(fleet.ships[0].state == .crewed)
  }

  @Test("A subject that stays keeps the task from being active, but not its fellows")
  func stayIsPerSubject() {
    let fleet = Fleet(Ship(1, .idle), Ship(2, .sailing))
    fleet.vainHires = .max
    core.add(fleet)
    #expect(core.step() == .zero)
    #expect(core.step() == .milliseconds(100))
    #expect(fleet.ships[1].state == .arrived)
  }

  @Test("A rule in vain for a second is noticed once, then after doubled times, then resolved")
  func stayNotices() {
    let fleet = Fleet(Ship(1, .idle))
    fleet.vainHires = .max
    core.add(fleet)
    run(to: .milliseconds(999))
    #expect(recorder.messages.isEmpty)
    run(to: .milliseconds(1_999))
    let place = "rules/Fleet.rules:5: R1 \"no crew\" of ship 1"
    #expect(recorder.messages == ["\(place) cannot go on for 1.0 s: state == idle"])
    run(to: .seconds(200))
    #expect(
      Array(recorder.messages.dropFirst())
        == [3, 7, 15, 31, 63, 123, 183].map {
          "\(place) cannot go on for \($0).0 s: state == idle"
        })
    fleet.vainHires = 0
    run(to: .milliseconds(200_250))
    #expect(recorder.messages.last == "\(place) resolved after 200.1 s")
    #expect(recorder.messages(.notice).count == 9)
  }

  @Test("A wait that is older than its warning is noticed once, though nothing is evaluated")
  func waitNotice() {
    core.auditInterval = nil
    let fleet = Fleet(Ship(1, .crewed))
    core.add(fleet)
    run(to: .milliseconds(1_999))
    #expect(recorder.messages.isEmpty)
    run(to: .seconds(100))
    let place = "rules/Fleet.rules:6: W1 \"orders\" of ship 1"
    #expect(
      recorder.messages == ["\(place) waits for orders, peace for 2.0 s: state == crewed"])
    #expect(fleet.evaluations == 1)
    fleet.order(fleet.ships[0], .arrived)
    _ = core.step()
    #expect(recorder.messages.last == "\(place) resolved after 100.0 s")
  }

  @Test("A noticed subject that leaves with its task is resolved")
  func noticedAndGone() {
    let fleet = Fleet(Ship(1, .crewed))
    core.add(fleet)
    run(to: .seconds(3))
    core.remove(fleet)
    #expect(recorder.messages.count == 2)
    #expect(recorder.messages.last?.contains("resolved") == true)
  }

  @Test("A wait that ends in time is not noticed and leaves no timer")
  func waitInTime() {
    let fleet = Fleet(Ship(1, .crewed))
    core.add(fleet)
    #expect(core.step() == .seconds(2))
    fleet.order(fleet.ships[0], .arrived)
    #expect(core.step() == nil)
    run(to: .seconds(10))
    #expect(recorder.messages.isEmpty)
  }

  @Test("A wait that begins anew gets its full time")
  func waitBeginsAnew() {
    let fleet = Fleet(Ship(1, .crewed))
    core.add(fleet)
    run(to: .seconds(1))
    fleet.order(fleet.ships[0], .idle)
    run(to: .milliseconds(2_999))
    #expect(recorder.messages.isEmpty)
    run(to: .seconds(3))
    #expect(recorder.messages.count == 1)
  }

  @Test("What an action throws is reported with its place, and other tasks go on")
  func throwingAction() {
    let fleet = Fleet(Ship(1, .sailing))
    fleet.storms = .max
    let counter = Counter(2, left: 1)
    core.add(fleet)
    core.add(counter)
    _ = core.step()
    #expect(counter.fired == 1)
    #expect(
      recorder.messages(.error) == [
        "rules/Fleet.rules:7: error: R2 \"at sea\" of ship 1 threw: a storm; again in 0.1 s"
      ])
  }

  @Test("An action that throws again and again rests longer and longer, up to ten seconds")
  func throwingBacksOff() {
    let fleet = Fleet(Ship(1, .sailing))
    fleet.storms = .max
    core.add(fleet)
    var delays: [Duration] = []
    for _ in 0..<10 {
      while let pause = core.step(), pause > .zero {
        let evaluations = fleet.evaluations
        let before = clock.now
        while fleet.evaluations == evaluations {
          clock.advance(by: core.pause ?? .zero)
          _ = core.step()
        }
        delays.append(clock.now - before)
        break
      }
    }
    #expect(
      delays
        == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10, 10].map {
          Duration.milliseconds(Int64($0 * 1_000))
        })
    #expect(
      recorder.messages(.error).map { $0.split(separator: ";").last } == [
        " again in 0.1 s", " again in 0.2 s", " again in 0.8 s", " again in 10.0 s",
      ])
    #expect(recorder.messages(.error).last?.contains("threw, 8 times in a row: a storm") == true)
    fleet.storms = 0
    run(to: .seconds(1_000))
    #expect(fleet.ships[0].state == .arrived)
    #expect(recorder.messages.last?.contains("resolved after") == true)
  }
}
