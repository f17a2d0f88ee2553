import RulesRuntime

/// All that goes from one host to another.
final class Link {
  // `@exclusivity(unchecked)`: sound for the reason that `MemoryConnection` has.

  let from: String
  let to: String
  /// Its number in the order in which links came into use.
  let number: Int
  @exclusivity(unchecked) var conditions: LinkConditions
  @exclusivity(unchecked) var block: Block?
  @exclusivity(unchecked) var random: LinkRandom
  @exclusivity(unchecked) var counters = NetworkCounters()
  /// When the last piece has passed the narrowest place.
  private var busyUntil = PoolInstant.distantPast
  private var unownedLanes: [Unmanaged<Lane>] = []

  init(from: String, to: String, number: Int, seed: UInt64, conditions: LinkConditions) {
    self.from = from
    self.to = to
    self.number = number
    self.conditions = conditions
    random = LinkRandom(seed: seed, from: from, to: to)
  }

  /// The connections' lanes over this link, the oldest first.
  // Sound: a lane removes itself when it is released.
  var lanes: [Lane] { unownedLanes.map { $0.takeUnretainedValue() } }

  func add(_ lane: Lane) { unownedLanes.append(.passUnretained(lane)) }

  func remove(_ lane: Lane) {
    let removed = Unmanaged.passUnretained(lane).toOpaque()
    unownedLanes.removeAll { $0.toOpaque() == removed }
  }

  /// When something of so many bytes that leaves now would arrive.
  func arrival(of bytes: Int, now: PoolInstant) -> PoolInstant {
    var leaves = now
    if let bandwidth = conditions.bandwidth, bytes > 0 {
      if busyUntil > now { counters.throttled += 1 }
      let time = Duration.nanoseconds(Int64(Double(bytes) / Double(max(1, bandwidth)) * 1e9))
      busyUntil = max(busyUntil, now) + time
      leaves = busyUntil
    }
    return leaves + delay()
  }

  /// How long the next thing is under way.
  func delay() -> Duration {
    guard random.chance(conditions.slowRate, .slow) else {
      return random.duration(conditions.delay, .delay)
    }
    counters.slow += 1
    return random.duration(conditions.slowDelay, .delay)
  }
}
