import RulesNetwork
import RulesRuntime

/// A server that speaks as much of etcd's JSON gateway as coordinators use, and fails in the ways that
/// matter to them.
final class SimulatedEtcd {
  /// What becomes of requests.
  enum Mood {
    case well
    /// Nothing comes back, and nothing is done.
    case deaf
    /// They are done, and the answer is lost.
    case losing
    /// They are done some time later, when whoever asked may have given up.
    case late
    /// The connection ends.
    case refusing
  }

  var mood = Mood.well
  /// Requests that came.
  private(set) var requests = 0
  private let core: PoolCore
  private var random: SplitMix64
  private var store = EtcdStore()
  private var listener: (any TransportListener)?
  private var connections: [Int: Connection] = [:]
  private var accepted = 0

  private final class Connection {
    let transport: any TransportConnection
    var received: [UInt8] = []
    var sending: [UInt8] = []
    var isAnswered = false

    init(_ transport: any TransportConnection) { self.transport = transport }
  }

  /// The longest delay of a late request.
  private static let longestDelay = Duration.milliseconds(2500)

  init(
    core: PoolCore, transport: any Transport, at address: NetworkAddress, random: SplitMix64
  ) throws {
    self.core = core
    self.random = random
    listener = try transport.listen(at: address) { [weak self] in self?.accept($0) }
  }

  /// Somebody ends all leases, which etcd was to keep.
  func endLeases() { store.endLeases() }

  private func accept(_ transport: any TransportConnection) {
    accepted += 1
    let number = accepted
    connections[number] = Connection(transport)
    transport.onEvent = { [weak self] in self?.happened($0, number) }
    transport.wantsToReceive = true
  }

  private func happened(_ event: TransportEvent, _ number: Int) {
    guard let connection = connections[number] else { return }
    switch event {
    case .opened: break
    case .readable: receive(connection, number)
    case .writable: send(connection, number)
    case .failed: drop(number)
    }
  }

  private func drop(_ number: Int) {
    connections[number]?.transport.close()
    connections[number] = nil
  }

  private func receive(_ connection: Connection, _ number: Int) {
    var result = TransferResult.wouldBlock
    let piece = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      result = connection.transport.receive(into: UnsafeMutableRawBufferPointer(buffer))
      if case .bytes(let size) = result { count = size }
    }
    switch result {
    case .bytes: connection.received += piece
    case .wouldBlock: return
    case .ended, .failed: return drop(number)
    }
    guard !connection.isAnswered, let request = HTTPRequest(connection.received) else { return }
    connection.isAnswered = true
    requests += 1
    take(request, number)
  }

  private func take(_ request: HTTPRequest, _ number: Int) {
    switch mood {
    case .well: reply(store.answer(request, at: core.now), number)
    case .deaf: break
    case .losing:
      _ = store.answer(request, at: core.now)
      drop(number)
    case .late:
      core.schedule(after: random.duration(.zero...Self.longestDelay)) { [weak self] in
        guard let self else { return }
        reply(store.answer(request, at: core.now), number)
      }
    case .refusing: drop(number)
    }
  }

  private func reply(_ json: String?, _ number: Int) {
    guard let connection = connections[number] else { return }
    let body = json ?? #"{"error":"etcdserver: it cannot be done"}"#
    let head =
      "HTTP/1.1 \(json == nil ? "400 Bad Request" : "200 OK")\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\r\n"
    connection.sending = Array((head + body).utf8)
    connection.transport.wantsToSend = true
  }

  private func send(_ connection: Connection, _ number: Int) {
    let result = connection.sending.withUnsafeBytes { rest in
      withUnsafePointer(to: rest) { piece in
        // One piece, which is valid during the call only: the transport keeps nothing.
        connection.transport.send(UnsafeBufferPointer(start: piece, count: 1))
      }
    }
    switch result {
    case .bytes(let count):
      connection.sending.removeFirst(count)
      if connection.sending.isEmpty { connection.transport.wantsToSend = false }
    case .wouldBlock: break
    case .ended, .failed: drop(number)
    }
  }
}
