#if TLS

  public import RulesRuntime

  /// TLS 1.3 over another transport: everything is encrypted, and each end shows a certificate of the
  /// same authorities that names its role (`PeerIdentity`). Connections are `IdentifiedConnection`s.
  ///
  ///     let tls = try TLSTransport(
  ///       over: TCPTransport(core: core, poller: poller, allowsRemotePeers: true), core: core,
  ///       files: TLSFiles(
  ///         certificate: "server.pem", key: "server.key", authorities: "cluster-ca.pem"))
  ///
  /// A listener accepts a connection when its handshake is complete; a connection that is made opens
  /// then. But a server decides last: a client that it refuses may see its connection open and then fail.
  ///
  /// Closing drops what waits to leave (64 KiB at most) if the connection below does not take it at
  /// once. An end that the peer has not announced is a failure: bytes may be missing.
  ///
  /// OpenSSL does the work, with its own random numbers and the wall clock for the validity of
  /// certificates, so what goes over a simulated network is not the same with the same seed.
  /// Revocation lists are not read: short validity and `reload` stand for them.
  public final class TLSTransport: Transport {
    private let base: any Transport
    private let core: PoolCore
    private let policy: TLSPolicy
    private let scratch = TLSScratch()
    private var files: TLSFiles
    private var context: TLSContext

    /// Reads the files. All closures of `base` run on the pool of `core`.
    /// - Throws: when a file is missing, not private, or not what it should be.
    public init(
      over base: any Transport, core: PoolCore, files: TLSFiles, policy: TLSPolicy = TLSPolicy()
    ) throws(SystemError) {
      context = try TLSContext(files: files)
      self.base = base
      self.core = core
      self.files = files
      self.policy = policy
    }

    /// Reads the files again, for the connections to come, at listeners too; those that exist stay.
    /// - Parameter files: others than before; nil: the same.
    /// - Throws: when they cannot be used; everything is as it was then.
    public func reload(_ files: TLSFiles? = nil) throws(SystemError) {
      let files = files ?? self.files
      context = try TLSContext(files: files)
      self.files = files
    }

    public func listen(
      at address: NetworkAddress, accept: @escaping (any TransportConnection) -> Void
    ) throws(SystemError) -> any TransportListener {
      try TLSListener(
        core: core, policy: policy, accept: accept,
        listen: { accept throws(SystemError) in try base.listen(at: address, accept: accept) },
        // The listener keeps this transport: its owner may not.
        secure: { self.secure($0, isServer: true, host: nil) })
    }

    public func connect(
      to address: NetworkAddress
    ) throws(SystemError) -> any TransportConnection {
      let host = policy.checksHost ? address.host : nil
      let connection = try base.connect(to: address)
      guard let secured = secure(connection, isServer: false, host: host) else {
        connection.close()
        throw SystemError(call: "TLS with \(address): no certificate can have this host", errno: 0)
      }
      return secured
    }

    private func secure(
      _ connection: any TransportConnection, isServer: Bool, host: String?
    ) -> TLSConnection? {
      guard let session = TLSSession(context: context, isServer: isServer, host: host) else {
        return nil
      }
      return TLSConnection(
        base: connection, session: session, isServer: isServer, core: core, policy: policy,
        scratch: scratch)
    }
  }

#endif  // TLS
