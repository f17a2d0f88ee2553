import Glibc
import LogServices
import Synchronization

/// Why a server process is to end.
enum StopReason: Sendable {
  case signal(Int32)
  /// stdin reached its end (`--exit-with-parent`).
  case parentEnded
  /// A backup ended by itself.
  case backup(EndReason)
  /// A coordinator may not lead any more, for that reason.
  case deposed(String)
}

/// Waits for the first of several reasons to stop.
///
/// A signal ends a server that is still starting at once: it answered nothing, and its files stand a
/// `kill -9`. So does a second signal while the first is being obeyed.
final class StopRequest: Sendable {
  private let reasons: AsyncStream<StopReason>
  private let requests: AsyncStream<StopReason>.Continuation
  /// The server is up and was not asked to stop yet.
  private let stopsGently = Atomic(false)

  /// Listens to SIGINT, SIGTERM and SIGHUP; to the end of stdin if asked.
  init(withParent: Bool) {
    let stream = AsyncStream.makeStream(of: StopReason.self, bufferingPolicy: .bufferingOldest(1))
    reasons = stream.stream
    requests = stream.continuation
    Signals.handle { self.stop(.signal($0)) }
    if withParent {
      startThread {
        StopRequest.waitForEndOfInput()
        self.stop(.parentEnded)
        // Nobody is left who would notice a shutdown that hangs.
        sleep(5)
        ExitCode.failure.exit()
      }
    }
  }

  /// The server is up; call it before anybody is told so.
  func serverIsUp() { stopsGently.store(true, ordering: .relaxed) }

  /// The server ended by itself.
  func serverEnded(_ reason: StopReason) { requests.yield(reason) }

  /// The first reason; nil only when the waiting task is cancelled.
  func wait() async -> StopReason? {
    for await reason in reasons { return reason }
    return nil
  }

  private func stop(_ reason: StopReason) {
    guard stopsGently.exchange(false, ordering: .relaxed) else { ExitCode.interrupted.exit() }
    requests.yield(reason)
  }

  private static func waitForEndOfInput() {
    var byte: UInt8 = 0
    while true {
      let got = read(STDIN_FILENO, &byte, 1)
      if got == 0 || (got < 0 && errno != EINTR) { return }
    }
  }
}
