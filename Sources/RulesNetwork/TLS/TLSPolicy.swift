#if TLS

  /// Whom an end talks to, and what a handshake may cost.
  public struct TLSPolicy: Hashable, Sendable {
    /// The roles that may be connected to.
    public var serverRoles: Set<ClusterRole> = [.coordinator, .server]
    /// The roles that may connect.
    public var clientRoles = Set(ClusterRole.allCases)
    /// Whether a server's certificate has to name the host that was connected to.
    public var checksHost = true
    /// How long a handshake may take.
    public var handshakeTime = Duration.seconds(5)
    /// How many handshakes a listener has under way; further connections are closed.
    public var maximumHandshakes = 64

    /// Every check, 5 seconds, 64 handshakes.
    public init() {}
  }

#endif  // TLS
