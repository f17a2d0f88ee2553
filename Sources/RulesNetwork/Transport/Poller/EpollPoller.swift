#if os(Linux)
  internal import CLinux
  internal import Glibc
  public import RulesRuntime

  /// A pool's sleep in the kernel: wakes for file descriptors, for other threads and for timers, these
  /// to the precision of the kernel's timers (some 50 microseconds).
  ///
  /// Level-triggered: an event that is not dealt with comes again. Nothing is allocated in a poll.
  /// Belongs to the pool's thread except for its waker. Set as `core.poller` in the pool's set-up.
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
      /// What the owner wants now.
      var wanted: Events = []
      /// What the kernel has been told.
      var registered: Events = []
      /// The slot is in `changed`.
      var isChanged = false
      var handler: ((Events) -> Void)?
    }

    /// A token that no watch has: its index would be beyond any number of descriptors.
    private static let wakerToken = UInt64.max
    /// How long a wait may last while the kernel had no memory for a change.
    private static let retryTime = Duration.milliseconds(10)

    let kernel: any Kernel
    private var queue: EpollQueue
    private let eventWaker: EventWaker
    private var slots: [Slot] = []
    private var freeSlots: [UInt32] = []
    /// The slots whose wishes may differ from what the kernel knows. The kernel is told before the
    /// next wait, once, whatever happened in between.
    private var changed: [UInt32] = []
    private let ready: UnsafeMutableBufferPointer<clinux_event>

    /// - Throws: when there are no descriptors left for it (it needs two).
    public convenience init() throws(SystemError) {
      try self.init(kernel: SystemKernel())
    }

    init(kernel: any Kernel) throws(SystemError) {
      let eventWaker = try EventWaker(kernel: kernel)
      let queue = try EpollQueue(kernel: kernel)
      do throws(SystemError) {
        try queue.add(eventWaker.descriptor, events: Events.read.rawValue, token: Self.wakerToken)
      } catch {
        queue.close()
        throw error
      }
      self.kernel = kernel
      self.eventWaker = eventWaker
      self.queue = queue
      ready = .allocate(capacity: EpollQueue.eventsMaximum)
      ready.initialize(repeating: clinux_event())
    }

    deinit {
      queue.close()
      ready.deallocate()
    }

    /// Always the same.
    public var waker: any Waker { eventWaker }

    /// Delivers at most 256 events; the rest comes with the next call.
    @discardableResult
    public func poll(timeout: Duration?) -> Bool {
      let isUpToDate = tellChanges()
      let count = queue.wait(
        for: ready, timeout: isUpToDate ? timeout : min(timeout ?? Self.retryTime, Self.retryTime))
      for index in 0..<count { deliver(ready[index]) }
      return count > 0
    }

    /// Has `handler` run in `poll` whenever `descriptor` is ready for one of `events`. The handler
    /// may begin, change and end any watch, its own too.
    func watch(
      _ descriptor: Int32, for events: Events, handler: @escaping (Events) -> Void
    ) throws(SystemError) -> Watch {
      let index = freeSlots.popLast() ?? UInt32(slots.count)
      if Int(index) == slots.count { slots.append(Slot()) }
      let watch = Watch(index: index, generation: slots[Int(index)].generation)
      do throws(SystemError) {
        try queue.add(descriptor, events: events.rawValue, token: watch.token)
      } catch {
        freeSlots.append(index)
        throw error
      }
      slots[Int(index)].descriptor = descriptor
      slots[Int(index)].wanted = events
      slots[Int(index)].registered = events
      slots[Int(index)].handler = handler
      return watch
    }

    /// Changes what a watch waits for. No system call; back and forth between two polls costs none at
    /// all. No effect once the watch has ended.
    func change(_ watch: Watch, to events: Events) {
      guard isCurrent(watch) else { return }
      let index = Int(watch.index)
      slots[index].wanted = events
      guard events != slots[index].registered, !slots[index].isChanged else { return }
      slots[index].isChanged = true
      changed.append(watch.index)
    }

    /// Ends a watch, before its descriptor is closed. Its handler does not run again. Idempotent.
    func end(_ watch: Watch) {
      guard isCurrent(watch) else { return }
      let index = Int(watch.index)
      // Closing alone would not do: a child between fork and exec has the descriptor too, and keeps
      // the kernel's side of the watch alive.
      queue.remove(slots[index].descriptor)
      slots[index].generation &+= 1
      slots[index].descriptor = -1
      slots[index].wanted = []
      slots[index].registered = []
      slots[index].handler = nil
      freeSlots.append(watch.index)
    }

    private func deliver(_ event: clinux_event) {
      if event.token == Self.wakerToken { return eventWaker.drain() }
      let index = Int(truncatingIfNeeded: event.token & 0xffff_ffff)
      let generation = UInt32(truncatingIfNeeded: event.token >> 32)
      guard slots[index].generation == generation, let handler = slots[index].handler else {
        return
      }
      // An earlier handler of the batch may have changed what this one wants.
      let events = Events(rawValue: event.events)
        .intersection(slots[index].wanted.union(.hangup))
      if !events.isEmpty { handler(events) }
    }

    /// - Returns: whether the kernel knows all now.
    private func tellChanges() -> Bool {
      guard !changed.isEmpty else { return true }
      var failed = 0
      for index in changed {
        let slot = slots[Int(index)]
        let token = Watch(index: index, generation: slot.generation).token
        if slot.wanted == slot.registered
          || queue.change(slot.descriptor, events: slot.wanted.rawValue, token: token)
        {
          slots[Int(index)].registered = slot.wanted
          slots[Int(index)].isChanged = false
        } else {
          changed[failed] = index
          failed += 1
        }
      }
      changed.removeSubrange(failed...)
      return failed == 0
    }

    private func isCurrent(_ watch: Watch) -> Bool {
      slots[Int(watch.index)].generation == watch.generation
        && slots[Int(watch.index)].handler != nil
    }
  }
#endif  // os(Linux)
