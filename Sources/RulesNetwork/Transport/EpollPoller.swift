internal import CLinux
internal import Glibc
public import RulesRuntime

/// A pool's sleep in the kernel: wakes for file descriptors, for other threads and for timers.
///
/// Level-triggered: an event that is not dealt with comes again. Belongs to the pool's thread except
/// for its waker. Set as `core.poller` in the pool's set-up.
public final class EpollPoller: Poller {
  /// What a descriptor is ready for.
  struct Events: OptionSet {
    let rawValue: UInt32
    static let read = Events(rawValue: UInt32(CLINUX_READ))
    static let write = Events(rawValue: UInt32(CLINUX_WRITE))
    /// An error or the end of both directions. Delivered whether wanted or not.
    static let hangup = Events(rawValue: UInt32(CLINUX_HANGUP))
  }

  /// Identifies one watch for ever. The kernel hands it back with each event, and events that one
  /// wait returned may be about watches that an earlier handler of the same batch has ended, whose
  /// descriptor may even be in use again.
  struct Watch: Hashable {
    fileprivate var index: UInt32
    fileprivate var generation: UInt32
    fileprivate var token: UInt64 { UInt64(generation) << 32 | UInt64(index) }
  }

  private struct Slot {
    var generation: UInt32 = 0
    var descriptor: Int32 = -1
    var handler: ((Events) -> Void)?
  }

  /// A token that no watch has: its index would be beyond any number of descriptors.
  private static let wakerToken = UInt64.max

  private let epoll: Int32
  private let eventWaker: EventWaker
  private var slots: [Slot] = []
  private var freeSlots: [UInt32] = []
  private var ready = [clinux_event](
    repeating: clinux_event(), count: Int(CLINUX_EVENTS_MAX))

  /// - Throws: when there are no descriptors left for it (it needs two).
  public init() throws(SystemError) {
    let eventWaker = try EventWaker()
    let epoll = clinux_epoll_create()
    guard epoll >= 0 else { throw SystemError(call: "epoll_create", errno: -epoll) }
    let added = clinux_epoll_add(
      epoll, eventWaker.descriptor, UInt32(CLINUX_READ), Self.wakerToken)
    guard added >= 0 else {
      Glibc.close(epoll)
      throw SystemError(call: "epoll_ctl", errno: -added)
    }
    self.eventWaker = eventWaker
    self.epoll = epoll
  }

  deinit { Glibc.close(epoll) }

  public var waker: any Waker { eventWaker }

  /// Delivers at most 256 events; the rest comes with the next call.
  @discardableResult
  public func poll(timeout: Duration?) -> Bool {
    let count = clinux_epoll_wait(epoll, &ready, Int32(ready.count), milliseconds(timeout))
    precondition(count >= 0, "epoll_wait fails only on a descriptor that is not its own")
    for event in ready.prefix(Int(count)) {
      if event.token == Self.wakerToken {
        eventWaker.drain()
        continue
      }
      let index = Int(truncatingIfNeeded: event.token & 0xffff_ffff)
      let generation = UInt32(truncatingIfNeeded: event.token >> 32)
      guard slots[index].generation == generation, let handler = slots[index].handler else {
        continue
      }
      handler(Events(rawValue: event.events))
    }
    return count > 0
  }

  /// Has `handler` run in `poll` whenever `descriptor` is ready for one of `events`. The handler may
  /// begin, change and end any watch, its own too.
  func watch(
    _ descriptor: Int32, for events: Events, handler: @escaping (Events) -> Void
  ) throws(SystemError) -> Watch {
    let index = freeSlots.popLast() ?? UInt32(slots.count)
    if Int(index) == slots.count { slots.append(Slot()) }
    let watch = Watch(index: index, generation: slots[Int(index)].generation)
    let result = clinux_epoll_add(epoll, descriptor, events.rawValue, watch.token)
    guard result >= 0 else {
      freeSlots.append(index)
      throw SystemError(call: "epoll_ctl", errno: -result)
    }
    slots[Int(index)].descriptor = descriptor
    slots[Int(index)].handler = handler
    return watch
  }

  /// Changes what a watch waits for. No effect once it has ended.
  func change(_ watch: Watch, to events: Events) {
    guard isCurrent(watch) else { return }
    let result = clinux_epoll_change(
      epoll, slots[Int(watch.index)].descriptor, events.rawValue, watch.token)
    precondition(result >= 0, "a watched descriptor is open")
  }

  /// Ends a watch, before its descriptor is closed. Its handler does not run again. Idempotent.
  func end(_ watch: Watch) {
    guard isCurrent(watch) else { return }
    let index = Int(watch.index)
    let result = clinux_epoll_remove(epoll, slots[index].descriptor)
    precondition(result >= 0, "a watched descriptor is open")
    slots[index].generation &+= 1
    slots[index].descriptor = -1
    slots[index].handler = nil
    freeSlots.append(watch.index)
  }

  private func isCurrent(_ watch: Watch) -> Bool {
    slots[Int(watch.index)].generation == watch.generation
      && slots[Int(watch.index)].handler != nil
  }

  /// Rounded up, so that a timer is due when the wait is over.
  private func milliseconds(_ timeout: Duration?) -> Int32 {
    guard let timeout else { return -1 }
    let (seconds, attoseconds) = timeout.components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    guard seconds < 1_000_000 else { return 1_000_000_000 }
    return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
