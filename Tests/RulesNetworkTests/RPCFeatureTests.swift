import Testing

@testable import RulesNetwork
@testable import RulesRuntime

@Suite("What RPCs can do besides")
struct RPCFeatureTests {
  @Test("A server that says 'later' is asked again, as a new request", arguments: Network.allCases)
  func retry(on network: Network) throws {
    let world = try TestWorld(network)
    var times: [PoolInstant] = []
    let server = try world.server {
      times.append(world.core.now)
      if times.count < 3 { $0.retry(after: .milliseconds(40)) } else { $0.reply($0.body) }
    }
    let client = world.client()
    let rpc = client.call(server.address, [9])
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok([9]))
    #expect(times.count == 3)
    #expect(zip(times.dropFirst(), times).allSatisfy { $0 - $1 >= .milliseconds(40) })
    #expect(server.statistics.repeated == 0)
  }

  @Test(
    "A server at one of several addresses is found, and found again where it is next",
    arguments: Network.allCases)
  func severalAddresses(on network: Network) throws {
    let world = try TestWorld(network)
    let nobody = try world.unusedAddress()
    let first = try world.echoServer()
    let second = try world.server { $0.reply([2]) }
    let client = world.client()
    client.add(.address(nobody), at: [nobody, first.address, second.address])
    let found = client.call(nobody, [9])
    #expect(world.run { found.isReady })
    #expect(found.outcome == .ok([9]))
    first.close()
    let again = client.call(nobody, [9])
    #expect(world.run { again.isReady })
    #expect(again.outcome == .ok([2]))
  }

  @Test(
    "A checksum that the caller knows is sent as it is, and the handler has that of the body",
    arguments: Network.allCases)
  func knownChecksum(on network: Network) throws {
    let world = try TestWorld(network)
    var bodies: [(checksum: UInt32, body: [UInt8])] = []
    let server = try world.server {
      bodies.append(($0.bodyChecksum, $0.body))
      $0.reply([])
    }
    let client = world.client()
    let payload = [UInt8](repeating: 7, count: fewBytesOfChecksum + 1)
    try payload.withUnsafeBytes { payload in
      func call(_ checksum: UInt32) -> RPC {
        client.start(
          .address(server.address), opcode: 1, head: [1, 2], payload: payload,
          payloadChecksum: checksum
        ) { _ in }
      }
      let right = call(crc32c(payload))
      #expect(world.run { right.isReady })
      let body = try #require(bodies.first)
      #expect(body.body == [1, 2] + payload)
      #expect(body.checksum == body.body.withUnsafeBytes { crc32c($0) })
      // The server takes it for damage on the way.
      let wrong = call(crc32c(payload) ^ 1)
      world.run(for: .milliseconds(100))
      #expect(!wrong.isReady)
      #expect(bodies.count == 1)
      wrong.cancel()
    }
  }

  @Test("A resting RPC can be cancelled, and fails with its client", arguments: Network.allCases)
  func cancelResting(on network: Network) throws {
    let world = try TestWorld(network)
    var asked = 0
    let server = try world.server {
      asked += 1
      $0.retry(after: .milliseconds(30))
    }
    let client = world.client()
    let rpc = client.call(server.address)
    let other = client.call(server.address)
    #expect(world.run { asked == 2 })
    world.run(for: .milliseconds(10))
    rpc.cancel()
    world.run(for: .milliseconds(100))
    #expect(!rpc.isReady && !rpc.isUnderWay)
    client.close()
    #expect(other.outcome == .failed(.clientClosed))
  }

  @Test("A cancelled request is told to the handler that keeps it", arguments: Network.allCases)
  func cancelReaches(on network: Network) throws {
    let world = try TestWorld(network)
    var kept: [RPCRequest] = []
    var cancelled = 0
    let server = try world.server {
      kept.append($0)
      $0.onCancel { cancelled += 1 }
    }
    let client = world.client()
    let rpc = client.call(server.address)
    #expect(world.run { kept.count == 1 })
    #expect(!kept[0].isCancelled)
    rpc.cancel()
    #expect(world.run { cancelled == 1 })
    #expect(kept[0].isCancelled)
    kept[0].reply([1])
    world.run(for: .milliseconds(20))
    #expect(client.statistics.strayReplies == 0 && server.heldBytes == 0)
  }

  @Test("A caller that is no member is told so", arguments: Network.allCases)
  func notMember(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.server { $0.refuseCaller() }
    let rpc = world.client()
    let call = rpc.call(server.address)
    #expect(world.run { call.isReady })
    #expect(call.outcome == .callerNotMember)
  }

  @Test("One RPC object makes call after call", arguments: Network.allCases)
  func reuse(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.echoServer()
    let client = world.client()
    let rpc = RPC()
    var ends = 0
    rpc.onReady = { _ in ends += 1 }
    for number in UInt8(0)..<20 {
      client.start(rpc, .address(server.address), opcode: 1) { $0.uint8(number) }
      #expect(rpc.outcome == nil && rpc.isUnderWay)
      #expect(world.run { rpc.isReady })
      #expect(rpc.outcome == .ok([number]))
    }
    #expect(ends == 20)
    client.start(rpc, .address(server.address), opcode: 1) { $0.uint8(1) }
    rpc.cancel()
    client.start(rpc, .address(server.address), opcode: 1) { $0.uint8(2) }
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok([2]) && ends == 21)
  }

  @Test("A trace travels with the request", arguments: Network.allCases)
  func trace(on network: Network) throws {
    let world = try TestWorld(network)
    var traces: [RPCTrace] = []
    let server = try world.server {
      traces.append($0.trace)
      $0.reply([])
    }
    let client = world.client()
    let trace = RPCTrace(high: 1, low: 2, span: 3)
    let rpc = client.start(.address(server.address), opcode: 1, head: [], trace: trace) { _ in }
    #expect(world.run { rpc.isReady })
    #expect(traces == [trace])
  }

  @Test("What a reply brings about goes back to what sent the request", arguments: Network.allCases)
  func causality(on network: Network) throws {
    let world = try TestWorld(network)
    var asked = 0
    let server = try world.server {
      asked += 1
      if asked == 1 { $0.retry(after: .milliseconds(1)) } else { $0.reply([]) }
    }
    let client = world.client()
    var origins: [CauseOrigin] = []
    let rpc = world.core.perform(.event, from: CauseOrigin(bits: 7)) {
      client.start(.address(server.address), opcode: 1, head: []) { _ in
        origins.append(world.core.origin)
      }
    }
    #expect(world.run { rpc.isReady })
    #expect(origins == [CauseOrigin(bits: 7)] && asked == 2)
    #expect(world.core.origin == .none)
  }

  @Test("Payloads are received where the server says", arguments: Network.allCases, [100, 200_000])
  func placedPayload(on network: Network, size: Int) throws {
    let world = try TestWorld(network)
    let segment = UnsafeMutableRawBufferPointer.allocate(byteCount: size + 8, alignment: 8)
    defer { segment.deallocate() }
    _ = segment.initializeMemory(as: UInt8.self, repeating: 0xee)
    var placed: [(body: [UInt8], count: Int)] = []
    let server = try world.server {
      placed.append(($0.body, $0.placedCount))
      $0.reply([])
    }
    server.placePayload = { opcode, head, count in
      #expect(opcode == 5 && Array(head) == [1, 2] && count == size)
      return RPCMemory(UnsafeMutableRawBufferPointer(rebasing: segment[..<count]), owner: nil)
    }
    let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    let client = world.client()
    payload.withUnsafeBytes { payload in
      let rpc = client.start(
        .address(server.address), opcode: 5, head: [1, 2], payload: payload
      ) { _ in }
      #expect(world.run { rpc.isReady })
      #expect(rpc.outcome == .ok([]))
    }
    #expect(placed.count == 1 && placed[0].body == [1, 2] && placed[0].count == size)
    #expect(Array(segment[..<size]) == payload)
    #expect(segment[size...].allSatisfy { $0 == 0xee })
  }

  @Test("Replies are received where the caller says", arguments: Network.allCases, [10, 200_000])
  func placedReply(on network: Network, size: Int) throws {
    let world = try TestWorld(network)
    let answer = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 11) }
    let server = try world.server { $0.reply(answer) }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
    defer { memory.deallocate() }
    let client = world.client()
    let rpc = RPC()
    rpc.destination = memory
    client.start(rpc, .address(server.address), opcode: 1) { _ in }
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok([]) && rpc.placedCount == size)
    #expect(Array(memory) == answer)
    // What does not fit comes as it would otherwise.
    rpc.destination = UnsafeMutableRawBufferPointer(rebasing: memory[..<5])
    client.start(rpc, .address(server.address), opcode: 1) { _ in }
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok(answer) && rpc.placedCount == 0)
  }

  @Test("Cancelled while its reply comes, an RPC leaves the caller's memory alone")
  func cancelWhilePlacing() throws {
    let world = try TestWorld(.memory)
    let server = try world.server { $0.reply([UInt8](repeating: 7, count: 1 << 20)) }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 8)
    defer { memory.deallocate() }
    _ = memory.initializeMemory(as: UInt8.self, repeating: 0)
    let client = world.client()
    let rpc = RPC()
    rpc.destination = memory
    client.start(rpc, .address(server.address), opcode: 1) { _ in }
    #expect(world.run { memory[0] == 7 })
    #expect(!rpc.isReady)
    rpc.cancel()
    _ = memory.initializeMemory(as: UInt8.self, repeating: 9)
    let next = client.call(server.address)
    #expect(world.run { next.isReady })
    #expect(memory.allSatisfy { $0 == 9 })
  }

  @Test("Too many requests in all are refused, not kept", arguments: Network.allCases)
  func overload(on network: Network) throws {
    let world = try TestWorld(network)
    var limits = RPCLimits()
    limits.requestsOfServer = 10
    var kept: [RPCRequest] = []
    let server = try world.server(limits: limits) { kept.append($0) }
    let clients = (0..<3).map { _ in world.client() }
    let rpcs = clients.flatMap { client in (0..<6).map { _ in client.call(server.address) } }
    #expect(world.run { rpcs.filter(\.isReady).count == 8 })
    #expect(rpcs.filter(\.isReady).allSatisfy { $0.outcome == .refused(.overloaded) })
    #expect(kept.count == 10 && server.statistics.overloads == 8)
    for request in kept { request.reply([]) }
    #expect(world.run { rpcs.allSatisfy(\.isReady) })
    let after = clients[0].call(server.address)
    #expect(world.run { kept.count == 11 })
    kept[10].reply([])
    #expect(world.run { after.isReady })
  }

  @Test("A payload for which there is no room is refused and not kept", arguments: Network.allCases)
  func noRoom(on network: Network) throws {
    let world = try TestWorld(network)
    var limits = RPCLimits()
    limits.heldBytesOfServer = 1 << 20
    var handled = 0
    let server = try world.server(limits: limits) {
      handled += 1
      $0.reply([])
    }
    let client = world.client()
    let large = client.call(server.address, [UInt8](repeating: 1, count: 2 << 20))
    #expect(world.run { large.isReady })
    #expect(large.outcome == .refused(.overloaded) && handled == 0)
    let small = client.call(server.address, [1])
    #expect(world.run { small.isReady })
    #expect(small.outcome == .ok([]) && client.statistics.unreachable == 0)
  }

  @Test("Whoever connects and says nothing makes room for others", arguments: Network.allCases)
  func newcomers(on network: Network) throws {
    let world = try TestWorld(network)
    var limits = RPCLimits()
    limits.handshakes = 5
    limits.helloTime = .seconds(60)
    let server = try world.echoServer(limits: limits)
    let silent = try (0..<20).map { _ in try RawPeer(connectingTo: server.address, in: world) }
    for peer in silent { peer.send([UInt8](TestFrame.hello.prefix(40))) }
    #expect(world.run { silent.filter(\.isClosed).count == 15 })
    #expect(server.connectionCount == 5)
    let rpc = world.client().call(server.address, [1])
    #expect(world.run { rpc.isReady })
  }

  @Test("Numbers find their objects whatever is removed", arguments: UInt64(1)...5)
  func idTable(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var table = IDTable<RPC>()
    var model: [UInt64: RPC] = [:]
    for _ in 0..<3000 {
      let id = UInt64.random(in: 1...200, using: &random)
      switch Int.random(in: 0...2, using: &random) {
      case 0:
        let rpc = RPC()
        table[id] = rpc
        model[id] = rpc
      case 1:
        #expect(table.remove(id) === model.removeValue(forKey: id))
      default:
        #expect(table[id] === model[id])
      }
      #expect(table.count == model.count)
    }
    #expect(table.sortedIDs == model.keys.sorted())
  }
}
