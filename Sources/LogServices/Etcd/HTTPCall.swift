import RulesNetwork
import RulesRuntime

/// Why an HTTP call has no reply.
struct HTTPProblem: Error, Hashable, CustomStringConvertible {
  var description: String
}

/// One POST of a JSON body over a connection of its own. Belongs to its pool's thread.
final class HTTPCall {
  private let bytes: [UInt8]
  private var sent = 0
  private var received: [UInt8] = []
  private var connection: (any TransportConnection)?
  private var timer: PoolTimer?
  private var ended: ((Result<HTTPReply, HTTPProblem>) -> Void)?

  /// Begins the call.
  /// - Parameters:
  ///   - limit: how long it may take.
  ///   - ended: called once, never inside this initializer; not after `cancel`.
  init(
    core: PoolCore, transport: any Transport, to address: NetworkAddress, path: String,
    body: [UInt8], limit: Duration, ended: @escaping (Result<HTTPReply, HTTPProblem>) -> Void
  ) {
    let head =
      "POST \(path) HTTP/1.1\r\nHost: \(address)\r\nContent-Type: application/json\r\n"
      + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
    bytes = Array(head.utf8) + body
    self.ended = ended
    timer = core.schedule(after: limit) { [weak self] in self?.fail("no answer within \(limit)") }
    do {
      let connection = try transport.connect(to: address)
      self.connection = connection
      connection.onEvent = { [weak self] in self?.happened($0) }
    } catch {
      let reason = "\(error)"
      timer?.cancel()
      timer = core.schedule(after: .zero) { [weak self] in self?.fail(reason) }
    }
  }

  deinit { cancel() }

  /// Forgets the call. What was asked may happen all the same.
  func cancel() {
    ended = nil
    timer?.cancel()
    connection?.close()
    connection = nil
  }

  private func fail(_ reason: String) { end(.failure(HTTPProblem(description: reason))) }

  private func end(_ result: Result<HTTPReply, HTTPProblem>) {
    let ended = ended
    cancel()
    ended?(result)
  }

  private func happened(_ event: TransportEvent) {
    switch event {
    case .opened:
      connection?.wantsToReceive = true
      connection?.wantsToSend = true
    case .readable: receive()
    case .writable: send()
    case .failed(let error): fail("\(error)")
    }
  }

  private func send() {
    guard let connection else { return }
    let result = bytes[sent...].withUnsafeBytes { rest in
      withUnsafePointer(to: rest) { piece in
        // One piece, which is valid during the call only: the transport keeps nothing.
        connection.send(UnsafeBufferPointer(start: piece, count: 1))
      }
    }
    switch result {
    case .bytes(let count):
      sent += count
      if sent == bytes.count { connection.wantsToSend = false }
    case .wouldBlock: break
    case .ended: fail("the connection ended")
    case .failed(let error): fail("\(error)")
    }
  }

  private func receive() {
    guard let connection else { return }
    var result = TransferResult.wouldBlock
    let piece = [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, count in
      result = connection.receive(into: UnsafeMutableRawBufferPointer(buffer))
      if case .bytes(let size) = result { count = size }
    }
    switch result {
    case .bytes: take(piece, isEnd: false)
    case .ended: take([], isEnd: true)
    case .wouldBlock: break
    case .failed(let error): fail("\(error)")
    }
  }

  private func take(_ piece: [UInt8], isEnd: Bool) {
    received += piece
    switch HTTPReply.read(received, isEnd: isEnd) {
    case .incomplete: break
    case .complete(let reply): end(.success(reply))
    case .malformed(let reason): fail(reason)
    }
  }
}
