import RulesNetwork
import RulesRuntime
import Testing

@Suite("RPCs")
struct RPCTests {
  @Test("A request is answered with what the handler replies", arguments: Network.allCases)
  func echo(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.echoServer()
    let client = world.client()
    var ready: [RPC] = []
    let rpc = client.start(.address(server.address), opcode: 7, head: [1, 2, 3]) {
      ready.append($0)
      #expect($0.isReady)
    }
    #expect(!rpc.isReady)
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok([1, 2, 3]))
    #expect(ready.count == 1 && ready.first === rpc)
  }

  @Test("Head and payload arrive as one body, with opcode and peer", arguments: Network.allCases)
  func headAndPayload(on network: Network) throws {
    let world = try TestWorld(network)
    var seen: [RPCRequest] = []
    let server = try world.server {
      seen.append($0)
      $0.reply([])
    }
    let client = world.client()
    let payload = UnsafeMutableRawBufferPointer.allocate(byteCount: 300_000, alignment: 8)
    defer { payload.deallocate() }
    for index in payload.indices { payload[index] = UInt8(truncatingIfNeeded: index &* 31) }
    let rpc = client.start(
      .address(server.address), opcode: 513, head: [9, 8],
      payload: UnsafeRawBufferPointer(payload)
    ) { _ in }
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok([]))
    #expect(seen.first?.opcode == 513)
    #expect(seen.first?.body == [9, 8] + [UInt8](payload))
    #expect(seen.first?.peer.isEmpty == false)
  }

  @Test("Thousands of RPCs share one connection", arguments: Network.allCases)
  func manyOnOneConnection(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.echoServer()
    let client = world.client()
    var ended = 0
    let rpcs = (0..<3000).map { number in
      client.start(
        .address(server.address), opcode: 1,
        head: [UInt8(truncatingIfNeeded: number), UInt8(number >> 8)]
      ) { _ in ended += 1 }
    }
    #expect(world.run { ended == rpcs.count })
    for (number, rpc) in rpcs.enumerated() {
      #expect(rpc.outcome == .ok([UInt8(truncatingIfNeeded: number), UInt8(number >> 8)]))
    }
    #expect(server.connectionCount == 1)
  }

  @Test("A server may answer later and in another order", arguments: Network.allCases)
  func longPoll(on network: Network) throws {
    let world = try TestWorld(network)
    var kept: [RPCRequest] = []
    let server = try world.server { kept.append($0) }
    let client = world.client()
    let first = client.call(server.address, [1])
    let second = client.call(server.address, [2])
    #expect(world.run { kept.count == 2 })
    kept[1].reply(kept[1].body)
    #expect(world.run { second.isReady })
    #expect(!first.isReady)
    kept[0].reply(kept[0].body)
    #expect(world.run { first.isReady })
    #expect(first.outcome == .ok([1]) && second.outcome == .ok([2]))
  }

  @Test("A refusal brings code and message", arguments: Network.allCases)
  func refusal(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.server { $0.refuse(code: 42, message: "no such thing") }
    let client = world.client()
    let rpc = client.call(server.address)
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .refused(.application(code: 42, message: "no such thing")))
  }

  @Test("A request that the handler drops is refused with code 0", arguments: Network.allCases)
  func dropped(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.server { _ in }
    let client = world.client()
    let rpc = client.call(server.address)
    #expect(world.run { rpc.isReady })
    #expect(
      rpc.outcome == .refused(.unanswered))
  }

  @Test(
    "Only the first answer counts; the second is an error in the log", arguments: Network.allCases)
  func answeredTwice(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.server {
      $0.reply([1])
      $0.reply([2])
    }
    let client = world.client()
    let rpcs = [client.call(server.address), client.call(server.address)]
    #expect(world.run { rpcs.allSatisfy(\.isReady) })
    #expect(rpcs.allSatisfy { $0.outcome == .ok([1]) })
    #expect(client.statistics.strayReplies == 0)
    #expect(world.log.lines.filter { $0.level == .error }.count == 2)
  }

  @Test("A body of exactly 16 MiB passes, both ways", arguments: Network.allCases)
  func largestBody(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.echoServer()
    let client = world.client()
    let body = [UInt8](repeating: 0xa5, count: 16 << 20)
    let rpc = client.call(server.address, body)
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok(body))
  }

  @Test("A body of one byte more is refused before it is sent", arguments: Network.allCases)
  func tooLargeBody(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.echoServer()
    let client = world.client()
    let rpc = client.call(server.address, [UInt8](repeating: 0, count: (16 << 20) + 1))
    #expect(!rpc.isReady)
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .failed(.bodyTooLong(16_777_217, limit: 16_777_216)))
  }

  @Test("A reply of one byte more becomes a refusal", arguments: Network.allCases)
  func tooLargeReply(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.server { $0.reply([UInt8](repeating: 0, count: (16 << 20) + 1)) }
    let client = world.client()
    let rpc = client.call(server.address)
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .refused(.replyTooLong))
  }
}
