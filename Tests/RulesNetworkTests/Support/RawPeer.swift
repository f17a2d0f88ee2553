@testable import RulesNetwork

/// A peer that sends what it likes and keeps what it receives.
final class RawPeer {
  private let connection: any TransportConnection
  private(set) var received: [UInt8] = []
  /// The other end has closed or broken the connection.
  private(set) var isClosed = false
  private(set) var isOpen: Bool
  private var unsent: [UInt8] = []

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

  func send(_ frame: OutgoingFrame) {
    send(frame.bytes)
  }

  func close() { connection.close() }

  /// Whole frames among what was received.
  var frames: [Frame] {
    var decoder = FrameDecoder(bodyLimit: .max)
    return (try? decoder.frames(of: received)) ?? []
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
    case .bytes(let count): received += buffer.prefix(count)
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

extension FrameDecoder {
  /// Feeds all bytes, in pieces of at most the given sizes (the last one for all that follow).
  mutating func frames(of bytes: [UInt8], pieces: [Int] = [.max]) throws -> [Frame] {
    var frames: [Frame] = []
    var position = 0
    var piece = 0
    while true {
      while let frame = try next() { frames.append(frame) }
      guard position < bytes.count else { return frames }
      let size = pieces[min(piece, pieces.count - 1)]
      piece += 1
      _ = fill { buffer in
        let count = min(size, buffer.count, bytes.count - position)
        bytes.withUnsafeBytes {
          buffer.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
        }
        position += count
        return (count, ())
      }
    }
  }
}

extension OutgoingFrame {
  var bytes: [UInt8] {
    withPieces { front, body in [UInt8](front) + (body.map { [UInt8]($0) } ?? []) }
  }
}

extension TransportConnection {
  func send(_ bytes: [UInt8]) -> TransferResult {
    bytes.withUnsafeBytes { bytes in
      withUnsafePointer(to: bytes) { send(UnsafeBufferPointer(start: $0, count: 1)) }
    }
  }
}
