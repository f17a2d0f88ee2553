import RulesNetwork
import RulesRuntime

/// One request of a monitoring system, and its answer. Reads a head, sends a reply, then waits for
/// the other end to close: closing first could take the reply back while bytes lie unread.
final class MonitoringConnection {
  private enum Phase {
    case receiving([UInt8])
    /// What is still to be sent begins at the index.
    case sending([UInt8], from: Int)
    /// What comes now is not looked at.
    case draining
  }

  private let transport: any TransportConnection
  private let answer: (MonitoringRequest) -> MonitoringReply?
  private let ended: (MonitoringConnection) -> Void
  private var phase = Phase.receiving([])
  /// The other end will send no more; it may still want its reply.
  private var hasAsked = false
  /// Ends the connection; cancelled with it.
  var timer: PoolTimer?

  /// - Parameters:
  ///   - answer: nil when the server is gone.
  ///   - ended: the connection is closed and is to be forgotten.
  init(
    _ transport: any TransportConnection,
    answer: @escaping (MonitoringRequest) -> MonitoringReply?,
    ended: @escaping (MonitoringConnection) -> Void
  ) {
    self.transport = transport
    self.answer = answer
    self.ended = ended
    transport.onEvent = { [weak self] in self?.happened($0) }
    transport.wantsToReceive = true
  }

  func close() {
    timer?.cancel()
    transport.close()
  }

  /// Closes, and has itself forgotten.
  func end() {
    close()
    ended(self)
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
    let room = 2048
    var result = TransferResult.wouldBlock
    let received = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      result = transport.receive(into: UnsafeMutableRawBufferPointer(buffer))
      if case .bytes(let size) = result { count = size }
    }
    switch result {
    case .bytes: take(received)
    case .wouldBlock: break
    case .ended: askedAll()
    case .failed: end()
    }
  }

  private func askedAll() {
    guard case .sending = phase else { return end() }
    hasAsked = true
    transport.wantsToReceive = false
  }

  private func take(_ bytes: [UInt8]) {
    guard case .receiving(let before) = phase else { return }
    let all = before + bytes
    switch MonitoringRequest.read(all) {
    case .incomplete: phase = .receiving(all)
    case .malformed:
      reply(MonitoringReply(status: .malformed, text: "this is no HTTP/1 request\n"))
    case .complete(let request):
      if let answer = answer(request) { reply(answer) } else { end() }
    }
  }

  private func reply(_ reply: MonitoringReply) {
    phase = .sending(reply.encoded, from: 0)
    transport.wantsToSend = true
  }

  private func send() {
    guard case .sending(let bytes, let start) = phase else { return }
    let result = bytes[start...].withUnsafeBytes { rest in
      withUnsafePointer(to: rest) { piece in
        // One piece, which is valid during the call only: the transport keeps nothing.
        transport.send(UnsafeBufferPointer(start: piece, count: 1))
      }
    }
    switch result {
    case .bytes(let count) where start + count < bytes.count:
      phase = .sending(bytes, from: start + count)
    case .bytes:
      if hasAsked { return end() }
      phase = .draining
      transport.wantsToSend = false
    case .wouldBlock: break
    case .ended, .failed: end()
    }
  }
}
