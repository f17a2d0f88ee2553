import RulesNetwork

/// One end of a connection that sends what it is told, keeps or returns what it receives, and remembers
/// its end.
final class StreamPeer {
  enum End: Equatable {
    case ended
    case failed(SystemError)
  }

  let connection: any TransportConnection
  private(set) var received: [UInt8] = []
  private(set) var isOpen: Bool
  private(set) var end: End?
  private var unsent: [UInt8] = []
  private var sent = 0
  private let echoes: Bool

  /// Whether it reads; not when it is full, which is for the test to say.
  var reads: Bool {
    get { connection.wantsToReceive }
    set { connection.wantsToReceive = newValue }
  }

  /// Bytes that it could not send yet.
  var backlog: Int { unsent.count - sent }

  init(
    _ connection: any TransportConnection, isOpen: Bool = true, echoes: Bool = false,
    reads: Bool = true
  ) {
    self.connection = connection
    self.isOpen = isOpen
    self.echoes = echoes
    connection.onEvent = { [weak self] in self?.handle($0) }
    connection.wantsToReceive = reads
  }

  func send(_ bytes: [UInt8]) {
    unsent += bytes
    if isOpen, end == nil { flush() }
  }

  func close() { connection.close() }

  private func handle(_ event: TransportEvent) {
    switch event {
    case .opened:
      isOpen = true
      flush()
    case .readable: receive()
    case .writable: flush()
    case .failed(let error): end(.failed(error))
    }
  }

  private func receive() {
    var buffer = [UInt8](repeating: 0, count: 20_011)
    switch buffer.withUnsafeMutableBytes({ connection.receive(into: $0) }) {
    case .bytes(let count):
      if echoes { send(Array(buffer.prefix(count))) } else { received += buffer.prefix(count) }
    case .wouldBlock: break
    case .ended: end(.ended)
    case .failed(let error): end(.failed(error))
    }
  }

  /// In two pieces, as vectored sends are.
  private func flush() {
    while sent < unsent.count, end == nil {
      let result = unsent.withUnsafeBytes { bytes in
        let middle = sent + (unsent.count - sent) / 2
        let pieces = [
          UnsafeRawBufferPointer(rebasing: bytes[sent..<middle]),
          UnsafeRawBufferPointer(rebasing: bytes[middle...]),
        ]
        return pieces.withUnsafeBufferPointer { connection.send($0) }
      }
      switch result {
      case .bytes(let count): sent += count
      case .wouldBlock:
        connection.wantsToSend = true
        return
      case .ended: end(.ended)
      case .failed(let error): end(.failed(error))
      }
    }
    if sent == unsent.count {
      unsent = []
      sent = 0
    }
    connection.wantsToSend = false
  }

  private func end(_ end: End) {
    self.end = end
    connection.close()
  }
}
