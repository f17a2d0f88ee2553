import CLinux
import Glibc
import RulesRuntime
import Testing

@testable import RulesNetwork

@Suite("epoll poller")
struct EpollPollerTests {
  /// Two connected sockets that are closed at the end.
  private final class SocketPair {
    let ends: [Int32]

    init() throws {
      var ends: [Int32] = [-1, -1]
      try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
      self.ends = ends
    }

    deinit { for end in ends { close(end) } }

    func write(to end: Int) {
      var byte: UInt8 = 1
      #expect(Glibc.write(ends[end], &byte, 1) == 1)
    }
  }

  @Test("An event that is not dealt with comes again")
  func levelTriggered() throws {
    let poller = try EpollPoller()
    let pair = try SocketPair()
    var events = 0
    let watch = try poller.watch(pair.ends[0], for: .read) { _ in events += 1 }
    poller.poll(timeout: .zero)
    #expect(events == 0)
    pair.write(to: 1)
    poller.poll(timeout: .seconds(10))
    poller.poll(timeout: .seconds(10))
    #expect(events == 2)
    poller.change(watch, to: [])
    poller.poll(timeout: .zero)
    #expect(events == 2)
    poller.change(watch, to: .read)
    poller.poll(timeout: .zero)
    poller.end(watch)
    poller.poll(timeout: .zero)
    #expect(events == 3)
  }

  @Test(
    "An event of a watch that ended in the same batch is stale, even if its place is used again")
  func staleEvents() throws {
    let poller = try EpollPoller()
    let pairs = [try SocketPair(), try SocketPair()]
    let third = try SocketPair()
    var watches: [EpollPoller.Watch] = []
    var fired: [String] = []
    for index in 0..<2 {
      watches.append(
        try poller.watch(pairs[index].ends[0], for: .read) { _ in
          fired.append("watch \(index)")
          // Whichever is first ends the other, and a new watch takes its place in the table.
          poller.end(watches[1 - index])
          _ = try? poller.watch(third.ends[0], for: .read) { _ in fired.append("new") }
        })
      pairs[index].write(to: 1)
    }
    poller.poll(timeout: .seconds(10))
    #expect(fired.count == 1)
    #expect(fired.first?.hasPrefix("watch") == true)
  }

  @Test("Ending and changing an ended watch has no effect")
  func endedWatch() throws {
    let poller = try EpollPoller()
    let pair = try SocketPair()
    var fired: [Int] = []
    let old = try poller.watch(pair.ends[0], for: .read) { _ in fired.append(1) }
    poller.end(old)
    let new = try poller.watch(pair.ends[0], for: .read) { _ in fired.append(2) }
    poller.end(old)
    poller.change(old, to: [])
    pair.write(to: 1)
    poller.poll(timeout: .seconds(10))
    #expect(fired == [2])
    poller.end(new)
  }

  @Test("A wake from another thread ends a wait without limit, once for all wakes before it")
  func waker() async throws {
    let poller = try EpollPoller()
    let waker = poller.waker
    let thread = Task.detached {
      waker.wake()
      waker.wake()
    }
    poller.poll(timeout: nil)
    await thread.value
    // Whatever the other thread added meanwhile is taken by one more.
    poller.poll(timeout: .milliseconds(1))
    let before = SystemClock().now
    poller.poll(timeout: .milliseconds(2))
    #expect(SystemClock().now - before >= .milliseconds(2), "no wake is left")
  }

  @Test("A wait is never shorter than its timeout")
  func timeout() throws {
    let poller = try EpollPoller()
    for timeout in [Duration.microseconds(900), .microseconds(999), .milliseconds(3)] {
      let before = SystemClock().now
      poller.poll(timeout: timeout)
      #expect(SystemClock().now - before >= timeout)
    }
  }

  @Test("More events than one wait returns come with the next")
  func manyEvents() throws {
    let poller = try EpollPoller()
    let pairs = try (0..<300).map { _ in try SocketPair() }
    var fired = Set<Int>()
    for (index, pair) in pairs.enumerated() {
      pair.write(to: 1)
      _ = try poller.watch(pair.ends[0], for: .read) { _ in fired.insert(index) }
    }
    poller.poll(timeout: .seconds(10))
    #expect(fired.count == 256)
    poller.poll(timeout: .seconds(10))
    poller.poll(timeout: .seconds(10))
    #expect(fired.count == 300)
  }

  @Test("The end of the other side is told even if nothing is wanted")
  func hangup() throws {
    let poller = try EpollPoller()
    let pair = try SocketPair()
    var seen: EpollPoller.Events = []
    let watch = try poller.watch(pair.ends[0], for: []) { seen = $0 }
    shutdown(pair.ends[0], Int32(SHUT_RDWR))
    poller.poll(timeout: .seconds(10))
    #expect(seen == .hangup)
    poller.end(watch)
  }
}
