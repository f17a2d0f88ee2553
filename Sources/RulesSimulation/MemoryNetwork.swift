import Glibc
import RulesNetwork
import RulesRuntime

/// The network of a simulated world: delivers in order, after delays that its seed decides, by
/// timers of the receiving core. All cores have the same clock.
///
/// An address is just a name here: `localhost:1` and `127.0.0.1:1` are two places.
public final class MemoryNetwork {
  private let delay: ClosedRange<Duration>
  private var random: SplitMix64
  private var nextPort: UInt16 = 49152
  private var listeners: [NetworkAddress: Place] = [:]

  /// Whoever listens owns the listener; it ends with its owner.
  private struct Place {
    weak var listener: MemoryListener?
  }

  /// - Parameter delay: how long anything is under way, one way.
  public init(
    seed: UInt64, delay: ClosedRange<Duration> = .microseconds(50)...(.milliseconds(2))
  ) {
    self.delay = delay
    random = SplitMix64(seed: seed)
  }

  /// The network as the process sees it that `core` belongs to.
  public func transport(for core: PoolCore) -> MemoryTransport {
    MemoryTransport(network: self, core: core)
  }

  /// Breaks every connection that was accepted at `address`, for both ends and at once. The listener
  /// stays.
  public func reset(connectionsTo address: NetworkAddress) {
    listener(at: address)?.resetConnections()
  }

  func listener(at address: NetworkAddress) -> MemoryListener? {
    listeners[address]?.listener
  }

  /// - Throws: `EADDRINUSE`.
  func add(_ listener: MemoryListener, at address: NetworkAddress) throws(SystemError) {
    guard self.listener(at: address) == nil else {
      throw SystemError(call: "bind \(address)", errno: EADDRINUSE)
    }
    listeners[address] = Place(listener: listener)
  }

  func removeListener(at address: NetworkAddress) { listeners[address] = nil }

  /// A port that no listener of `host` has.
  func freePort(of host: String) -> UInt16 {
    repeat {
      nextPort = nextPort == .max ? 49152 : nextPort + 1
    } while listeners[NetworkAddress(host: host, port: nextPort)] != nil
    return nextPort
  }

  func nextDelay() -> Duration {
    let low = delay.lowerBound.saturatedNanoseconds
    let high = delay.upperBound.saturatedNanoseconds
    return .nanoseconds(Int64.random(in: low...high, using: &random))
  }
}
