import Glibc
import RulesNetwork
import RulesRuntime

/// One end of a connection through a `MemoryNetwork`.
final class MemoryConnection: TransportConnection {
  let peer: String
  let core: PoolCore
  var onEvent: ((TransportEvent) -> Void)?
  private let network: MemoryNetwork
  private weak var other: MemoryConnection?
  private var isOpen: Bool
  private var isClosed = false
  private var failure: SystemError?
  /// What has arrived; `incoming[start...]` is not received yet.
  private var incoming: [UInt8] = []
  private var start = 0
  private var hasEnded = false
  /// Bytes sent that the other end has not received.
  private var unreceived = 0
  /// When what was sent last arrives: nothing overtakes it.
  private var lastArrival = PoolInstant.distantPast
  private var news: PoolTimer?

  /// Bytes under way or not yet received, in one direction.
  private static let capacity = 256 << 10

  var wantsToReceive = false { didSet { tellNews() } }
  var wantsToSend = false { didSet { tellNews() } }

  init(peer: String, network: MemoryNetwork, core: PoolCore, isOpen: Bool) {
    self.peer = peer
    self.network = network
    self.core = core
    self.isOpen = isOpen
  }

  deinit { close() }

  func link(to other: MemoryConnection) { self.other = other }

  func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
    if let failure { return .failed(failure) }
    let count = min(buffer.count, incoming.count - start)
    guard count > 0 else { return hasEnded ? .ended : .wouldBlock }
    incoming.withUnsafeBytes { incoming in
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: incoming[start..<start + count]))
    }
    start += count
    if start == incoming.count {
      incoming = []
      start = 0
    }
    atOther { other in
      other.unreceived -= count
      other.tellNews()
    }
    return .bytes(count)
  }

  func send(_ pieces: UnsafeBufferPointer<UnsafeRawBufferPointer>) -> TransferResult {
    if let failure { return .failed(failure) }
    var bytes: [UInt8] = []
    for piece in pieces {
      let room = Self.capacity - unreceived - bytes.count
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: piece.prefix(room)))
    }
    guard isOpen, !bytes.isEmpty else { return .wouldBlock }
    unreceived += bytes.count
    atOther { $0.arrived(bytes) }
    return .bytes(bytes.count)
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    onEvent = nil
    news?.cancel()
    atOther {
      $0.hasEnded = true
      $0.tellNews()
    }
  }

  /// The other end has accepted.
  func open() {
    guard !isClosed, failure == nil else { return }
    isOpen = true
    onEvent?(.opened)
    tellNews()
  }

  /// What was sent and not received is lost. The owner learns of it in the next turn.
  func fail(_ error: SystemError) {
    failure = failure ?? error
    tellNews()
  }

  func resetBothEnds() {
    for end in [self, other] {
      end?.fail(SystemError(call: "connection to \(end?.peer ?? "")", errno: ECONNRESET))
    }
  }

  private func arrived(_ bytes: [UInt8]) {
    guard !isClosed else {
      return atOther { $0.fail(SystemError(call: "send to \($0.peer)", errno: ECONNRESET)) }
    }
    incoming.append(contentsOf: bytes)
    tellNews()
  }

  /// Does something to the other end when it gets there. Nothing when it has been released.
  private func atOther(_ body: @escaping (MemoryConnection) -> Void) {
    guard let other else { return }
    lastArrival = max(core.now + network.nextDelay(), lastArrival)
    other.core.schedule(after: lastArrival - core.now) { [weak other] in
      if let other { body(other) }
    }
  }

  private var event: TransportEvent? {
    if isClosed { return nil }
    if let failure { return .failed(failure) }
    guard isOpen else { return nil }
    if wantsToReceive, hasEnded || start < incoming.count { return .readable }
    if wantsToSend, unreceived < Self.capacity { return .writable }
    return nil
  }

  /// Level-triggered: as long as there is news that is wanted, it is told once a turn.
  private func tellNews() {
    guard news == nil, event != nil else { return }
    news = core.schedule(after: .zero) { [weak self] in
      guard let self else { return }
      news = nil
      guard let event else { return }
      onEvent?(event)
      tellNews()
    }
  }
}
