public import RulesRuntime

/// What a pool that talks to others takes from the machine it runs on, so that a simulated world can
/// hand in its own.
public struct NetworkHost: Sendable {
  /// Makes the pool's way to the network, on the pool's thread, once. What it needs of the pool, such
  /// as the poller, it sets itself.
  /// - Throws: a `SystemError` when the system has no more of what that takes.
  public var makeTransport: @Sendable (PoolCore) throws -> any Transport
  /// 64 random bits. For names that must not meet by chance, and for spreading; a secret needs a
  /// source that nobody can foresee.
  public var random: @Sendable () -> UInt64

  public init(
    makeTransport: @escaping @Sendable (PoolCore) throws -> any Transport,
    random: @escaping @Sendable () -> UInt64
  ) {
    self.makeTransport = makeTransport
    self.random = random
  }

  /// TCP, over an epoll set in which the pool sleeps, and the system's random source.
  public static let system = NetworkHost(
    makeTransport: { core in
      let poller = try EpollPoller()
      core.poller = poller
      return TCPTransport(core: core, poller: poller)
    },
    random: { .random(in: 0 ... .max) })
}
