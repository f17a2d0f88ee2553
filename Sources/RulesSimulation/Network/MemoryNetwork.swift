import Glibc
import RulesNetwork
import RulesRuntime

/// The network of a simulated world, and all that can go wrong in one: delivers in order, after delays
/// that its seed decides, by timers of the receiving core. All cores have the same clock.
///
/// An address is just a name here: `localhost:1` and `127.0.0.1:1` are two places, on two hosts. What
/// happens between two hosts is a matter of conditions, which may change at any time, and of events:
///
/// ```swift
/// var conditions = LinkConditions()
/// conditions.dropRate = 0.1
/// let network = MemoryNetwork(seed: 1, conditions: conditions, frameLength: lengthOfFirstFrame)
/// network.play(
///   NetworkScript([
///     .init(after: .seconds(1), .block(.held, .between(["a"], ["b"]))),
///     .init(after: .seconds(2), .unblock(.all)),
///   ]), on: core)
/// ```
///
/// The same seed and the same calls give the same run, in every process.
public final class MemoryNetwork {
  let frameLength: ((UnsafeRawBufferPointer) -> Int?)?
  private let log: RuleLog
  private var nextPort: UInt16 = 49152
  private var listeners: [NetworkAddress: Place] = [:]
  private var vanished: Set<String> = []
  private var links: LinkTable

  /// Whoever listens owns the listener; it ends with its owner.
  private struct Place {
    weak var listener: MemoryListener?
  }

  /// A number for all that has happened so far: two runs with different numbers differ somewhere.
  public private(set) var fingerprint: UInt64 = 0xcbf2_9ce4_8422_2325

  /// - Parameters:
  ///   - conditions: those of every link at first.
  ///   - log: gets each fault as a message of level `debug`.
  ///   - frameLength: the length in bytes of the frame that begins at the first byte, also when only its
  ///     beginning is there; nil while that leaves it open. Without it there are no faults of frames.
  public init(
    seed: UInt64, conditions: LinkConditions = LinkConditions(), log: RuleLog = .disabled,
    frameLength: ((UnsafeRawBufferPointer) -> Int?)? = nil
  ) {
    links = LinkTable(seed: seed, conditions: conditions)
    self.log = log
    self.frameLength = frameLength
  }

  /// The network as the process sees it that `core` belongs to.
  /// - Parameter host: where the process is. The hosts of the addresses at which it listens should be
  ///   the same.
  public func transport(for core: PoolCore, host: String = "127.0.0.1") -> MemoryTransport {
    MemoryTransport(network: self, core: core, host: host)
  }

  // MARK: - Faults

  /// Has something happen now.
  public func apply(_ event: NetworkEvent) {
    switch event {
    case .conditions(let conditions, let which):
      for lane in links.set(conditions, which).flatMap(\.lanes) { lane.conditionsChanged() }
    case .block(let block, let which):
      for lane in links.set(block, which).flatMap(\.lanes) { lane.blockChanged() }
    case .unblock(let which):
      for lane in links.set(nil, which).flatMap(\.lanes) { lane.blockChanged() }
    case .vanish(let host): vanish(host)
    case .appear(let host): vanished.remove(host)
    case .close(let byte, let which): links.add(.init(kind: .close, byte: byte), which)
    case .reset(let byte, let which): links.add(.init(kind: .reset, byte: byte), which)
    case .corrupt(let byte, let which): links.add(.init(kind: .corrupt, byte: byte), which)
    case .resetAll(let which):
      for lane in links.existing(which).flatMap(\.lanes) { lane.breakBothEnds() }
    }
  }

  /// Has the events of a script happen at their times, by timers of `core`, which is one that keeps
  /// running.
  public func play(_ script: NetworkScript, on core: PoolCore) {
    for step in script.steps {
      core.schedule(after: step.time) { [weak self] in self?.apply(step.event) }
    }
  }

  /// Breaks every connection that was accepted at `address`, for both ends and at once. The listener
  /// stays.
  public func reset(connectionsTo address: NetworkAddress) {
    listener(at: address)?.resetConnections()
  }

  // MARK: - Reports

  /// What has happened on all links.
  public var counters: NetworkCounters {
    links.inOrder.reduce(NetworkCounters()) { $0 + $1.counters }
  }

  /// What has happened to what was sent from one host to another.
  public func counters(from: String, to: String) -> NetworkCounters {
    links.existing(from: from, to: to)?.counters ?? NetworkCounters()
  }

  /// Something has happened that the fingerprint is to show.
  func mark(_ link: Link, at time: PoolInstant, _ mark: UInt64) {
    for number in [UInt64(bitPattern: time.nanoseconds), UInt64(link.number), mark] {
      fingerprint = (fingerprint ^ number) &* 0x0000_0100_0000_01b3
      fingerprint ^= fingerprint >> 29
    }
  }

  /// A fault.
  func note(_ link: Link, mark: UInt64, _ text: () -> String) {
    self.mark(link, at: .distantPast, mark)
    log.log(.debug, "\(link.from) -> \(link.to): \(text())")
  }

  // MARK: - Places and links

  func hasVanished(_ host: String) -> Bool { !vanished.isEmpty && vanished.contains(host) }

  func listener(at address: NetworkAddress) -> MemoryListener? { listeners[address]?.listener }

  /// - Throws: `EADDRINUSE`.
  func add(_ listener: MemoryListener) throws(SystemError) {
    guard self.listener(at: listener.address) == nil else {
      throw SystemError(call: "bind \(listener.address)", errno: EADDRINUSE)
    }
    listeners[listener.address] = Place(listener: listener)
  }

  func remove(_ listener: MemoryListener) {
    let current = self.listener(at: listener.address)
    if current == nil || current === listener { listeners[listener.address] = nil }
  }

  /// A port that no listener of `host` has.
  func freePort(of host: String) -> UInt16 {
    repeat {
      nextPort = nextPort == .max ? 49152 : nextPort + 1
    } while listeners[NetworkAddress(host: host, port: nextPort)] != nil
    return nextPort
  }

  /// - Parameter receiver: nil: what is sent is the client's.
  func lane(
    from: String, to: String, service: NetworkAddress, sender: MemoryConnection,
    receiver: MemoryConnection?, receiverCore: PoolCore
  ) -> Lane {
    Lane(
      network: self, link: links.link(from: from, to: to),
      reverse: links.link(from: to, to: from),
      service: service, sender: sender, receiver: receiver, receiverCore: receiverCore)
  }

  func takeTrap(on link: Link, in range: Range<Int>) -> LinkTable.Trap? {
    links.takeTrap(on: link, in: range)
  }

  /// Nobody listens where `client` wants to connect to.
  func refuse(_ client: MemoryConnection, from there: Link) {
    let back = links.link(from: there.to, to: there.from)
    there.counters.refusals += 1
    guard back.block == nil, !hasVanished(there.to) else {
      client.outgoing?.giveUpLater(after: .seconds(20))
      return
    }
    // The way back takes no time here.
    client.core.schedule(after: .zero) { [end = client.end] in
      end.connection?.fail(errno: ECONNREFUSED)
    }
  }

  private func vanish(_ host: String) {
    vanished.insert(host)
    for (address, place) in listeners where address.host == host {
      place.listener?.close()
      listeners[address] = nil
    }
    for link in links.inOrder where link.from == host || link.to == host {
      for lane in link.lanes {
        if link.from == host, lane.sender?.vanish() != nil { link.counters.vanished += 1 }
        if link.to == host { lane.giveUpLater(after: .seconds(25)) }
      }
    }
  }
}
