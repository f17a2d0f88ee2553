#if os(Linux)
  internal import CLinux
  internal import Glibc
  internal import RulesRuntime

  /// The readiness mechanism of Linux: epoll, level-triggered.
  ///
  /// All that the poller needs of a mechanism is here. One for another system (kqueue) has the same
  /// functions over the same events.
  struct EpollQueue {
    private let kernel: any Kernel
    private let descriptor: Int32
    /// Linux before 5.11 waits in whole milliseconds only, and sandboxes refuse calls they do not
    /// know with EPERM.
    private var waitsFinely = true

    /// The most events of one wait.
    static let eventsMaximum = Int(CLINUX_EVENTS_MAX)

    init(kernel: any Kernel) throws(SystemError) {
      self.kernel = kernel
      descriptor = kernel.createQueue()
      guard descriptor >= 0 else { throw SystemError(call: "epoll_create", errno: -descriptor) }
    }

    func close() { kernel.close(descriptor) }

    /// - Throws: `ENOMEM` or, beyond the user's limit of watches, `ENOSPC`.
    func add(_ watched: Int32, events: UInt32, token: UInt64) throws(SystemError) {
      let result = kernel.addToQueue(descriptor, watched, events: events, token: token)
      guard result >= 0 else { throw SystemError(call: "epoll_ctl", errno: -result) }
    }

    /// - Returns: false when the kernel has no memory for it now.
    func change(_ watched: Int32, events: UInt32, token: UInt64) -> Bool {
      let result = kernel.changeInQueue(descriptor, watched, events: events, token: token)
      precondition(result >= 0 || result == -ENOMEM, "a watched descriptor is open")
      return result >= 0
    }

    func remove(_ watched: Int32) {
      // Taking something out of the queue takes no memory: only a closed descriptor fails.
      let result = kernel.removeFromQueue(descriptor, watched)
      precondition(result >= 0, "a watched descriptor is open")
    }

    /// Waits for events, for `timeout` at least when there are none (nil: without limit). An
    /// interrupted wait brings none.
    /// - Returns: the number of events.
    mutating func wait(
      for events: UnsafeMutableBufferPointer<clinux_event>, timeout: Duration?
    ) -> Int {
      let nanoseconds = timeout.map(Self.nanoseconds)
      // Long waits may be late by a millisecond: the plain call costs less.
      if waitsFinely, let nanoseconds, nanoseconds > 0, nanoseconds < Self.longWait {
        let result = kernel.waitForEvents(descriptor, events, nanoseconds: nanoseconds)
        if result != -ENOSYS, result != -EPERM { return Self.count(result) }
        waitsFinely = false
      }
      return Self.count(
        kernel.waitForEvents(descriptor, events, milliseconds: Self.milliseconds(nanoseconds)))
    }

    private static let longWait: Int64 = 100_000_000

    private static func count(_ result: Int32) -> Int {
      precondition(result >= 0 || result == -EINTR, "a wait fails only without its queue")
      return max(0, Int(result))
    }

    /// Rounded up, so that a timer is due when the wait is over.
    private static func nanoseconds(_ timeout: Duration) -> Int64 {
      let whole = timeout.saturatedNanoseconds
      return whole < .max && .nanoseconds(whole) < timeout ? whole + 1 : max(0, whole)
    }

    /// Rounded up; -1 for no limit.
    private static func milliseconds(_ nanoseconds: Int64?) -> Int32 {
      guard let nanoseconds else { return -1 }
      let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
      return Int32(clamping: whole + (rest > 0 ? 1 : 0))
    }
  }
#endif  // os(Linux)
