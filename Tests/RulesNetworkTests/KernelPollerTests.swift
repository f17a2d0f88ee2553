import Glibc
import RulesRuntime
import Testing

@testable import RulesNetwork

@Suite("The poller and its kernel")
struct KernelPollerTests {
  /// A poller on a scripted kernel, and a signal that stands for any descriptor.
  private struct Fixture {
    let kernel = ScriptedKernel()
    let poller: EpollPoller
    let signal: EventWaker

    init() throws {
      poller = try EpollPoller(kernel: kernel)
      signal = try EventWaker(kernel: kernel)
    }
  }

  @Test("What is wanted and unwanted between two polls costs no system call")
  func coalesced() throws {
    let fixture = try Fixture()
    var events: [EpollPoller.Events] = []
    let watch = try fixture.poller.watch(fixture.signal.descriptor, for: .read) {
      events.append($0)
    }
    for _ in 0..<100 {
      fixture.poller.change(watch, to: [.read, .write])
      fixture.poller.change(watch, to: .read)
    }
    fixture.poller.poll(timeout: .zero)
    #expect(fixture.kernel.count(.changeInQueue) == 0 && events.isEmpty)
    for _ in 0..<100 {
      fixture.poller.change(watch, to: .read)
      fixture.poller.change(watch, to: .write)
    }
    fixture.poller.poll(timeout: .zero)
    fixture.poller.poll(timeout: .zero)
    #expect(fixture.kernel.count(.changeInQueue) == 1 && events == [.write, .write])
  }

  @Test("A change that the kernel has no memory for is made later, after a short sleep")
  func changeWithoutMemory() throws {
    let fixture = try Fixture()
    let watches = try (0..<3).map { _ in
      let signal = try EventWaker(kernel: fixture.kernel)
      return (signal, try fixture.poller.watch(signal.descriptor, for: []) { _ in })
    }
    fixture.kernel.fail(.changeInQueue, with: ENOMEM, at: 0..<4)
    for (_, watch) in watches { fixture.poller.change(watch, to: .write) }
    fixture.poller.poll(timeout: .seconds(10))
    #expect(fixture.kernel.waits == [10_000_000])
    // One of them has ended, and its place is used again.
    fixture.poller.end(watches[1].1)
    _ = try fixture.poller.watch(fixture.signal.descriptor, for: []) { _ in
      Issue.record("nothing is wanted of this one")
    }
    fixture.poller.poll(timeout: .seconds(10))
    #expect(fixture.kernel.count(.changeInQueue) == 5, "three, then two, of which one fails")
    #expect(fixture.poller.poll(timeout: .seconds(10)))
    #expect(fixture.kernel.count(.changeInQueue) == 6)
    fixture.poller.poll(timeout: .zero)
    #expect(fixture.kernel.count(.changeInQueue) == 6, "the kernel knows all")
  }

  @Test("An event that an earlier one of its batch made unwanted is not delivered")
  func unwantedInBatch() throws {
    let fixture = try Fixture()
    var watches: [EpollPoller.Watch] = []
    var fired: [Int] = []
    let signals = try (0..<2).map { _ in try EventWaker(kernel: fixture.kernel) }
    for index in 0..<2 {
      signals[index].wake()
      watches.append(
        try fixture.poller.watch(signals[index].descriptor, for: .read) { _ in
          fired.append(index)
          fixture.poller.change(watches[1 - index], to: [])
        })
    }
    fixture.poller.poll(timeout: .seconds(10))
    #expect(fired.count == 1)
  }

  @Test("Timeouts below a millisecond are the kernel's, and are rounded up where it has none")
  func fineTimeouts() throws {
    let fixture = try Fixture()
    let poller = fixture.poller
    poller.poll(timeout: .microseconds(300))
    poller.poll(timeout: Duration(secondsComponent: 0, attosecondsComponent: 1_000_000_001))
    #expect(fixture.kernel.waits == [300_000, 2])
    fixture.kernel.fail(.fineWait, with: ENOSYS, at: 0..<100)
    poller.poll(timeout: .microseconds(300))
    poller.poll(timeout: .nanoseconds(1_000_001))
    #expect(fixture.kernel.waits.dropFirst(2) == [300_000, 1_000_000, 2_000_000])
    #expect(fixture.kernel.count(.fineWait) == 3, "it is not asked again")
  }

  @Test("Timeouts of any length are taken")
  func extremeTimeouts() throws {
    let fixture = try Fixture()
    for hasFineWaits in [true, false] {
      if !hasFineWaits { fixture.kernel.fail(.fineWait, with: ENOSYS) }
      let extremes = [Duration.seconds(Int64.max), .seconds(1) * 1e12, .milliseconds(Int64.max)]
      for timeout in extremes {
        fixture.poller.waker.wake()
        #expect(fixture.poller.poll(timeout: timeout))
      }
      #expect(!fixture.poller.poll(timeout: .seconds(-5)))
      #expect(!fixture.poller.poll(timeout: .nanoseconds(-1)))
    }
  }

  @Test("A wake that is interrupted is made again")
  func interruptedWake() throws {
    let fixture = try Fixture()
    fixture.kernel.fail(.raiseSignal, with: EINTR, at: 0..<3)
    fixture.poller.waker.wake()
    #expect(fixture.poller.poll(timeout: .seconds(10)))
    #expect(fixture.kernel.count(.raiseSignal) == 4)
  }

  @Test("A drain that fails leaves the signal up, for the next poll")
  func interruptedDrain() throws {
    let fixture = try Fixture()
    fixture.kernel.fail(.drainSignal, with: EINTR)
    fixture.poller.waker.wake()
    #expect(fixture.poller.poll(timeout: .seconds(10)))
    #expect(fixture.poller.poll(timeout: .seconds(10)))
    #expect(!fixture.poller.poll(timeout: .zero))
  }

  @Test("An interrupted wait brings nothing and is not repeated: the pool looks at its clock first")
  func interruptedWait() throws {
    let fixture = try Fixture()
    fixture.kernel.fail(.wait, with: EINTR)
    fixture.kernel.fail(.fineWait, with: EINTR)
    #expect(!fixture.poller.poll(timeout: nil))
    #expect(!fixture.poller.poll(timeout: .seconds(10)))
    #expect(fixture.kernel.waits.count == 2)
  }

  @Test("A poller that cannot be made leaves nothing open", arguments: [0, 1, 2])
  func failsHalfway(step: Int) {
    let kernel = ScriptedKernel()
    let calls: [KernelCall] = [.createSignal, .createQueue, .addToQueue]
    kernel.fail(calls[step], with: EMFILE)
    let error = #expect(throws: SystemError.self) { try EpollPoller(kernel: kernel) }
    let names = ["eventfd", "epoll_create", "epoll_ctl"]
    #expect(error?.description == "\(names[step]): Too many open files")
    #expect(kernel.open.isEmpty && kernel.closedTwice.isEmpty)
  }

  @Test("Accepting a connection that is read from tells the poller of it once")
  func oneCallAConnection() throws {
    let world = try KernelWorld()
    let server = try EchoServer(world.transport)
    let before = world.kernel.count(.addToQueue)
    let clients = try (0..<10).map { _ in
      StreamPeer(try world.transport.connect(to: server.address), isOpen: false, reads: false)
    }
    #expect(world.run { server.peers.count == 10 && clients.allSatisfy(\.isOpen) })
    #expect(world.kernel.count(.addToQueue) - before == 20)
    // The clients' ends, which do not want to send any more when they have connected.
    world.poller.poll(timeout: .zero)
    #expect(world.kernel.count(.changeInQueue) == 10)
  }
}
