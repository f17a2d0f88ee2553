import Glibc
import RulesNetwork
import RulesRuntime

/// One end of a connection through a `MemoryNetwork`.
final class MemoryConnection: TransportConnection {
  // `@exclusivity(unchecked)`: sound, because a world is on one thread, and nobody is called back while one of
  // these changes. The checks would cost a twentieth of a run.

  let peer: String
  let core: PoolCore
  var onEvent: ((TransportEvent) -> Void)?
  /// Where what it sends goes.
  var outgoing: Lane?
  /// How those who do not keep it know it.
  let end = End()
  @exclusivity(unchecked) private var isOpen: Bool
  @exclusivity(unchecked) private var isClosed = false
  /// Its host is gone: nothing happens here any more.
  @exclusivity(unchecked) private var isVanished = false
  @exclusivity(unchecked) private var failure: SystemError?
  /// What has arrived; `incoming[start...]` is not received yet.
  @exclusivity(unchecked) private var incoming: [UInt8] = []
  @exclusivity(unchecked) private var start = 0
  /// Bytes of `incoming` that the sender has no account of: copies.
  private var extra = 0
  @exclusivity(unchecked) private var hasEnded = false
  /// Bytes received that the other end was not told of.
  private var untold = 0
  /// Bytes sent that the other end has not received, as far as it has told.
  @exclusivity(unchecked) private var unreceived = 0
  @exclusivity(unchecked) private var news: PoolTimer?

  /// A connection as long as its owner keeps it. Cheaper than a weak reference, which makes counting
  /// all others of the connection slow.
  final class End {
    // Sound: the connection sets it, and takes itself out when it is released.
    unowned(unsafe) fileprivate(set) var connection: MemoryConnection?
  }

  /// Bytes under way or not yet received, in one direction.
  private static let capacity = 256 << 10

  var wantsToReceive = false { didSet { tellNews() } }
  var wantsToSend = false { didSet { tellNews() } }

  init(peer: String, core: PoolCore, isOpen: Bool) {
    self.peer = peer
    self.core = core
    self.isOpen = isOpen
    end.connection = self
  }

  deinit {
    end.connection = nil
    close()
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
    if isClosed { return .failed(SystemError(call: "use of \(peer)", errno: EBADF)) }
    if let failure { return .failed(failure) }
    if isVanished { return .wouldBlock }
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
    let copies = min(extra, count)
    extra -= copies
    tellReceived(count - copies)
    return .bytes(count)
  }

  /// Tells the other end of bytes that were received, not for each message: only when it may need the
  /// room, or when that is what shows it that the way back is blocked.
  private func tellReceived(_ count: Int) {
    untold += count
    guard untold > 0, untold >= Self.capacity / 8 || outgoing?.link.block != nil else { return }
    outgoing?.sendCredit(untold)
    untold = 0
  }

  func send(_ pieces: UnsafeBufferPointer<UnsafeRawBufferPointer>) -> TransferResult {
    if isClosed { return .failed(SystemError(call: "use of \(peer)", errno: EBADF)) }
    if let failure { return .failed(failure) }
    let room = Self.capacity - unreceived
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(room, pieces.reduce(0) { $0 + $1.count }))
    for piece in pieces {
      bytes.append(
        contentsOf: UnsafeRawBufferPointer(rebasing: piece.prefix(room - bytes.count)))
    }
    guard isOpen, !isVanished, !bytes.isEmpty else { return .wouldBlock }
    unreceived += bytes.count
    outgoing?.send(bytes)
    return .bytes(bytes.count)
  }

  /// Closing with bytes that were not received is a reset, as with TCP.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    onEvent = nil
    news?.cancel()
    if !isVanished, failure == nil { outgoing?.sendEnd(isReset: start < incoming.count) }
  }

  // MARK: - What the network does

  /// Neither closed nor broken.
  var isInUse: Bool { isOpen && !isClosed && !isVanished && failure == nil }

  /// The other end has accepted.
  func open() {
    guard !isClosed, failure == nil else { return }
    isOpen = true
    onEvent?(.opened)
    tellNews()
  }

  /// - Parameter credit: how many of the bytes are the sender's own, not copies.
  /// - Returns: false when nobody receives them here.
  func arrived(_ bytes: [UInt8], credit: Int) -> Bool {
    guard !isClosed, !isVanished, failure == nil else { return false }
    if incoming.isEmpty { incoming = bytes } else { incoming.append(contentsOf: bytes) }
    extra += bytes.count - credit
    if news == nil { tellNow() }
    return true
  }

  /// The other end has closed.
  func noteEnd() {
    hasEnded = true
    tellNews()
  }

  /// The other end has received bytes, or they have been lost.
  func addRoom(_ count: Int) {
    unreceived -= count
    tellNews()
  }

  /// The connection is broken.
  func breakOff() { fail(errno: ECONNRESET) }

  /// What was sent and not received is lost. The owner learns of it in the next turn.
  func fail(errno: Int32) {
    fail(SystemError(call: "\(isOpen ? "connection to" : "connect") \(peer)", errno: errno))
  }

  func fail(_ error: SystemError) {
    failure = failure ?? error
    tellNews()
  }

  /// Its host is gone.
  func vanish() {
    isVanished = true
    news?.cancel()
    news = nil
  }

  private var event: TransportEvent? {
    if isClosed || isVanished { return nil }
    if let failure { return .failed(failure) }
    guard isOpen else { return nil }
    if wantsToReceive, hasEnded || start < incoming.count { return .readable }
    if wantsToSend, unreceived < Self.capacity { return .writable }
    return nil
  }

  /// Level-triggered: as long as there is news that is wanted, it is told once a turn.
  private func tellNews() {
    guard news == nil, event != nil else { return }
    news = core.schedule(after: .zero) { [end] in
      guard let connection = end.connection else { return }
      connection.news = nil
      connection.tellNow()
    }
  }

  /// In a turn of its own pool.
  private func tellNow() {
    guard let event else { return }
    onEvent?(event)
    tellNews()
  }
}
