import RulesRuntime
import RulesSimulation
import Testing

@Suite("States that no clause handles")
struct UnexpectedStateTests {
  let clock = ManualClock()
  let recorder = LogRecorder()
  let core: PoolCore

  init() {
    core = PoolCore(name: "test", clock: clock, log: recorder.log)
  }

  @Test("An unhandled state is reported with task, subject, state, file and line; the task rests")
  func unhandled() {
    core.add(Fleet(Ship(3, .lost)))
    #expect(core.step() == nil)
    #expect(
      recorder.messages(.error) == [
        "rules/Fleet.rules:3: error: unhandled state of Fleet.ship, ship 3: state == lost"
      ])
    #expect(core.statistics.unexpected == 1)
  }

  @Test("An impossible state names the condition that does not hold, and its line")
  func impossible() {
    core.add(Fleet(Ship(3, .sunk)))
    _ = core.step()
    #expect(
      recorder.messages(.error) == [
        "rules/Fleet.rules:4: error: impossible state of Fleet.ship, ship 3, "
          + "always \"afloat\" does not hold: state == sunk"
      ])
  }

  @Test("The same state is counted each time and reported again only after a growing time")
  func repetition() {
    let fleet = Fleet(Ship(3, .lost))
    core.add(fleet)
    for _ in 0..<100 {
      _ = core.step()
      fleet.membership.activate()
      clock.advance(by: .milliseconds(100))
    }
    #expect(core.statistics.unexpected == 100)
    // At 0, 1, 3 and 7 s.
    #expect(recorder.messages.count == 4)
  }

  @Test("Another unexpected state of the same subject is reported at once")
  func anotherState() {
    let fleet = Fleet(Ship(3, .lost))
    core.add(fleet)
    _ = core.step()
    fleet.order(fleet.ships[0], .sunk)
    _ = core.step()
    #expect(recorder.messages.count == 2)
  }

  @Test("A pool writes at most 20 errors a second and says how many it did not write")
  func limit() {
    for id in 0..<100 { core.add(Fleet(Ship(UInt64(id), .lost))) }
    _ = core.step()
    #expect(recorder.messages.count == 20)
    #expect(core.statistics.unexpected == 100)
    clock.advance(by: .seconds(1))
    core.add(Fleet(Ship(100, .lost)))
    _ = core.step()
    #expect(recorder.messages[20] == "80 further errors were not written")
    #expect(recorder.messages.count == 22)
  }

  @Test("The subject is listed as waiting in that state")
  func listed() throws {
    core.add(Fleet(Ship(3, .lost)))
    _ = core.step()
    let waiting = try #require(core.statistics.waiting.first)
    #expect(waiting.leaf == "unhandled")
    #expect(waiting.state == "state == lost")
  }
}
