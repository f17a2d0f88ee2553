internal import CLinux
internal import Glibc
internal import RulesRuntime

/// An eventfd that makes a poller's wait return. Outlives the poller where somebody still holds it.
final class EventWaker: Waker {
  let descriptor: Int32

  init() throws(SystemError) {
    descriptor = clinux_eventfd_create()
    guard descriptor >= 0 else { throw SystemError(call: "eventfd", errno: -descriptor) }
  }

  deinit {
    if descriptor >= 0 { Glibc.close(descriptor) }
  }

  func wake() { clinux_eventfd_signal(descriptor) }

  /// Any number of wakes up to now count as one. Called by the poller.
  func drain() { clinux_eventfd_drain(descriptor) }
}
