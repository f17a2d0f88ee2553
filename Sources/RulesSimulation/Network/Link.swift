import RulesRuntime

/// All that goes from one host to another.
final class Link {
  let from: String
  let to: String
  /// Its number in the order in which links came into use.
  let number: Int
  var conditions: LinkConditions
  var block: Block?
  var random: LinkRandom
  var counters = NetworkCounters()
  /// When the last piece has passed the narrowest place.
  private var busyUntil = PoolInstant.distantPast
  private var weakLanes: [Weak] = []

  private struct Weak { weak var lane: Lane? }

  init(from: String, to: String, number: Int, seed: UInt64, conditions: LinkConditions) {
    self.from = from
    self.to = to
    self.number = number
    self.conditions = conditions
    random = LinkRandom(seed: seed, from: from, to: to)
  }

  /// The connections' lanes over this link, the oldest first.
  var lanes: [Lane] { weakLanes.compactMap(\.lane) }

  func add(_ lane: Lane) {
    weakLanes.removeAll { $0.lane == nil }
    weakLanes.append(Weak(lane: lane))
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
