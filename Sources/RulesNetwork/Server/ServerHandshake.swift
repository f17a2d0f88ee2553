/// A server's side of a handshake: what it makes of what the client says.
struct ServerHandshake {
  enum Answer {
    case challenge([UInt8])
    /// - Parameter nonce: what the frames of the connection carry.
    case accepted(Hello, nonce: UInt64)
    case rejected(Rejection.Reason)
    /// It is not the protocol.
    case broken(String)
  }

  private let endpoint: RPCEndpoint
  /// That of the client's hello; empty before it.
  private(set) var clientNonce: [UInt8] = []
  /// What the client said, and what its proof has to be about, while that is waited for.
  private var challenged: (hello: Hello, transcript: HandshakeTranscript, key: ClusterKey)?

  init(_ endpoint: RPCEndpoint) { self.endpoint = endpoint }

  /// - Parameter type: `hello` or `proof`.
  mutating func answer(_ type: FrameType, _ body: [UInt8], identity: ServerID?) -> Answer {
    switch (type, challenged) {
    case (.hello, nil):
      do { return greet(try Hello(decoding: body), identity) } catch {
        return .broken("hello: \(error)")
      }
    case (.proof, let (hello, transcript, key)?):
      guard HandshakeProof.verifyClient(body, transcript, key: key) else {
        return .rejected(.notAuthenticated)
      }
      return .accepted(hello, nonce: HandshakeProof.connectionNonce(transcript, key: key))
    default: return .broken("unexpected \(type)")
    }
  }

  private mutating func greet(_ hello: Hello, _ identity: ServerID?) -> Answer {
    clientNonce = hello.nonce
    if let cluster = hello.cluster, let own = endpoint.cluster, cluster != own {
      return .rejected(.otherCluster)
    }
    if let target = hello.target, target != identity {
      return .rejected(identity == nil ? .notEnlisted : .otherServer)
    }
    guard !endpoint.keys.isEmpty else {
      // A client with a key would not go on without a proof: better to say why.
      return hello.keyID.isEmpty
        ? .accepted(hello, nonce: endpoint.random()) : .rejected(.notAuthenticated)
    }
    guard let key = endpoint.keys.first(where: { $0.id == hello.keyID && $0.role == hello.role })
    else { return .rejected(.notAuthenticated) }
    let cluster = endpoint.cluster ?? hello.cluster ?? ClusterID(high: 0, low: 0)
    let nonce = endpoint.nonce()
    let transcript = hello.transcript(
      cluster: cluster, serverRole: endpoint.role, serverNonce: nonce)
    challenged = (hello, transcript, key)
    let challenge = Challenge(
      cluster: cluster, role: endpoint.role, nonce: nonce,
      proof: HandshakeProof.server(transcript, key: key))
    return .challenge(challenge.encoded)
  }
}
