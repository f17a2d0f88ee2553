#if TLS

  import RulesNetwork
  import RulesRuntime
  import Testing

  /// Two ends over one network, each with a TLS transport of its own.
  final class TLSTestWorld {
    let world: TestWorld
    let server: TLSTransport
    let client: TLSTransport
    /// The connections that the listener has accepted.
    private(set) var accepted: [TLSEnd] = []
    private var listener: (any TransportListener)?

    init(
      _ network: Network, server: TLSFiles, client: TLSFiles, policy: TLSPolicy = TLSPolicy()
    ) throws {
      world = try TestWorld(network)
      self.server = try TLSTransport(
        over: world.transport, core: world.core, files: server, policy: policy)
      self.client = try TLSTransport(
        over: world.transport, core: world.core, files: client, policy: policy)
    }

    /// Listens; what is accepted is in `accepted`.
    func listen(receives: Bool = true) throws -> NetworkAddress {
      let listener = try server.listen(at: world.anyPort) { [weak self] in
        self?.accepted.append(TLSEnd($0, isOpen: true, receives: receives))
      }
      self.listener = listener
      return listener.address
    }

    func stopListening() { listener?.close() }

    func connect(to address: NetworkAddress, receives: Bool = true) throws -> TLSEnd {
      TLSEnd(try client.connect(to: address), isOpen: false, receives: receives)
    }

    /// Whether the log has a line with `text`.
    func hasLogged(_ text: String) -> Bool { world.log.lines.contains { $0.text.contains(text) } }
  }

  /// One end of a connection: sends what it is given and keeps what it receives.
  final class TLSEnd {
    let connection: any TransportConnection
    private(set) var isOpen: Bool
    private(set) var received: [UInt8] = []
    private(set) var hasEnded = false
    private(set) var failure: SystemError?
    private var unsent: [UInt8] = []
    /// The largest piece that is received at once.
    var bufferSize = 5000

    init(_ connection: any TransportConnection, isOpen: Bool, receives: Bool) {
      self.connection = connection
      self.isOpen = isOpen
      connection.onEvent = { [weak self] event in
        guard let self else { return }
        switch event {
        case .opened: self.isOpen = true
        case .readable: receiveOnce()
        case .writable: flush()
        case .failed(let error): failure = error
        }
      }
      connection.wantsToReceive = receives
    }

    var unsentCount: Int { unsent.count }

    var identity: PeerIdentity? { (connection as? any IdentifiedConnection)?.peerIdentity }

    func send(_ bytes: [UInt8]) {
      unsent += bytes
      connection.wantsToSend = true
    }

    /// Once only: what is left has to be told of again.
    private func receiveOnce() {
      var buffer = [UInt8](repeating: 0, count: bufferSize)
      switch buffer.withUnsafeMutableBytes({ connection.receive(into: $0) }) {
      case .bytes(let count): received += buffer[..<count]
      case .wouldBlock: break
      case .ended:
        hasEnded = true
        connection.wantsToReceive = false
      case .failed(let error):
        failure = error
        connection.wantsToReceive = false
      }
    }

    private func flush() {
      let result = unsent.withUnsafeBytes { bytes in
        // Of a few sizes, one of them zero.
        var pieces: [UnsafeRawBufferPointer] = []
        var rest = bytes[...]
        for size in [72, 1, 0, 900, 40_000] + [Int](repeating: 3000, count: 50) where !rest.isEmpty
        {
          pieces.append(UnsafeRawBufferPointer(rebasing: rest.prefix(size)))
          rest = rest.dropFirst(size)
        }
        return pieces.withUnsafeBufferPointer { connection.send($0) }
      }
      switch result {
      case .bytes(let count): unsent.removeFirst(count)
      case .failed(let error): failure = error
      case .wouldBlock, .ended: break
      }
      connection.wantsToSend = !unsent.isEmpty && failure == nil
    }
  }

#endif  // TLS
