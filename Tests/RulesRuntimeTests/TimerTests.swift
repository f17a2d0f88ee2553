import RulesRuntime
import RulesSimulation
import Testing

@Suite("Timers")
struct TimerTests {
  let clock = ManualClock()
  let core: PoolCore

  init() {
    core = PoolCore(name: "test", clock: clock)
  }

  @Test("A timer fires in the first turn in which it is due, once")
  func firesOnce() {
    var fired = 0
    core.schedule(after: .seconds(1)) { fired += 1 }
    #expect(core.step() == .seconds(1))
    clock.advance(by: .seconds(2))
    #expect(core.step() == nil)
    #expect(core.step() == nil)
    #expect(fired == 1)
  }

  @Test("Timers of the same time fire in the order in which they were armed")
  func equalTimes() {
    var order: [Int] = []
    for number in 0..<50 { core.schedule(after: .seconds(1)) { order.append(number) } }
    clock.advance(by: .seconds(1))
    _ = core.step()
    #expect(order == Array(0..<50))
  }

  @Test("A timer armed by a timer fires in the next turn, even without a delay")
  func armedByATimer() {
    var fired = 0
    let core = core
    func again() {
      fired += 1
      core.schedule(after: .zero, again)
    }
    core.schedule(after: .zero, again)
    #expect(core.step() == .zero)
    #expect(fired == 1)
    _ = core.step()
    #expect(fired == 2)
  }

  @Test("Timers fire before tasks are evaluated, so that what they activate takes its turn at once")
  func timersComeFirst() {
    let counter = Counter()
    core.add(counter)
    _ = core.step()
    core.schedule(after: .zero) { counter.refill(1) }
    _ = core.step()
    #expect(counter.fired == 1)
  }

  @Test("A cancelled timer does not fire and releases what it holds at once")
  func cancelReleases() {
    weak var held: Counter?
    let timer: PoolTimer
    do {
      let counter = Counter()
      timer = core.schedule(after: .seconds(1)) { counter.refill(1) }
      held = counter
    }
    #expect(held != nil)
    timer.cancel()
    timer.cancel()
    #expect(held == nil)
    #expect(core.step() == nil)
  }

  @Test("A dropped core releases what its timers hold")
  func droppedCore() {
    weak var held: Counter?
    do {
      let core = PoolCore(name: "dropped")
      let counter = Counter()
      core.schedule(after: .seconds(1)) { counter.refill(1) }
      held = counter
    }
    #expect(held == nil)
  }

  @Test(
    "Random timers, some cancelled, fire as a sorted list says",
    arguments: 1...20 as ClosedRange<UInt64>)
  func againstASortedList(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var model: [(time: Int64, number: Int)] = []
    var armed: [Int: PoolTimer] = [:]
    var fired: [Int] = []
    var expected: [Int] = []
    for number in 0..<500 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<6:
        let delay = Int64.random(in: 0..<40, using: &random)
        model.append((clock.now.nanoseconds + delay, number))
        armed[number] = core.schedule(after: .nanoseconds(delay)) { fired.append(number) }
      case 6..<8:
        guard let victim = model.randomElement(using: &random)?.number else { continue }
        armed[victim]?.cancel()
        model.removeAll { $0.number == victim }
      default:
        clock.advance(by: .nanoseconds(Int64.random(in: 0..<20, using: &random)))
        _ = core.step()
        let due = model.filter { $0.time <= clock.now.nanoseconds }
        expected += due.sorted { ($0.time, $0.number) < ($1.time, $1.number) }.map(\.number)
        model.removeAll { $0.time <= clock.now.nanoseconds }
        let next = model.map(\.time).min().map { Duration.nanoseconds($0 - clock.now.nanoseconds) }
        #expect(core.pause == next, "seed \(seed)")
      }
      #expect(fired == expected, "seed \(seed)")
    }
  }

  @Test("A hundred thousand timers come out in order, also when most of them are cancelled")
  func manyTimers() {
    var random = SplitMix64(seed: 1)
    var fired: [Int64] = []
    var timers: [PoolTimer] = []
    for _ in 0..<100_000 {
      let delay = Int64.random(in: 0..<1_000_000, using: &random)
      timers.append(core.schedule(after: .nanoseconds(delay)) { fired.append(delay) })
    }
    #expect(core.metrics.timers == 100_000)
    for timer in timers.shuffled(using: &random).prefix(90_000) { timer.cancel() }
    #expect(core.metrics.timers == 10_000)
    while let pause = core.step() { clock.advance(by: pause) }
    #expect(fired.count == 10_000)
    #expect(zip(fired, fired.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(core.metrics.timers == 0)
  }

  @Test("Instants saturate at both ends instead of overflowing")
  func saturation() {
    let late = PoolInstant(nanoseconds: .max - 5)
    #expect(late + .seconds(1) == .distantFuture)
    #expect(late + .seconds(Int64.max) == .distantFuture)
    #expect(PoolInstant(nanoseconds: .min + 5) + .seconds(-1) == .distantPast)
    #expect(PoolInstant.distantFuture - .distantPast == .nanoseconds(Int64.max))
    #expect(PoolInstant(nanoseconds: 7) + .nanoseconds(5) == PoolInstant(nanoseconds: 12))
    #expect(PoolInstant(nanoseconds: 7) - PoolInstant(nanoseconds: 12) == .nanoseconds(-5))
    core.schedule(after: .seconds(Int64.max)) {}
    #expect(core.step() == .nanoseconds(Int64.max))
  }
}
