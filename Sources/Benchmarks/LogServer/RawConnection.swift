import RulesNetwork

/// One client of a `RawServer`.
final class RawConnection {
  /// Records that may be under way; more are not received.
  private static let recordLimit = 200_000
  private static let bufferBytes = 1 << 20

  private let transport: any TransportConnection
  private let append: ([[UInt8]], RawConnection) -> Void
  private let ended: (RawConnection) -> Void
  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: RawConnection.bufferBytes, alignment: 16)
  /// Bytes of a record whose end has not come yet, at the start of the buffer.
  private var rest = 0
  private var underWay = 0
  /// What is to be sent.
  private var replies: [UInt8] = []

  init(
    _ transport: any TransportConnection, append: @escaping ([[UInt8]], RawConnection) -> Void,
    ended: @escaping (RawConnection) -> Void
  ) {
    self.transport = transport
    self.append = append
    self.ended = ended
    transport.onEvent = { [weak self] in self?.happened($0) }
    transport.wantsToReceive = true
  }

  deinit { buffer.deallocate() }

  func end() {
    transport.close()
    ended(self)
  }

  /// So many more records are on all backups.
  func noteDurable(_ count: Int) {
    underWay -= count
    if underWay < Self.recordLimit { transport.wantsToReceive = true }
    withUnsafeBytes(of: UInt64(count).littleEndian) { replies += $0 }
    send()
  }

  private func happened(_ event: TransportEvent) {
    switch event {
    case .opened: break
    case .readable: receive()
    case .writable: send()
    case .failed: end()
    }
  }

  private func receive() {
    switch transport.receive(into: UnsafeMutableRawBufferPointer(rebasing: buffer[rest...])) {
    case .bytes(let count): take(rest + count)
    case .wouldBlock: break
    case .ended, .failed: end()
    }
  }

  private func take(_ length: Int) {
    let size = RawServer.recordBytes
    let count = length / size
    let records = (0..<count).map { [UInt8](buffer[$0 * size..<($0 + 1) * size]) }
    rest = length - count * size
    if rest > 0 {
      buffer.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: buffer[count * size..<length]))
    }
    guard count > 0 else { return }
    underWay += count
    if underWay >= Self.recordLimit { transport.wantsToReceive = false }
    append(records, self)
  }

  private func send() {
    let result = replies.withUnsafeBytes { bytes in
      // One piece, which is valid during the call only: the transport keeps nothing.
      withUnsafePointer(to: bytes) { transport.send(UnsafeBufferPointer(start: $0, count: 1)) }
    }
    switch result {
    case .bytes(let count): replies.removeFirst(count)
    case .wouldBlock: break
    case .ended, .failed: return end()
    }
    transport.wantsToSend = !replies.isEmpty
  }
}
