public import RulesRuntime

/// Starts RPCs to servers by id, over one connection a server, many RPCs a connection.
///
/// At least once, no order between RPCs: when a connection breaks, the client reconnects with
/// back-off and sends every unfinished request again, until `remove` or `cancel`. So handlers are
/// idempotent. A slow RPC does not time out. Belongs to the pool's thread.
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

  /// Called when connecting to a known server is refused or its connection is reset or closed:
  /// somebody who watches for failures wants to know at once. On the pool's thread, again for each
  /// failed attempt.
  public var onUnreachable: ((ServerKey, String) -> Void)?
  /// Counts, as of now.
  public private(set) var statistics = Statistics()
  private let core: PoolCore
  private let transport: any Transport
  private let limits: RPCLimits
  private var channels: [ServerKey: RPCChannel] = [:]
  private var nextChannel: UInt64 = 1
  private var nextID: UInt64 = 1
  private var isClosed = false

  /// A client without connections.
  public init(core: PoolCore, transport: any Transport, limits: RPCLimits = RPCLimits()) {
    self.core = core
    self.transport = transport
    self.limits = limits
  }

  deinit { close() }

  /// Makes a server known under its address. Known already: no effect. A server that is addressed by
  /// its address (how one meets the coordinator) need not be added.
  public func add(_ server: ServerKey, at address: NetworkAddress) {
    guard !isClosed, channels[server] == nil else { return }
    channels[server] = RPCChannel(
      number: nextChannel, key: server, address: address, core: core, transport: transport,
      limits: limits,
      reports: RPCChannel.Reports(
        unreachable: { [weak self] reason in self?.report(server, reason) },
        isAnotherServer: { [weak self] in self?.remove(server) },
        strayReply: { [weak self] in self?.statistics.strayReplies += 1 }))
    nextChannel += 1
  }

  /// The server left: every RPC to it ends with `targetLeft` before this returns, its connection
  /// closes, and further RPCs to it end with `targetLeft` too. Idempotent.
  public func remove(_ server: ServerKey) {
    guard let channel = channels.removeValue(forKey: server) else { return }
    for rpc in channel.abandon() { rpc.end(.targetLeft) }
  }

  /// Starts an RPC. `head` and `payload` are sent as one body, at most 16 MiB, without being copied;
  /// `payload` must stay valid and unchanged until the RPC is ready or cancelled (the caller's
  /// segment memory). If part of it has left by then, the rest is copied.
  /// `onReady` runs on the pool's thread, once, never inside `start`, after `outcome` is set. It runs
  /// inside `remove` and `close`.
  @discardableResult
  public func start(
    _ server: ServerKey, opcode: UInt16, head: [UInt8],
    payload: UnsafeRawBufferPointer? = nil, onReady: @escaping (RPC) -> Void
  ) -> RPC {
    statistics.started += 1
    let length = head.count + (payload?.count ?? 0)
    guard !isClosed else { return failed(.failed("the client is closed"), onReady) }
    guard length <= limits.body else {
      return failed(.failed("body of \(length) bytes, limit \(limits.body)"), onReady)
    }
    if case .address(let address) = server { add(server, at: address) }
    guard let channel = channels[server] else { return failed(.targetLeft, onReady) }
    guard channel.unfinishedCount < limits.unfinishedRPCs else {
      return failed(.failed("\(channel.unfinishedCount) RPCs are unfinished"), onReady)
    }
    let rpc = RPC(id: nextID, opcode: opcode, head: head, payload: payload, onReady: onReady)
    nextID += 1
    channel.start(rpc)
    return rpc
  }

  /// Ends every RPC with `failed` before it returns and closes all connections. Idempotent.
  public func close() {
    isClosed = true
    // In a fixed order, so that a simulation repeats itself.
    let rpcs = channels.values.sorted { $0.number < $1.number }.flatMap { $0.abandon() }
    channels = [:]
    for rpc in rpcs.sorted(by: { $0.id < $1.id }) { rpc.end(.failed("the client was closed")) }
  }

  /// An RPC that has ended before it could begin; says so in the pool's next turn.
  private func failed(_ outcome: RPCOutcome, _ onReady: @escaping (RPC) -> Void) -> RPC {
    let rpc = RPC(failing: onReady)
    core.schedule(after: .zero) { rpc.end(outcome) }
    return rpc
  }

  private func report(_ server: ServerKey, _ reason: String) {
    statistics.unreachable += 1
    core.log.log(.debug, "\(server) is unreachable: \(reason)")
    onUnreachable?(server, reason)
  }
}
