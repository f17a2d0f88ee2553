@testable import RulesNetwork

/// A peer that sends what it likes and keeps what it receives.
final class RawPeer {
  private let connection: any TransportConnection
  private(set) var received: [UInt8] = []
  /// The other end has closed or broken the connection.
  private(set) var isClosed = false
  private(set) var isOpen: Bool
  private var unsent: [UInt8] = []
  private var nextSequence: UInt32 = 0
  private var onHello: ((Hello) -> Void)?

  /// - Parameter reads: false: a peer that never reads.
  init(_ connection: any TransportConnection, isOpen: Bool, reads: Bool = true) {
    self.connection = connection
    self.isOpen = isOpen
    connection.onEvent = { [weak self] in self?.handle($0) }
    connection.wantsToReceive = reads
  }

  convenience init(
    connectingTo address: NetworkAddress, in world: TestWorld, reads: Bool = true
  ) throws {
    self.init(try world.transport.connect(to: address), isOpen: false, reads: reads)
  }

  func send(_ bytes: [UInt8]) {
    unsent += bytes
    if isOpen { flush() }
  }

  /// Sends the next frame of this peer.
  func send(_ type: FrameType, code: UInt16 = 0, id: UInt64 = 0, body: [UInt8] = []) {
    send(TestFrame(type, code: code, id: id, body: body, sequence: nextSequence).bytes)
    nextSequence += 1
  }

  /// Answers the client's hello, when it comes, and goes on with other frames at once.
  func welcome(then frames: [UInt8] = [], _ body: @escaping () -> Void = {}) {
    onHello = { [unowned self] hello in
      send(TestFrame.welcome(to: hello) + frames)
      body()
    }
  }

  func close() { connection.close() }

  /// Whole frames among what was received.
  var frames: [TestFrame] {
    var decoder = FrameDecoder()
    let collector = FrameCollector()
    try? decoder.feed(received, to: collector)
    return collector.frames
  }

  private func handle(_ event: TransportEvent) {
    switch event {
    case .opened:
      isOpen = true
      flush()
    case .readable: receive()
    case .writable: flush()
    case .failed: end()
    }
  }

  private func receive() {
    var buffer = [UInt8](repeating: 0, count: 65536)
    switch buffer.withUnsafeMutableBytes({ connection.receive(into: $0) }) {
    case .bytes(let count):
      received += buffer.prefix(count)
      if let onHello, let hello = try? frames.first.map({ try Hello(decoding: $0.body) }) {
        self.onHello = nil
        onHello(hello)
      }
    case .wouldBlock: break
    case .ended, .failed: end()
    }
  }

  private func flush() {
    while !unsent.isEmpty {
      switch connection.send(unsent) {
      case .bytes(let count): unsent.removeFirst(count)
      case .wouldBlock:
        connection.wantsToSend = true
        return
      case .ended, .failed: return end()
      }
    }
    connection.wantsToSend = false
  }

  private func end() {
    isClosed = true
    connection.close()
  }
}

extension TransportConnection {
  func send(_ bytes: [UInt8]) -> TransferResult {
    bytes.withUnsafeBytes { bytes in
      withUnsafePointer(to: bytes) { send(UnsafeBufferPointer(start: $0, count: 1)) }
    }
  }
}
