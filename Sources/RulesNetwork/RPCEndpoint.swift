/// Who this end of connections is, what it accepts, and its bounds: the same for all RPC clients and
/// servers of a process.
public struct RPCEndpoint: Sendable {
  /// The cluster; nil: not known yet (a client that asks a coordinator). Two ends that both know
  /// theirs must agree.
  public var cluster: ClusterID?
  /// What this process is. Without a key it is only what it says.
  public var role: ClusterRole
  /// The member that this process is, told to servers; nil: none.
  public var member: ServerID?
  /// The keys of the cluster. With keys every connection is authenticated, both ways: a client proves
  /// the first key that has its role, a server accepts all of them. Empty: nobody proves anything.
  public var keys: [ClusterKey]
  public var limits: RPCLimits
  /// 64 random bits, for nonces and pauses: the system's generator, or a simulation's.
  public var random: @Sendable () -> UInt64

  public init(
    cluster: ClusterID? = nil, role: ClusterRole = .client, member: ServerID? = nil,
    keys: [ClusterKey] = [], limits: RPCLimits = RPCLimits(),
    random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 0 ... .max) }
  ) {
    self.cluster = cluster
    self.role = role
    self.member = member
    self.keys = keys
    self.limits = limits
    self.random = random
  }

  /// 32 bytes for a handshake.
  func nonce() -> [UInt8] {
    var writer = WireWriter()
    for _ in 0..<HandshakeTranscript.nonceByteCount / 8 { writer.uint64(random()) }
    return writer.bytes
  }
}
