import RulesRuntime
import RulesSimulation
import Testing

@Suite("Simulated worlds")
struct SimulationTests {
  let world = World()

  private func core(_ name: String) -> PoolCore {
    let core = PoolCore(name: name, clock: world.clock)
    world.add(core)
    return core
  }

  @Test("Two pools play ball, and the clock moves only when both are quiet")
  func ball() {
    let (left, right) = (core("left"), core("right"))
    var throwsLeft = 5
    func hit(to receiver: PoolCore, from sender: PoolCore) {
      guard throwsLeft > 0 else { return }
      throwsLeft -= 1
      receiver.schedule(after: .milliseconds(10)) { hit(to: sender, from: receiver) }
    }
    hit(to: right, from: left)
    #expect(world.run { throwsLeft == 0 } == .reached)
    #expect(world.clock.now == PoolInstant(nanoseconds: 40_000_000))
    #expect(world.run() == .quiet)
    #expect(world.clock.now == PoolInstant(nanoseconds: 50_000_000))
  }

  @Test("A message without delay from a later core to an earlier one is not lost")
  func immediateMessages() {
    let (first, second) = (core("first"), core("second"))
    var arrived = 0
    second.schedule(after: .seconds(1)) { first.schedule(after: .zero) { arrived += 1 } }
    #expect(world.run() == .quiet)
    #expect(arrived == 1)
    #expect(world.clock.now == PoolInstant(nanoseconds: 1_000_000_000))
  }

  @Test("A run ends at its time limit")
  func timeLimit() {
    let core = core("slow")
    core.schedule(after: .seconds(60)) {}
    #expect(world.run(for: .seconds(1)) == .timeUp)
    #expect(world.clock.now == PoolInstant(nanoseconds: 1_000_000_000))
  }

  @Test("A run that never comes to rest ends after its rounds")
  func roundLimit() {
    let counter = Counter(left: .max)
    core("busy").add(counter)
    #expect(world.run(rounds: 100) == .tooManyRounds)
    #expect(counter.fired == 100)
  }

  @Test("A removed core is not stepped any more")
  func removal() {
    let core = core("crashed")
    let counter = Counter(left: 10)
    core.add(counter)
    world.round()
    world.remove(core)
    #expect(world.run() == .quiet)
    #expect(counter.fired == 1)
  }

  @Test("SplitMix64 gives the numbers of its reference")
  func splitMix() {
    var random = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<5).map { _ in random.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }
}
