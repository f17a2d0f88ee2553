import Glibc
import RulesSimulation
import Testing

@testable import RulesRuntime

@Suite("Spinning before sleeping")
struct SpinnerTests {
  let clock = ManualClock()
  let poller: ScriptedPoller

  init() {
    poller = ScriptedPoller(clock, lookTime: .microseconds(1))
  }

  private func wait(
    _ spinner: inout Spinner, timeout: Duration? = nil, expecting expected: Duration = .zero,
    news: Duration? = nil
  ) -> [ScriptedPoller.Call] {
    if let news { poller.addNews(after: news) }
    spinner.wait(in: poller, timeout: timeout, expecting: expected, clock: clock)
    return poller.takeCalls()
  }

  private func looks(_ count: Int) -> [ScriptedPoller.Call] {
    Array(repeating: .look, count: count)
  }

  @Test("A pool that may not spin sleeps at once, for as long as it was told")
  func off() {
    var spinner = Spinner(limit: .zero)
    #expect(wait(&spinner, timeout: .seconds(1)) == [.sleep(.seconds(1))])
    #expect(wait(&spinner, news: .seconds(1)) == [.sleep(nil)])
    #expect(wait(&spinner, timeout: .zero) == [.look])
    #expect(spinner.counts.sleeps == 2)
  }

  @Test("News within the limit end a spin, and the pool never sleeps")
  func newsWhileSpinning() {
    var spinner = Spinner(limit: .microseconds(10))
    for _ in 0..<100 { #expect(wait(&spinner, news: .microseconds(7)) == looks(7)) }
    #expect(spinner.counts == .init(sleeps: 0, spins: 100, vainSpins: 0))
  }

  @Test("A pool spins for no longer than the limit, then sleeps for the rest of the time")
  func bounded() {
    var spinner = Spinner(limit: .microseconds(10))
    let calls = wait(&spinner, timeout: .microseconds(100))
    #expect(calls == looks(10) + [.sleep(.microseconds(90))])
    #expect(clock.now.nanoseconds == 100_000)
  }

  @Test("After four spins in vain a pool sleeps at once, and no longer looks before")
  func adapts() {
    var spinner = Spinner(limit: .microseconds(10))
    for _ in 0..<4 { #expect(wait(&spinner, news: .seconds(1)).count == 11) }
    for _ in 0..<50 { #expect(wait(&spinner, news: .seconds(1)) == [.sleep(nil)]) }
    #expect(spinner.counts == .init(sleeps: 54, spins: 0, vainSpins: 4))
  }

  @Test("A sleep that was as short as a spin brings spinning back")
  func comesBack() {
    var spinner = Spinner(limit: .microseconds(10))
    for _ in 0..<10 { _ = wait(&spinner, news: .seconds(1)) }
    #expect(wait(&spinner, news: .microseconds(5)) == [.sleep(nil)])
    #expect(wait(&spinner, news: .microseconds(5)) == looks(5))
  }

  @Test("What pays only sometimes goes on being tried as long as it pays every second time")
  func mixed() {
    var spinner = Spinner(limit: .microseconds(10))
    for _ in 0..<100 {
      #expect(wait(&spinner, news: .microseconds(5)) == looks(5))
      #expect(wait(&spinner, news: .seconds(1)).count == 11)
    }
  }

  @Test("A timer that falls due while a pool spins ends the spin")
  func timers() {
    var spinner = Spinner(limit: .microseconds(10))
    #expect(wait(&spinner, timeout: .microseconds(4)) == looks(4))
    #expect(spinner.counts.spins == 1)
    #expect(wait(&spinner, timeout: .zero) == [.look])
  }

  @Test("A pool that may not spin does so nevertheless for news that it expects, while that pays")
  func expected() {
    var spinner = Spinner(limit: .zero)
    let time = Duration.microseconds(10)
    #expect(wait(&spinner, expecting: time, news: .microseconds(7)) == looks(7))
    #expect(wait(&spinner, news: .microseconds(7)) == [.sleep(nil)])
    for _ in 0..<4 {
      #expect(wait(&spinner, expecting: time, news: .seconds(1)) == looks(10) + [.sleep(nil)])
    }
    #expect(wait(&spinner, expecting: time, news: .seconds(1)) == [.sleep(nil)])
  }

  @Test(
    "News that a core expects are looked for before the pool sleeps, once",
    .enabled(if: sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1, "there is one processor"))
  func expectedByCore() async throws {
    let calls = Shared<[[ScriptedPoller.Call]]>([])
    let clock = ManualClock()
    let pool = try await Pool(name: "expecting", clock: clock) { core in
      let poller = ScriptedPoller(clock, lookTime: .microseconds(1), parks: true)
      core.poller = poller
      let shop = Shop(core: core)
      for second in 1...3 {
        core.schedule(after: .seconds(second)) { [unowned core] in
          calls.value.append(poller.takeCalls())
          if second == 1 { core.expectNews(within: .microseconds(3)) }
        }
      }
      return shop
    }
    while calls.value.count < 3 { await Task.yield() }
    await pool.shutdown()
    #expect(
      calls.value.suffix(2) == [
        looks(3) + [.sleep(.nanoseconds(1_000_000_000 - 3_000))], [.sleep(.seconds(1))],
      ])
  }

  @Test("News that have come are not looked for any more")
  func expectedCame() async throws {
    let clock = ManualClock()
    let pool = try await Pool(name: "expecting", clock: clock) { core in
      core.poller = ScriptedPoller(clock, lookTime: .microseconds(1), parks: true)
      return core
    }
    pool.post { [pool] core in
      _ = (core.poller as? ScriptedPoller)?.takeCalls()
      core.expectNews(within: .microseconds(100))
      pool.post { _ in }
    }
    var calls: [ScriptedPoller.Call] = []
    while calls.isEmpty {
      calls = try await pool.read { ($0.poller as? ScriptedPoller)?.takeCalls() ?? [] }
    }
    await pool.shutdown()
    // A pool that has much to do looks now and then.
    #expect(calls.count { $0 == .look } < 100)
  }

  @Test("A pool that is told to spin does so in the poller of its set-up, before it sleeps")
  func pool() async throws {
    let calls = Shared<[ScriptedPoller.Call]>([])
    let clock = ManualClock()
    let pool = try await Pool(name: "spinning", clock: clock, spin: .microseconds(3)) { core in
      let poller = ScriptedPoller(clock, lookTime: .microseconds(1), parks: true)
      core.poller = poller
      let shop = Shop(core: core)
      core.schedule(after: .seconds(1)) { calls.value = poller.takeCalls() }
      return shop
    }
    while calls.value.isEmpty { await Task.yield() }
    await pool.shutdown()
    // The task's first turn, then the spin.
    #expect(calls.value.suffix(4) == looks(3) + [.sleep(.nanoseconds(1_000_000_000 - 3_000))])
  }
}
