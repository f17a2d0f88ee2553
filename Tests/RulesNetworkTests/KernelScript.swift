import CLinux
import Glibc
import Synchronization

@testable import RulesNetwork

/// The system calls of a kernel, as a test names them.
enum KernelCall: String, CaseIterable, Sendable {
  case createQueue, addToQueue, changeInQueue, removeFromQueue, wait, fineWait
  case createSignal, raiseSignal, drainSignal
  case createSocket, setOption, bind, listen, connect, accept, localAddress, peerAddress
  case pendingError, send, receive, close
}

/// This machine's kernel, with single calls that fail as a test says. It counts calls and keeps an
/// account of descriptors.
final class ScriptedKernel: Kernel {
  private struct State {
    var made: [KernelCall: Int] = [:]
    /// By call and number of the call: the errno it fails with.
    var failures: [KernelCall: [Int: Int32]] = [:]
    var open: Set<Int32> = []
    var closedTwice: [Int32] = []
    var transferLimit = Int.max
    var waits: [Int64] = []
  }

  private let state = Mutex(State())
  private let system = SystemKernel()

  /// Has calls fail, counted from the next one (number 0).
  func fail(_ call: KernelCall, with errno: Int32, at numbers: Range<Int> = 0..<1) {
    state.withLock { state in
      let made = state.made[call, default: 0]
      for number in numbers { state.failures[call, default: [:]][made + number] = errno }
    }
  }

  /// No call sends or receives more bytes than this.
  func limitTransfers(to bytes: Int) { state.withLock { $0.transferLimit = bytes } }

  func count(_ call: KernelCall) -> Int { state.withLock { $0.made[call, default: 0] } }

  /// Descriptors that were made and not closed.
  var open: Set<Int32> { state.withLock { $0.open } }
  /// Descriptors that were closed when they were not open.
  var closedTwice: [Int32] { state.withLock { $0.closedTwice } }
  /// The limits of the waits, in nanoseconds.
  var waits: [Int64] { state.withLock { $0.waits } }

  private func failure(_ call: KernelCall) -> Int32? {
    state.withLock { state in
      let number = state.made[call, default: 0]
      state.made[call] = number + 1
      return state.failures[call]?[number]
    }
  }

  private func answer(_ call: KernelCall, _ make: () -> Int32) -> Int32 {
    failure(call).map { -$0 } ?? make()
  }

  private func descriptor(_ call: KernelCall, _ make: () -> Int32) -> Int32 {
    let result = answer(call, make)
    if result >= 0 { state.withLock { _ = $0.open.insert(result) } }
    return result
  }

  func createQueue() -> Int32 { descriptor(.createQueue) { system.createQueue() } }

  func addToQueue(_ queue: Int32, _ descriptor: Int32, events: UInt32, token: UInt64) -> Int32 {
    answer(.addToQueue) {
      system.addToQueue(queue, descriptor, events: events, token: token)
    }
  }

  func changeInQueue(
    _ queue: Int32, _ descriptor: Int32, events: UInt32, token: UInt64
  ) -> Int32 {
    answer(.changeInQueue) {
      system.changeInQueue(queue, descriptor, events: events, token: token)
    }
  }

  func removeFromQueue(_ queue: Int32, _ descriptor: Int32) -> Int32 {
    answer(.removeFromQueue) { system.removeFromQueue(queue, descriptor) }
  }

  func waitForEvents(
    _ queue: Int32, _ events: UnsafeMutableBufferPointer<clinux_event>, milliseconds: Int32
  ) -> Int32 {
    state.withLock { $0.waits.append(Int64(milliseconds) * 1_000_000) }
    return answer(.wait) {
      system.waitForEvents(queue, events, milliseconds: milliseconds)
    }
  }

  func waitForEvents(
    _ queue: Int32, _ events: UnsafeMutableBufferPointer<clinux_event>, nanoseconds: Int64
  ) -> Int32 {
    state.withLock { $0.waits.append(nanoseconds) }
    return answer(.fineWait) {
      system.waitForEvents(queue, events, nanoseconds: nanoseconds)
    }
  }

  func createSignal() -> Int32 { descriptor(.createSignal) { system.createSignal() } }

  func raiseSignal(_ descriptor: Int32) -> Int32 {
    answer(.raiseSignal) { system.raiseSignal(descriptor) }
  }

  func drainSignal(_ descriptor: Int32) -> Int32 {
    answer(.drainSignal) { system.drainSignal(descriptor) }
  }

  func createSocket(isIPv6: Bool) -> Int32 {
    descriptor(.createSocket) { system.createSocket(isIPv6: isIPv6) }
  }

  func setOption(_ descriptor: Int32, _ option: SocketOption, to value: Int32) -> Int32 {
    answer(.setOption) { system.setOption(descriptor, option, to: value) }
  }

  func bind(_ descriptor: Int32, to address: SocketAddress) -> Int32 {
    answer(.bind) { system.bind(descriptor, to: address) }
  }

  func listen(_ descriptor: Int32, backlog: Int32) -> Int32 {
    answer(.listen) { system.listen(descriptor, backlog: backlog) }
  }

  func connect(_ descriptor: Int32, to address: SocketAddress) -> Int32 {
    let failure = failure(.connect)
    if let failure, failure != EINTR { return -failure }
    // An interrupted connect is under way.
    let result = system.connect(descriptor, to: address)
    return failure.map { -$0 } ?? result
  }

  func accept(_ descriptor: Int32, from peer: inout SocketAddress) -> Int32 {
    self.descriptor(.accept) { system.accept(descriptor, from: &peer) }
  }

  func localAddress(of descriptor: Int32, _ address: inout SocketAddress) -> Int32 {
    answer(.localAddress) { system.localAddress(of: descriptor, &address) }
  }

  func peerAddress(of descriptor: Int32, _ address: inout SocketAddress) -> Int32 {
    answer(.peerAddress) { system.peerAddress(of: descriptor, &address) }
  }

  func pendingError(of descriptor: Int32) -> Int32 {
    failure(.pendingError) ?? system.pendingError(of: descriptor)
  }

  func send(_ descriptor: Int32, _ pieces: UnsafeBufferPointer<iovec>) -> Int {
    if let failure = failure(.send) { return -Int(failure) }
    var room = state.withLock { $0.transferLimit }
    var first: [iovec] = []
    for piece in pieces where room > 0 {
      first.append(iovec(iov_base: piece.iov_base, iov_len: min(piece.iov_len, room)))
      room -= min(piece.iov_len, room)
    }
    return first.withUnsafeBufferPointer { system.send(descriptor, $0) }
  }

  func receive(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    if let failure = failure(.receive) { return -Int(failure) }
    let room = state.withLock { $0.transferLimit }
    return system.receive(
      descriptor, into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(room)))
  }

  func close(_ descriptor: Int32) -> Int32 {
    let failure = failure(.close)
    state.withLock { state in
      if state.open.remove(descriptor) == nil { state.closedTwice.append(descriptor) }
    }
    // Whatever the call says, the descriptor is free.
    let result = system.close(descriptor)
    return failure.map { -$0 } ?? result
  }
}
