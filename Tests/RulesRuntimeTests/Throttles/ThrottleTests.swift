import RulesSimulation
import Testing

@testable import RulesRuntime

@Suite("Throttles")
struct ThrottleTests {
  let core = PoolCore(name: "test", clock: ManualClock())
  let throttle = Throttle("loads", limit: 2)

  private func porters(_ count: Int, loads: Int = 1, distance: Int = 1) -> [Porter] {
    (0..<count).map { Porter(UInt64($0), throttle, loads: loads, distance: distance) }
  }

  private func run() {
    while core.step() == .zero {}
  }

  @Test("No more tasks have a permit at a time than the limit says, and all get theirs")
  func limit() {
    let porters = porters(10, loads: 3, distance: 4)
    for porter in porters { core.add(porter) }
    while core.step() == .zero {
      #expect(throttle.inUse == porters.filter { $0.permit?.isGranted == true }.count)
      #expect(throttle.inUse <= 2)
    }
    #expect(porters.allSatisfy { $0.loads == 0 })
    #expect(throttle.inUse == 0)
    #expect(throttle.highWater == 2)
    #expect(throttle.granted == 30)
    #expect(throttle.hasRoom)
  }

  @Test("Permits are granted in the order of the requests, so that nobody starves")
  func fairness() {
    var order: [UInt64] = []
    let porters = porters(5, loads: 4, distance: 3)
    for porter in porters { porter.onBegin = { order.append($0.subjectID) } }
    for porter in porters { core.add(porter) }
    run()
    #expect(order == Array(repeating: [0, 1, 2, 3, 4], count: 4).flatMap { $0 })
  }

  @Test("Who waits for a permit is not evaluated until it has one")
  func waitingCostsNothing() {
    let porters = porters(3, distance: 100)
    for porter in porters { core.add(porter) }
    run()
    let leaves = core.statistics.leaves.map { "\($0.leaf) \($0.count)" }
    #expect(leaves == ["R1 3", "W1 1", "R2 300", "goal 3"])
  }

  @Test("A reset gives the permit back, also one that was not granted yet")
  func reset() {
    let porters = porters(4, distance: 1_000)
    for porter in porters { core.add(porter) }
    for _ in 0..<3 { _ = core.step() }
    #expect(porters.map { $0.permit?.isGranted } == [true, true, false, false])
    porters[2].reset(loads: 0)
    porters[0].reset(loads: 0)
    #expect(throttle.inUse == 2)
    #expect(throttle.waiting == 0)
    #expect(porters.map { $0.permit?.isGranted } == [nil, true, nil, true])
    porters[1].reset(loads: 0)
    porters[3].reset(loads: 0)
    #expect(throttle.inUse == 0)
  }

  @Test("A task that leaves its pool gives its permits back, although its state still has them")
  func removal() {
    let porters = porters(4, distance: 1_000)
    for porter in porters { core.add(porter) }
    for _ in 0..<3 { _ = core.step() }
    core.remove(porters[2])
    core.remove(porters[0])
    #expect(porters.map { $0.permit?.phase } == [.released, .granted, .released, .granted])
    #expect(throttle.inUse == 2)
    #expect(throttle.waiting == 0)
    // In vain: they have ended already.
    porters[0].permit = nil
    porters[2].permit?.release()
    #expect(throttle.inUse == 2)
    // Back in the pool it can ask again.
    porters[0].reset(loads: 1)
    core.add(porters[0])
    for _ in 0..<3 { _ = core.step() }
    #expect(porters[0].permit?.phase == .waiting)
  }

  @Test("A core that is dropped with tasks in line leaves no permit behind")
  func droppedCore() {
    let porters = porters(6, distance: 1_000)
    do {
      let core = PoolCore(name: "dropped", clock: ManualClock())
      for porter in porters { core.add(porter) }
      for _ in 0..<3 { _ = core.step() }
      #expect(throttle.inUse == 2)
    }
    #expect(throttle.inUse == 0)
    #expect(throttle.waiting == 0)
    #expect(porters.allSatisfy { $0.permit?.phase == .released })
  }

  @Test("The second release of a permit does nothing")
  func doubleRelease() {
    let porter = Porter(1, throttle)
    let others = [throttle.request(for: porter), throttle.request(for: porter)]
    let waiting = throttle.request(for: porter)
    others[0].release()
    #expect(waiting.isGranted)
    others[0].release()
    others[0].release()
    #expect(throttle.inUse == 2)
    #expect(porter.membership.permits.count == 2)
  }

  @Test("tryTake takes a permit at once or none, and never overtakes who waits")
  func tryTake() {
    let porter = Porter(1, throttle)
    let first = throttle.tryTake(for: porter)
    var second = throttle.tryTake(for: porter)
    #expect(first?.isGranted == true)
    #expect(second?.isGranted == true)
    #expect(!throttle.hasRoom)
    #expect(throttle.tryTake(for: porter) == nil)
    #expect(throttle.waiting == 0)
    let waiting = throttle.request(for: porter)
    second = nil
    #expect(waiting.isGranted)
    #expect(throttle.tryTake(for: porter) == nil)
    _ = (first, second)
  }

  @Test("A limit that grows serves who waits, one that shrinks waits for permits to come back")
  func changedLimit() {
    let porter = Porter(1, throttle)
    var permits = (0..<5).map { _ in throttle.request(for: porter) }
    throttle.limit = 4
    #expect(permits.map(\.isGranted) == [true, true, true, true, false])
    throttle.limit = 1
    permits.removeFirst()
    permits.removeFirst()
    permits.removeFirst()
    #expect(permits.map(\.isGranted) == [true, false])
    permits.removeFirst()
    #expect(permits.map(\.isGranted) == [true])
  }

  @Test(
    "Random requests, drops, releases and removals leave what a plain model says",
    arguments: 1...20 as ClosedRange<UInt64>)
  func model(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let owners = porters(5)
    for owner in owners { owner.loads = 0 }
    var permits: [(owner: Int, number: Int, permit: Permit)] = []
    var modelLine: [Int] = []
    var modelInUse: Set<Int> = []
    func serve() {
      while modelInUse.count < throttle.limit, !modelLine.isEmpty {
        modelInUse.insert(modelLine.removeFirst())
      }
    }
    func end(_ number: Int) {
      modelLine.removeAll { $0 == number }
      modelInUse.remove(number)
      serve()
    }
    for number in 0..<400 {
      let owner = Int.random(in: 0..<owners.count, using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5:
        core.add(owners[owner])
        permits.append((owner, number, throttle.request(for: owners[owner])))
        modelLine.append(number)
        serve()
      case 5..<8:
        guard let index = permits.indices.randomElement(using: &random) else { continue }
        if Bool.random(using: &random) { permits[index].permit.release() }
        end(permits.remove(at: index).number)
      case 8:
        throttle.limit = Int.random(in: 0..<6, using: &random)
        serve()
      default:
        core.remove(owners[owner])
        // Several end at once: who is let in meanwhile may be one of them.
        let ended = permits.filter { $0.owner == owner }.map(\.number)
        let granted = ended.filter(modelInUse.contains)
        modelLine.removeAll(where: ended.contains)
        modelInUse.subtract(granted)
        serve()
        permits.removeAll { $0.owner == owner }
      }
      #expect(throttle.inUse == modelInUse.count, "seed \(seed)")
      #expect(throttle.waiting == modelLine.count, "seed \(seed)")
      #expect(
        permits.allSatisfy { $0.permit.isGranted == modelInUse.contains($0.number) },
        "seed \(seed)")
    }
    permits = []
    #expect(throttle.inUse == 0)
  }
}
