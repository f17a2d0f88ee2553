/// A bound on how much of something the tasks of a pool do at a time: so many transfers, so many
/// replicas in repair. Who wants to do it asks for a `Permit`, keeps it in its state while it does
/// it, and drops it.
///
/// Permits are granted in the order of the requests, and a grant wakes the task that asked. To a
/// rules file a permit is a fact of three values, and its grant an event like any other:
///
///     enum Admission { none, waiting, granted }
///
///     task Repair {
///       fact admission : Admission  initially none
///       fact repaired  : Bool       initially false
///
///       rule R1 "no permit"
///         when admission == none, not repaired
///         do   askForPermit()
///         then admission = waiting  or admission = granted
///       wait W1 "permit" for admitted when admission == waiting
///       rule R2 "permit granted"
///         when admission == granted
///         do   repair()
///         then admission = none, repaired = true
///       goal admission == none, repaired
///       event admitted fair when admission == waiting then admission = granted
///     }
///
/// and the class of the task keeps the permit as a part of its state:
///
///     var permit: Permit?
///     var admission: Admission {
///       guard let permit else { return .none }
///       return permit.isGranted ? .granted : .waiting
///     }
///     func askForPermit() { permit = repairs.request(for: self) }
///     func repair() { ...; permit = nil }
///
/// A task that would rather do something else than wait has a fact that reads `hasRoom`,
/// `fact hasRoom : Bool  initially true  = repairs.hasRoom`, with an event by which others take the
/// room, `event taken when hasRoom then hasRoom = false`, and takes a permit with `tryTake` in the
/// same turn. Nothing wakes it when there is room again, so what it does else says `stay after`.
///
/// A throttle and its permits belong to one pool, like the tasks; none of them is `Sendable`.
public final class Throttle {
  /// What metrics call it.
  public let name: String
  /// How many permits may be in use at a time. When it grows, who waits is served; when it shrinks,
  /// permits in use stay and new ones are granted once there are fewer than the limit.
  public var limit: Int {
    didSet {
      precondition(limit >= 0, "a limit is not negative")
      grant()
    }
  }
  /// Permits that are granted and not yet given back.
  public private(set) var inUse = 0
  /// The most permits that were in use at a time.
  public private(set) var highWater = 0
  /// How many permits were granted so far.
  public private(set) var granted: UInt64 = 0

  /// A permit leaves the line before it is gone, so that the reference never dangles.
  private struct Waiting { unowned let permit: Permit }
  private var line = WaitingLine<Waiting>()

  /// A throttle with all its permits free.
  /// - Parameter limit: zero or more; with zero nobody is admitted until it grows.
  public init(_ name: String, limit: Int) {
    precondition(limit >= 0, "a limit is not negative")
    self.name = name
    self.limit = limit
  }

  /// Whether a permit asked for now would be granted at once. Then nobody waits.
  public var hasRoom: Bool { inUse < limit }

  /// Permits asked for and not yet granted.
  public var waiting: Int { line.count }

  /// Asks for a permit: granted at once if there is room, else after all that were asked for before.
  /// The task is activated when it is granted. The permit ends when it is dropped or `task` leaves
  /// its pool. O(1).
  public func request(for task: some RuleTask) -> Permit {
    let permit = Permit(of: self, for: task.membership)
    permit.ticket = line.append(Waiting(permit: permit))
    // Who asks is being evaluated and sees the answer.
    grant(activating: false)
    return permit
  }

  /// A permit at once or not at all. It ends when it is dropped or `task` leaves its pool. O(1).
  public func tryTake(for task: some RuleTask) -> Permit? {
    hasRoom ? request(for: task) : nil
  }

  private func grant(activating: Bool = true) {
    while hasRoom, let waiting = line.popFirst() {
      inUse += 1
      granted += 1
      highWater = max(highWater, inUse)
      waiting.permit.becomeGranted(activating: activating)
    }
    assert(line.isEmpty || !hasRoom, "somebody waits although there is room")
  }

  /// A permit ends that was not granted.
  func leave(_ ticket: UInt64) {
    let left = line.remove(ticket)
    assert(left != nil, "a permit that waits is in the line")
  }

  /// A permit ends that was granted.
  func giveBack() {
    assert(inUse > 0, "more permits were given back than granted")
    inUse -= 1
    grant()
  }
}
