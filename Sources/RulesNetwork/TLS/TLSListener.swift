#if TLS

  internal import RulesRuntime

  /// A place where connections are accepted once their handshake is complete.
  final class TLSListener: TransportListener {
    private let core: PoolCore
    private let maximumHandshakes: Int
    private let accept: (any TransportConnection) -> Void
    /// Set once, by whoever makes both.
    private var base: (any TransportListener)?
    /// Connections whose handshake is under way.
    private var shaking: [TLSConnection] = []
    private var failures = FailureLimiter(limit: 10)
    let address: NetworkAddress

    /// - Parameter listen: begins to listen at the base and hands over what it accepts.
    init(
      core: PoolCore, policy: TLSPolicy, accept: @escaping (any TransportConnection) -> Void,
      listen: (@escaping (any TransportConnection) -> Void) throws(SystemError)
        -> any TransportListener,
      secure: @escaping (any TransportConnection) -> TLSConnection?
    ) throws(SystemError) {
      self.core = core
      self.accept = accept
      maximumHandshakes = policy.maximumHandshakes
      let relay = Relay()
      let base = try listen { [relay] in relay.listener?.adopt($0, secure: secure) }
      self.base = base
      address = base.address
      relay.listener = self
    }

    deinit { close() }

    func close() {
      base?.close()
      base = nil
      for connection in shaking { connection.close() }
      shaking = []
    }

    /// Stands for a listener that is not made yet.
    private final class Relay {
      weak var listener: TLSListener?
    }

    private func adopt(
      _ connection: any TransportConnection, secure: (any TransportConnection) -> TLSConnection?
    ) {
      guard shaking.count < maximumHandshakes else {
        report("TLS with \(connection.peer): \(maximumHandshakes) handshakes are under way already")
        return connection.close()
      }
      guard let secured = secure(connection) else { return connection.close() }
      shaking.append(secured)
      secured.onEvent = { [weak self, weak secured] event in
        guard let self, let secured else { return }
        switch event {
        case .opened: finish(secured)
        case .failed(let failure):
          drop(secured)
          report("\(failure)")
        case .readable, .writable: break
        }
      }
      secured.begin()
    }

    private func finish(_ connection: TLSConnection) {
      shaking.removeAll { $0 === connection }
      connection.onEvent = nil
      accept(connection)
    }

    private func drop(_ connection: TLSConnection) {
      shaking.removeAll { $0 === connection }
      connection.close()
    }

    /// Whoever fails without end does not fill the log.
    private func report(_ text: String) {
      guard failures.recordFailure(at: core.now).isReported else { return }
      core.log.log(.warning, text)
    }
  }

#endif  // TLS
