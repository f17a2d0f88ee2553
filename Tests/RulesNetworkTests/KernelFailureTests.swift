import Glibc
import RulesRuntime
import Testing

@testable import RulesNetwork

/// Every system call of the poller and of TCP fails once, in every way the kernel's manual has for it,
/// at each of its first places in the same small story: a server, two clients, an exchange with each.
@Suite("Failing system calls")
struct KernelFailureTests {
  /// What must come of a failure.
  enum Consequence: Sendable {
    /// Nobody notices: all bytes arrive.
    case none
    /// All bytes arrive, or one party gets one error with this number.
    case oneError
  }

  struct Failure: Sendable, CustomTestStringConvertible {
    var call: KernelCall
    var errno: Int32
    var consequence: Consequence
    var testDescription: String { "\(call.rawValue) \(String(cString: strerror(errno)))" }
  }

  static let failures: [Failure] = [
    (.createQueue, .oneError, [EMFILE, ENFILE, ENOMEM]),
    (.addToQueue, .oneError, [ENOSPC, ENOMEM]),
    (.changeInQueue, .none, [ENOMEM]),
    (.wait, .none, [EINTR]),
    (.fineWait, .none, [EINTR, ENOSYS, EPERM]),
    (.createSignal, .oneError, [EMFILE, ENFILE, ENOMEM]),
    (.raiseSignal, .none, [EINTR, EAGAIN]),
    (.drainSignal, .none, [EINTR, EAGAIN]),
    (.createSocket, .oneError, [EMFILE, ENFILE, ENOBUFS, ENOMEM, EACCES]),
    (.setOption, .oneError, [ENOMEM, ENOPROTOOPT]),
    (.bind, .oneError, [EADDRINUSE, EACCES, EADDRNOTAVAIL]),
    (.listen, .oneError, [EADDRINUSE]),
    (.connect, .none, [EINTR]),
    (.connect, .oneError, [ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL, EAGAIN]),
    (.accept, .none, [EINTR, EAGAIN, ECONNABORTED, EPROTO, ENOBUFS, ENOMEM, EINVAL]),
    (.accept, .oneError, [EMFILE, ENFILE]),
    (.localAddress, .oneError, [ENOBUFS]),
    (.peerAddress, .none, [ENOBUFS, ENOTCONN]),
    (.pendingError, .oneError, [ECONNREFUSED, ETIMEDOUT, ENOBUFS]),
    (.send, .none, [EINTR, EAGAIN]),
    (.send, .oneError, [EPIPE, ECONNRESET, ENOBUFS, ENOMEM, ETIMEDOUT]),
    (.receive, .none, [EINTR, EAGAIN]),
    (.receive, .oneError, [ECONNRESET, ENOMEM, ETIMEDOUT]),
    (.close, .none, [EINTR, EIO]),
  ].flatMap { (call: KernelCall, consequence: Consequence, numbers: [Int32]) in
    numbers.map { Failure(call: call, errno: $0, consequence: consequence) }
  }

  /// How errors begin: with what failed, and on what.
  static let subjects = [
    "eventfd: ", "epoll_create: ", "epoll_ctl: ", "bind 127.0.0.1:", "connect 127.0.0.1:",
    "watch 127.0.0.1:", "send to 127.0.0.1:", "receive from 127.0.0.1:",
  ]

  /// What the parties noticed.
  struct Story {
    var warnings: [String] = []
    var errors: [SystemError] = []
    var isComplete = false
    var hangs = false
  }

  /// Two clients send bytes that a server returns. All is closed at the end.
  private func tell(over kernel: ScriptedKernel, bytes: Int = 200_000) -> Story {
    var story = Story()
    do throws(SystemError) {
      let world = try KernelWorld(kernel)
      let server = try EchoServer(world.transport)
      var clients: [StreamPeer] = []
      for number in UInt8(1)...2 {
        let connection = try world.transport.connect(to: server.address)
        clients.append(StreamPeer(connection, isOpen: false))
        clients.last?.send([UInt8](repeating: number, count: bytes))
      }
      // Something for the waker, and for waits of both kinds.
      world.poller.waker.wake()
      for _ in 0..<4 { world.poller.poll(timeout: .zero) }
      var isLate = false
      world.core.schedule(after: .microseconds(300)) { isLate = true }
      let ended = world.run(for: .seconds(10)) {
        isLate && clients.allSatisfy { $0.end != nil || $0.received.count == bytes }
      }
      story.hangs = !ended
      story.isComplete = (0..<2).allSatisfy {
        clients[$0].received == [UInt8](repeating: UInt8($0 + 1), count: bytes)
      }
      for peer in clients + server.peers {
        if case .failed(let error)? = peer.end { story.errors.append(error) }
      }
      story.warnings = world.log.warnings
      server.close()
    } catch {
      story.errors.append(error)
    }
    return story
  }

  @Test("An undisturbed story makes every call")
  func undisturbed() {
    let kernel = ScriptedKernel()
    let story = tell(over: kernel)
    #expect(story.isComplete && story.errors.isEmpty)
    for call in KernelCall.allCases { #expect(kernel.count(call) > 0, "\(call)") }
    #expect(kernel.open.isEmpty)
  }

  @Test(
    "A failure has one clear error or none, hangs nobody and leaves no descriptor behind",
    arguments: failures)
  func failsOnce(_ failure: Failure) {
    let undisturbed = ScriptedKernel()
    _ = tell(over: undisturbed)
    // An accept may also find nobody, so that it is made more often than connections come.
    for place in 0..<min(4, undisturbed.count(failure.call)) {
      let kernel = ScriptedKernel()
      kernel.fail(failure.call, with: failure.errno, at: place..<place + 1)
      let story = tell(over: kernel)
      #expect(!story.hangs, "place \(place)")
      #expect(kernel.open.isEmpty && kernel.closedTwice.isEmpty, "place \(place)")
      switch failure.consequence {
      case .none:
        #expect(story.isComplete && story.errors.isEmpty, "place \(place): \(story.errors)")
      case .oneError:
        // The other end of a connection that one end has given up may get a real reset.
        let parties = failure.errno == ECONNRESET ? 2 : 1
        let told = story.errors.filter { $0.errno == failure.errno }.map(\.description)
        let reason = String(cString: strerror(failure.errno))
        #expect(
          (1...parties).contains(told.count) || story.isComplete && told.isEmpty
            || story.warnings.count == 1 && story.warnings[0].contains(reason),
          "place \(place): \(told) \(story.warnings)")
        for text in told {
          #expect(Self.subjects.contains { text.hasPrefix($0) } && text.hasSuffix(reason))
        }
      }
    }
  }

  @Test(
    "Any number of interruptions and of pieces loses nothing", arguments: [1, 7, 1_000])
  func shortTransfers(limit: Int) {
    let kernel = ScriptedKernel()
    kernel.limitTransfers(to: limit)
    for call in [KernelCall.wait, .fineWait, .send, .receive, .accept, .raiseSignal] {
      for place in 0..<5 { kernel.fail(call, with: EINTR, at: 2 * place..<2 * place + 1) }
    }
    let story = tell(over: kernel, bytes: 200 * limit)
    #expect(story.isComplete && story.errors.isEmpty && !story.hangs)
    #expect(kernel.count(.send) >= 400)
    #expect(kernel.open.isEmpty)
  }
}
