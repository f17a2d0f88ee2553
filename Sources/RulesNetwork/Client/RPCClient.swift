public import RulesRuntime

/// Starts RPCs to servers by id, over one connection a server, many RPCs a connection.
///
/// No order between RPCs. When a connection breaks, the client reconnects with back-off and sends
/// every unfinished request again, until `remove` or `cancel`: as long as both processes live and are
/// not apart for longer than `RPCLimits.sessionTime`, the server does each request once and gives the
/// same answer again; else it may do one a second time, so handlers are idempotent. A slow RPC does not
/// time out, but a silent server is probed. Belongs to the pool's thread.
public final class RPCClient {
  /// What happened so far.
  public struct Statistics: Hashable, Sendable {
    /// RPCs started.
    public var started: UInt64 = 0
    /// Replies that nothing waited for: their RPC was cancelled, or the server made them up.
    public var strayReplies: UInt64 = 0
    /// Failures to connect, and connections that broke.
    public var unreachable: UInt64 = 0
  }

  // `@exclusivity(unchecked)`: sound for the reason that `FrameStream` has.

  /// Called when connecting to a known server is refused or its connection is reset or closed:
  /// somebody who watches for failures wants to know at once. On the pool's thread, again for each
  /// failed attempt.
  public var onUnreachable: ((ServerKey, String) -> Void)?
  /// Counts, as of now.
  public private(set) var statistics = Statistics()
  private let core: PoolCore
  private let transport: any Transport
  private let endpoint: RPCEndpoint
  private let buffer = ReceiveBuffer()
  private var channels: [ServerKey: RPCChannel] = [:]
  private var nextChannel: UInt64 = 1
  @exclusivity(unchecked) private var nextID: UInt64 = 1
  @exclusivity(unchecked) private var isClosed = false

  /// A client without connections.
  public init(core: PoolCore, transport: any Transport, endpoint: RPCEndpoint = RPCEndpoint()) {
    self.core = core
    self.transport = transport
    self.endpoint = endpoint
  }

  deinit { close() }

  /// Makes a server known under its address. Known already: no effect. A server that is addressed by
  /// its address (how one meets the coordinator) need not be added.
  public func add(_ server: ServerKey, at address: NetworkAddress) {
    add(server, at: [address])
  }

  /// Makes a server known that is at one of several addresses, such as a leader among processes that
  /// stand by and accept no connection: a connection that fails or breaks is made to the next one.
  /// Known already, or no address: no effect.
  public func add(_ server: ServerKey, at addresses: [NetworkAddress]) {
    guard !isClosed, channels[server] == nil, !addresses.isEmpty else { return }
    channels[server] = RPCChannel(
      number: nextChannel, key: server, addresses: addresses, core: core, transport: transport,
      endpoint: endpoint, buffer: buffer,
      reports: RPCChannel.Reports(
        unreachable: { [unowned self] reason in report(server, reason) },
        isAnotherServer: { [unowned self] in remove(server) },
        strayReply: { [unowned self] in statistics.strayReplies += 1 },
        nextID: { [unowned self] in takeID() }))
    nextChannel += 1
  }

  /// The server left: every RPC to it ends with `targetLeft` before this returns, its connection
  /// closes, and further RPCs to it end with `targetLeft` too. Idempotent.
  public func remove(_ server: ServerKey) {
    guard let channel = channels.removeValue(forKey: server) else { return }
    for rpc in channel.abandon() { rpc.end(.targetLeft) }
  }

  /// Starts an RPC that is not under way. `head` writes the beginning of the body, at most 64 KiB;
  /// `payload` follows it without being copied, and must stay valid and unchanged until the RPC is
  /// ready or cancelled (the caller's segment memory); if part of it has left by then, the rest is
  /// copied. Head and payload have at most 16 MiB.
  ///
  /// Every end comes later, by `outcome` and `onReady`; `onReady` may run inside `remove` and `close`.
  /// Allocates nothing once the RPC's memory and the connection's have grown.
  /// - Parameter payloadChecksum: CRC-32C of the payload, if it is known.
  public func start(
    _ rpc: RPC, _ server: ServerKey, opcode: UInt16, payload: UnsafeRawBufferPointer? = nil,
    payloadChecksum: UInt32? = nil, trace: RPCTrace = .none, head: (inout WireWriter) -> Void
  ) {
    statistics.started += 1
    rpc.prepare(
      opcode: opcode, payload: payload, payloadChecksum: payloadChecksum, trace: trace,
      writeHead: head)
    if isClosed { return fail(rpc, .failed(.clientClosed)) }
    let limits = endpoint.limits
    guard rpc.byteCount <= limits.body else {
      return fail(rpc, .failed(.bodyTooLong(rpc.byteCount, limit: limits.body)))
    }
    guard let channel = channel(of: server) else { return fail(rpc, .targetLeft) }
    guard channel.unfinishedCount < limits.unfinishedRPCs,
      channel.unfinishedBytes + rpc.byteCount <= limits.unfinishedBytes
    else { return fail(rpc, .failed(.tooManyUnfinished(channel.unfinishedCount))) }
    channel.start(rpc, id: takeID())
  }

  /// Starts an RPC of its own object, whose body is `head` and `payload`.
  /// - Parameters:
  ///   - payloadChecksum: CRC-32C of the payload, if it is known.
  ///   - destination: see `RPC.destination`.
  ///   - onReady: see `RPC.onReady`.
  @discardableResult
  public func start(
    _ server: ServerKey, opcode: UInt16, head: [UInt8],
    payload: UnsafeRawBufferPointer? = nil, payloadChecksum: UInt32? = nil,
    destination: UnsafeMutableRawBufferPointer? = nil, trace: RPCTrace = .none,
    onReady: @escaping (RPC) -> Void
  ) -> RPC {
    let rpc = RPC()
    rpc.onReady = onReady
    rpc.destination = destination
    start(
      rpc, server, opcode: opcode, payload: payload, payloadChecksum: payloadChecksum, trace: trace
    ) { $0.raw(head) }
    return rpc
  }

  /// Ends every RPC with `failed` before it returns and closes all connections. Idempotent.
  public func close() {
    isClosed = true
    // In a fixed order, so that a simulation repeats itself.
    let rpcs = channels.values.sorted { $0.number < $1.number }.flatMap { $0.abandon() }
    channels = [:]
    for rpc in rpcs.sorted(by: { $0.id < $1.id }) { rpc.end(.failed(.clientClosed)) }
  }

  private func channel(of server: ServerKey) -> RPCChannel? {
    if let channel = channels[server] { return channel }
    guard case .address(let address) = server else { return nil }
    add(server, at: address)
    return channels[server]
  }

  private func takeID() -> UInt64 {
    defer { nextID += 1 }
    return nextID
  }

  /// An RPC that has ended before it could begin; says so in the pool's next turn.
  private func fail(_ rpc: RPC, _ outcome: RPCOutcome) {
    rpc.isFailing = true
    core.schedule(after: .zero) { rpc.end(outcome) }
  }

  private func report(_ server: ServerKey, _ reason: String) {
    statistics.unreachable += 1
    core.log.log(.debug, "\(server) is unreachable: \(reason)")
    onUnreachable?(server, reason)
  }
}
