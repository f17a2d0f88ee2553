import RulesNetwork
import RulesRuntime
import RulesSimulation
import Testing

@Suite("RPCs over a network with faults")
struct FaultyRPCTests {
  /// What a request's body says is its number; every third one is refused, every seventh answered late.
  private final class Ledger {
    /// How often each request was done.
    var done: [Int] = []
    private let core: PoolCore

    init(count: Int, core: PoolCore) {
      done = Array(repeating: 0, count: count)
      self.core = core
    }

    func handle(_ request: RPCRequest) {
      let number = Self.number(request.body)
      done[number] += 1
      if number % 7 == 3 {
        core.schedule(after: .milliseconds(700)) { self.answer(request, number) }
      } else {
        answer(request, number)
      }
    }

    private func answer(_ request: RPCRequest, _ number: Int) {
      if number % 3 == 0 {
        request.refuse(code: UInt16(number), message: "no")
      } else {
        request.reply(Self.body(number, size: number * 131 % 40_000))
      }
    }

    static func body(_ number: Int, size: Int) -> [UInt8] {
      [UInt8(number & 255), UInt8(number >> 8)]
        + (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ number) }
    }

    static func number(_ body: [UInt8]) -> Int { Int(body[0]) + Int(body[1]) << 8 }

    static func expected(_ number: Int) -> RPCOutcome {
      number % 3 == 0
        ? .refused(.application(code: UInt16(number), message: "no"))
        : .ok(body(number, size: number * 131 % 40_000))
    }
  }

  /// Makes calls under these conditions, then heals the network.
  private func run(
    seed: UInt64, count: Int = 120, _ conditions: LinkConditions, keys: [ClusterKey] = [],
    clients: Int = 1
  ) throws -> NetworkCounters {
    let world = FaultyRPCWorld(seed: seed, conditions)
    let ledger = Ledger(count: count, core: world.serverCore)
    let server = try world.server(keys: keys) { ledger.handle($0) }
    let clients = (0..<clients).map { _ in world.client(keys: keys) }
    var rpcs: [RPC] = []
    for number in 0..<count {
      rpcs.append(
        clients[number % clients.count].start(
          .address(world.address), opcode: 1, head: Ledger.body(number, size: number * 97 % 30_000)
        ) { _ in })
      if number % 5 == 0 { world.run(for: .milliseconds(20)) }
    }
    world.run(for: .seconds(8))
    world.network.apply(.conditions(LinkConditions(), .all))
    #expect(world.run { rpcs.allSatisfy(\.isReady) }, "seed \(seed)")
    for (number, rpc) in rpcs.enumerated() {
      #expect(rpc.outcome == Ledger.expected(number), "seed \(seed), RPC \(number)")
    }
    #expect(ledger.done.allSatisfy { $0 == 1 }, "seed \(seed): \(ledger.done)")
    #expect(server.statistics.handled == UInt64(count))
    return world.network.counters
  }

  private func conditions(_ change: (inout LinkConditions) -> Void) -> LinkConditions {
    var conditions = LinkConditions()
    change(&conditions)
    return conditions
  }

  @Test(
    "Every call ends as if the network were perfect, and is done once", arguments: UInt64(1)...6)
  func everything(seed: UInt64) throws {
    let counters = try run(
      seed: seed,
      conditions {
        $0.largestPiece = 9_000
        $0.slowRate = 0.01
        $0.corruptionRate = 0.01
        $0.closeRate = 0.01
        $0.resetRate = 0.01
        $0.dropRate = 0.02
        $0.duplicateRate = 0.02
        $0.reorderRate = 0.02
        $0.replayRate = 0.05
      })
    #expect(counters.connections > 1 && counters.cut > 0)
  }

  @Test("Lost frames are missed, and asked for again", arguments: UInt64(1)...3)
  func lost(seed: UInt64) throws {
    #expect(try run(seed: seed, conditions { $0.dropRate = 0.05 }).dropped > 0)
  }

  @Test("A frame that comes twice ends the connection, not the call", arguments: UInt64(1)...3)
  func duplicated(seed: UInt64) throws {
    #expect(try run(seed: seed, conditions { $0.duplicateRate = 0.05 }).duplicated > 0)
  }

  @Test("Frames out of order are not acted on", arguments: UInt64(1)...3)
  func reordered(seed: UInt64) throws {
    #expect(try run(seed: seed, conditions { $0.reorderRate = 0.05 }).reordered > 0)
  }

  @Test("Old frames on a newer connection are not acted on", arguments: UInt64(1)...3)
  func replayed(seed: UInt64) throws {
    let counters = try run(
      seed: seed,
      conditions {
        $0.replayRate = 0.2
        $0.resetRate = 0.02
        $0.replayDelay = .milliseconds(10)...(.seconds(1))
      })
    #expect(counters.replayedOnNewerConnection > 0)
  }

  @Test(
    "Old frames of another client on the same host are not acted on",
    arguments: [UInt64(2), 39, 40])
  func replayedOfOthers(seed: UInt64) throws {
    let counters = try run(
      seed: seed,
      conditions {
        $0.replayRate = 0.5
        $0.dropRate = 0.25
        $0.resetRate = 0.02
        $0.replayDelay = .milliseconds(1)...(.milliseconds(100))
      }, clients: 3)
    #expect(counters.replayedOnNewerConnection > 0)
  }

  @Test("Flipped bits are never believed", arguments: UInt64(1)...3)
  func corrupted(seed: UInt64) throws {
    #expect(try run(seed: seed, conditions { $0.corruptionRate = 0.05 }).corrupted > 0)
  }

  @Test("The same holds where both ends prove a key", arguments: UInt64(1)...3)
  func withKeys(seed: UInt64) throws {
    let keys = [TestKeys.client]
    let counters = try run(
      seed: seed,
      conditions {
        $0.resetRate = 0.02
        $0.duplicateRate = 0.02
        $0.corruptionRate = 0.02
      }, keys: keys)
    #expect(counters.reset > 0)
  }

  @Test("A silent server is probed, and left after five seconds")
  func silence() throws {
    let world = FaultyRPCWorld(seed: 1)
    var kept: [RPCRequest] = []
    let server = try world.server { kept.append($0) }
    let client = world.client()
    let rpc = client.start(.address(world.address), opcode: 1, head: [1]) { _ in }
    #expect(world.run { kept.count == 1 })
    // Slow is not silent: the server answers the probes.
    world.run(for: .seconds(30))
    #expect(client.statistics.unreachable == 0)
    world.network.apply(.block(.lost, .from("b")))
    var reasons: [String] = []
    client.onUnreachable = { reasons.append($1) }
    let start = world.world.clock.now
    #expect(world.run { !reasons.isEmpty })
    #expect(reasons.first == "silent for 5.0 seconds")
    #expect(world.world.clock.now - start < .seconds(8))
    world.network.apply(.unblock(.all))
    kept[0].reply([2])
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok([2]))
    #expect(server.statistics.handled == 1)
  }

  @Test("A partition of any length delays calls, and nothing is done twice while sessions last")
  func partition() throws {
    let world = FaultyRPCWorld(seed: 2)
    var done = 0
    let server = try world.server {
      done += 1
      $0.reply([])
    }
    let client = world.client()
    let before = client.start(.address(world.address), opcode: 1, head: []) { _ in }
    #expect(world.run { before.isReady })
    world.network.apply(.block(.lost, .between(["a"], ["b"])))
    let during = client.start(.address(world.address), opcode: 1, head: []) { _ in }
    world.run(for: .seconds(40))
    #expect(!during.isReady)
    world.network.apply(.unblock(.all))
    #expect(world.run { during.isReady })
    #expect(done == 2 && server.statistics.handled == 2)
  }

  @Test("A server forgets a client that does not come back")
  func forgottenSession() throws {
    let world = FaultyRPCWorld(seed: 3)
    var kept: [RPCRequest] = []
    var cancelled = 0
    let server = try world.server {
      kept.append($0)
      $0.onCancel { cancelled += 1 }
    }
    var client: RPCClient? = world.client()
    client?.start(.address(world.address), opcode: 1, head: []) { _ in }
    #expect(world.run { kept.count == 1 })
    client = nil
    #expect(world.run { server.connectionCount == 0 })
    #expect(server.sessionCount == 1 && cancelled == 0)
    world.run(for: .seconds(61))
    #expect(server.sessionCount == 0 && cancelled == 1 && kept[0].isCancelled)
    kept[0].reply([1])
  }
}
