import AllocationCount
import NetworkFloor
import RulesNetwork
import RulesRuntime

/// A pool that calls servers of benchmarks.
final class Caller {
  private let core: PoolCore
  private let client: RPCClient
  private var rpcs: [RPC] = []
  private var round: Round?
  private var times: [UInt32] = []

  /// A measurement that is under way.
  private struct Round {
    var remaining: Int
    var unanswered: Int
    var began: PoolInstant
    var begin: () -> Void
    var end: ([UInt32]) -> Void
  }

  init(_ core: PoolCore, processor: Int32) throws {
    floor_pin(processor)
    let poller = try EpollPoller()
    core.poller = poller
    self.core = core
    client = RPCClient(core: core, transport: TCPTransport(core: core, poller: poller))
  }

  /// Calls every server with so many bytes, waits for all of them; `count` times.
  /// - Parameter end: gets the ns that each took.
  func echo(
    _ servers: [NetworkAddress], length: Int, count: Int, end: @escaping ([UInt32]) -> Void
  ) {
    let body = [UInt8](repeating: 7, count: length)
    while rpcs.count < servers.count { rpcs.append(RPC()) }
    times = []
    times.reserveCapacity(count)
    for rpc in rpcs {
      rpc.onReady = { [unowned self] rpc in
        guard case .ok = rpc.outcome else { fatalError("\(String(describing: rpc.outcome))") }
        answered()
      }
    }
    round = Round(
      remaining: count, unanswered: 0, began: core.clock.now,
      begin: { [unowned self] in
        for (rpc, server) in zip(rpcs, servers) {
          client.start(rpc, .address(server), opcode: Opcode.echo.rawValue) { $0.raw(body) }
        }
      }, end: end)
    begin(servers.count)
  }

  private func begin(_ calls: Int) {
    round?.unanswered = calls
    round?.began = core.clock.now
    round?.begin()
  }

  private func answered() {
    round?.unanswered -= 1
    guard let now = round, now.unanswered == 0 else { return }
    times.append(UInt32(clamping: (core.clock.now - now.began).saturatedNanoseconds))
    round?.remaining -= 1
    if now.remaining > 1 { return begin(rpcs.count) }
    round = nil
    now.end(times)
  }

  /// How many allocations a server has made.
  func allocations(of server: NetworkAddress, end: @escaping (UInt64) -> Void) {
    client.start(.address(server), opcode: Opcode.allocations.rawValue, head: []) { rpc in
      guard case .ok(let body) = rpc.outcome else { return end(0) }
      var reader = WireReader(body)
      end((try? reader.uint64()) ?? 0)
    }
  }

  /// Streams messages of 1 MiB out of 8 MiB to a server, at most `window` of them unanswered.
  /// - Parameter end: gets the ns it took.
  func stream(
    to server: NetworkAddress, message: Int, window: Int, count: Int, end: @escaping (Int64) -> Void
  ) {
    let segment = UnsafeMutableRawBufferPointer.allocate(byteCount: 8 << 20, alignment: 4096)
    _ = segment.initializeMemory(as: UInt8.self, repeating: 3)
    while rpcs.count < window { rpcs.append(RPC()) }
    var sent = 0
    var answered = 0
    let began = core.clock.now
    func send(_ rpc: RPC) {
      let start = sent * message % (segment.count - message + 1)
      sent += 1
      client.start(
        rpc, .address(server), opcode: Opcode.take.rawValue,
        payload: UnsafeRawBufferPointer(rebasing: segment[start..<start + message])
      ) { $0.uint64(UInt64(start)) }
    }
    for rpc in rpcs.prefix(window) {
      rpc.onReady = { [unowned self] rpc in
        guard case .ok = rpc.outcome else { fatalError("\(String(describing: rpc.outcome))") }
        answered += 1
        if sent < count { return send(rpc) }
        guard answered == count else { return }
        segment.deallocate()
        end((core.clock.now - began).saturatedNanoseconds)
      }
      if sent < count { send(rpc) }
    }
  }
}
