import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Appends to a log what comes over TCP: records of 100 bytes back to back. Answers with numbers of eight
/// bytes, little-endian, each how many more records of the connection are on all backups. In one pool
/// with the log's owner.
final class RawServer {
  static let recordBytes = 100
  /// Segments of durable records that stay in memory.
  private static let keptSegments: UInt64 = 8

  private let core: PoolCore
  private let transport: any Transport
  private let address: NetworkAddress
  private var owner: LogOwner?
  private var listener: (any TransportListener)?
  private var connections: [ObjectIdentifier: RawConnection] = [:]
  private var nextRequest: UInt64 = 0
  private var trimmed: UInt64 = 1

  /// Opens the log, then listens.
  /// - Parameter failed: called with the reason when either is not possible.
  init(
    core: PoolCore, configuration: LogConfiguration, address: NetworkAddress,
    failed: @escaping (any Error) -> Void
  ) throws {
    self.core = core
    self.address = address
    transport = try NetworkHost.system.makeTransport(core)
    // The log's calls go through the same poller: a pool sleeps in one.
    var configuration = configuration
    configuration.host = NetworkHost(
      makeTransport: { core in
        guard let poller = core.poller as? EpollPoller else { fatalError("the pool has no poller") }
        return TCPTransport(core: core, poller: poller)
      }, random: NetworkHost.system.random)
    owner = try LogOwner(core: core, configuration: configuration) { [weak self] result in
      do {
        try result.get()
        try self?.listen()
      } catch {
        failed(error)
      }
    }
  }

  private func listen() throws {
    listener = try transport.listen(at: address) { [weak self] in self?.accept($0) }
  }

  private func accept(_ transport: any TransportConnection) {
    let connection = RawConnection(
      transport,
      append: { [weak self] in self?.append($0, $1) },
      ended: { [weak self] in self?.connections[ObjectIdentifier($0)] = nil })
    connections[ObjectIdentifier(connection)] = connection
  }

  private func append(_ records: [[UInt8]], _ connection: RawConnection) {
    nextRequest += 1
    owner?.append(records, id: nextRequest) { [weak self, weak connection] result in
      guard let positions = try? result.get() else {
        connection?.end()
        return
      }
      connection?.noteDurable(positions.count)
      self?.trim(before: positions.last?.segment ?? 0)
    }
  }

  /// What is measured is a log that lives for long: it does not grow for ever.
  private func trim(before segment: UInt64) {
    guard segment > trimmed + 2 * Self.keptSegments else { return }
    trimmed = segment - Self.keptSegments
    owner?.trim(before: trimmed)
  }
}
