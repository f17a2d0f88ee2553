internal import Glibc
internal import RulesRuntime

/// Makes a poller's wait return, from any thread. Outlives the poller where somebody still holds it.
final class EventWaker: Waker {
  let descriptor: Int32
  private let kernel: any Kernel

  init(kernel: any Kernel) throws(SystemError) {
    self.kernel = kernel
    descriptor = kernel.createSignal()
    guard descriptor >= 0 else { throw SystemError(call: "eventfd", errno: -descriptor) }
  }

  deinit {
    if descriptor >= 0 { kernel.close(descriptor) }
  }

  /// A wake that is lost may leave the pool asleep for ever, so an interrupted one is made again.
  /// The only failure left is EAGAIN: the counter is full, and the poller awake already.
  func wake() {
    while kernel.raiseSignal(descriptor) == -EINTR {}
  }

  /// Any number of wakes up to now count as one. Called by the poller. An interrupted drain is not
  /// repeated: the signal stays up, and the next wait returns at once and drains it.
  func drain() {
    _ = kernel.drainSignal(descriptor)
  }
}
