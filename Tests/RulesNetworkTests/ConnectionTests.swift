import RulesNetwork
import RulesRuntime
import Testing

@Suite("Connections that come and go")
struct ConnectionTests {
  @Test(
    "An unfinished RPC is sent again when the server comes back at its port",
    arguments: Network.allCases)
  func serverRestarts(on network: Network) throws {
    let world = try TestWorld(network)
    var kept: [RPCRequest] = []
    let first = try world.server { kept.append($0) }
    let address = first.address
    let client = world.client()
    var order: [UInt8] = []
    let rpcs = (UInt8(0)..<20).map { client.call(address, [$0]) }
    #expect(world.run { kept.count == 20 })
    first.close()
    kept = []
    #expect(world.run { client.statistics.unreachable >= 2 })

    let second = try world.server(at: address) {
      order.append($0.body[0])
      $0.reply($0.body)
    }
    #expect(world.run { rpcs.allSatisfy(\.isReady) })
    #expect(rpcs.map(\.outcome) == (UInt8(0)..<20).map { .ok([$0]) })
    #expect(order == Array(0..<20), "in the order of start")
    #expect(second.connectionCount == 1)
  }

  @Test("An RPC started before the server exists waits for it", arguments: Network.allCases)
  func serverComesLater(on network: Network) throws {
    let world = try TestWorld(network)
    let address = try world.unusedAddress()
    let client = world.client()
    var reports: [ServerKey] = []
    client.onUnreachable = { key, reason in
      reports.append(key)
      #expect(reason == "connect \(address): Connection refused")
    }
    let rpc = client.call(address, [5])
    #expect(reports.isEmpty, "nothing happens inside start")
    #expect(world.run { reports.count >= 3 })
    #expect(reports.allSatisfy { $0 == .address(address) })
    let server = try world.echoServer(at: address)
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok([5]))
    #expect(server.connectionCount == 1)
  }

  @Test(
    "The loss of an idle connection is reported, and nobody reconnects for nothing",
    arguments: Network.allCases)
  func idleLoss(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.echoServer()
    let client = world.client()
    let rpc = client.call(server.address)
    #expect(world.run { rpc.isReady })
    var reports = 0
    client.onUnreachable = { _, _ in reports += 1 }
    server.close()
    #expect(world.run { reports == 1 })
    world.run(for: .milliseconds(100))
    #expect(reports == 1)
  }

  @Test("After a reset the answer comes over the next connection; nothing is done twice")
  func reset() throws {
    let world = try TestWorld(.memory)
    var kept: [RPCRequest] = []
    let server = try world.server { kept.append($0) }
    let client = world.client()
    let rpc = client.call(server.address, [1])
    #expect(world.run { kept.count == 1 })
    world.memory?.reset(connectionsTo: server.address)
    #expect(world.run { server.statistics.repeated == 1 })
    #expect(kept.count == 1 && server.statistics.handled == 1)
    kept[0].reply([2])
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok([2]))
    #expect(client.statistics.strayReplies == 0)
  }

  @Test("Removing a server ends its RPCs, now and later", arguments: Network.allCases)
  func remove(on network: Network) throws {
    let world = try TestWorld(network)
    var kept: [RPCRequest] = []
    let server = try world.server { kept.append($0) }
    server.identity = ServerID(slot: 1, generation: 1)
    let key = ServerKey.server(ServerID(slot: 1, generation: 1))
    let client = world.client()
    client.add(key, at: server.address)
    var calls = 0
    let rpc = client.start(key, opcode: 1, head: []) { _ in calls += 1 }
    #expect(world.run { kept.count == 1 })
    client.remove(key)
    #expect(rpc.outcome == .targetLeft && calls == 1)
    #expect(world.run { server.connectionCount == 0 })
    kept[0].reply([])

    let late = client.start(key, opcode: 1, head: []) { _ in calls += 1 }
    #expect(!late.isReady)
    #expect(world.run { late.isReady })
    #expect(late.outcome == .targetLeft && calls == 2)
  }

  @Test("An RPC to a server that was never added has no target", arguments: Network.allCases)
  func neverAdded(on network: Network) throws {
    let world = try TestWorld(network)
    let client = world.client()
    let rpc = client.start(.server(ServerID(slot: 4, generation: 2)), opcode: 1, head: []) { _ in }
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .targetLeft)
  }

  @Test(
    "Whoever has taken the address of another server does not get its RPCs",
    arguments: Network.allCases)
  func anotherServer(on network: Network) throws {
    let world = try TestWorld(network)
    var requests = 0
    let server = try world.server {
      requests += 1
      $0.reply([])
    }
    server.identity = ServerID(slot: 1, generation: 2)
    let client = world.client()
    let old = ServerKey.server(ServerID(slot: 1, generation: 1))
    let new = ServerKey.server(ServerID(slot: 1, generation: 2))
    client.add(old, at: server.address)
    client.add(new, at: server.address)
    let lost = (0..<3).map { _ in client.start(old, opcode: 1, head: []) { _ in } }
    let served = client.start(new, opcode: 1, head: []) { _ in }
    #expect(world.run { served.isReady && lost.allSatisfy(\.isReady) })
    #expect(lost.allSatisfy { $0.outcome == .targetLeft })
    #expect(served.outcome == .ok([]))
    #expect(requests == 1)
    #expect(client.statistics.unreachable == 0)
  }

  @Test(
    "A server that is not enlisted yet makes the client that addresses it by id try again",
    arguments: Network.allCases)
  func notYetEnlisted(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.echoServer()
    let id = ServerID(slot: 1, generation: 1)
    let client = world.client()
    client.add(.server(id), at: server.address)
    let rpc = client.start(.server(id), opcode: 1, head: [1]) { _ in }
    #expect(world.run { client.statistics.unreachable >= 2 })
    #expect(!rpc.isReady)
    server.identity = id
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok([1]))
  }

  @Test(
    "A server that becomes another one drops those who addressed the old one",
    arguments: Network.allCases)
  func identityChanges(on network: Network) throws {
    let world = try TestWorld(network)
    var kept: [RPCRequest] = []
    let server = try world.server { kept.append($0) }
    let id = ServerID(slot: 1, generation: 1)
    server.identity = id
    let client = world.client()
    client.add(.server(id), at: server.address)
    let rpc = client.start(.server(id), opcode: 1, head: []) { _ in }
    let anyone = client.call(server.address)
    #expect(world.run { kept.count == 2 })
    server.identity = ServerID(slot: 2, generation: 1)
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .targetLeft)
    #expect(!anyone.isReady)
    #expect(server.connectionCount == 1)
  }

  @Test("A cancelled RPC is silent, and its late reply is counted", arguments: Network.allCases)
  func cancel(on network: Network) throws {
    let world = try TestWorld(network)
    var kept: [RPCRequest] = []
    let server = try world.server { kept.append($0) }
    let client = world.client()
    let rpc = client.start(.address(server.address), opcode: 1, head: []) { _ in
      Issue.record("onReady of a cancelled RPC")
    }
    let other = client.call(server.address)
    #expect(world.run { kept.count == 2 })
    rpc.cancel()
    for request in kept { request.reply([1]) }
    #expect(world.run { other.isReady })
    #expect(!rpc.isReady)
    #expect(client.statistics.strayReplies == 1)
  }

  @Test(
    "A cancelled RPC is not sent again, nor a connection made for it", arguments: Network.allCases)
  func cancelledIsNotRepeated(on network: Network) throws {
    let world = try TestWorld(network)
    var kept: [RPCRequest] = []
    let server = try world.server { kept.append($0) }
    let client = world.client()
    let rpc = client.call(server.address)
    #expect(world.run { kept.count == 1 })
    rpc.cancel()
    server.close()
    #expect(world.run { client.statistics.unreachable == 1 })
    world.run(for: .milliseconds(100))
    #expect(client.statistics.unreachable == 1)
  }

  @Test("An RPC that is cancelled before its turn never leaves", arguments: Network.allCases)
  func cancelAtOnce(on network: Network) throws {
    let world = try TestWorld(network)
    var bodies: [[UInt8]] = []
    let server = try world.server {
      bodies.append($0.body)
      $0.reply([])
    }
    let client = world.client()
    let first = client.call(server.address, [1])
    #expect(world.run { first.isReady })
    client.call(server.address, [2]).cancel()
    let last = client.call(server.address, [3])
    #expect(world.run { last.isReady })
    #expect(bodies == [[1], [3]])
  }

  @Test("Closing the client ends every RPC in the order of start", arguments: Network.allCases)
  func closeClient(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.server { $0.refuse(code: 1, message: "") }
    let elsewhere = try world.unusedAddress()
    let client = world.client()
    var ended: [Int] = []
    let rpcs = (0..<10).map { number in
      client.start(.address(number % 2 == 0 ? server.address : elsewhere), opcode: 1, head: []) {
        #expect($0.outcome == .failed(.clientClosed))
        ended.append(number)
      }
    }
    client.close()
    #expect(rpcs.allSatisfy { $0.isReady })
    #expect(ended == Array(0..<10))
    let late = client.call(server.address)
    #expect(world.run { late.isReady })
    #expect(late.outcome == .failed(.clientClosed))
  }

  @Test("An answer to a client that is gone is dropped", arguments: Network.allCases)
  func clientGone(on network: Network) throws {
    let world = try TestWorld(network)
    var kept: [RPCRequest] = []
    let server = try world.server { kept.append($0) }
    var client: RPCClient? = world.client()
    _ = client?.call(server.address)
    #expect(world.run { kept.count == 1 })
    client = nil
    #expect(world.run { server.connectionCount == 0 })
    kept[0].reply([1])
    kept = []
    let next = world.client()
    let rpc = next.call(server.address)
    #expect(world.run { kept.count == 1 })
    kept[0].reply([2])
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok([2]))
  }

  @Test("An RPC may start another from its onReady", arguments: Network.allCases)
  func chain(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try world.echoServer()
    let client = world.client()
    var count = 0
    func next() {
      client.start(.address(server.address), opcode: 1, head: [1]) { _ in
        count += 1
        if count < 50 { next() }
      }
    }
    next()
    #expect(world.run { count == 50 })
  }
}
