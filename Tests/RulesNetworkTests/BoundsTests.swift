import RulesRuntime
import Testing

@testable import RulesNetwork

@Suite("Bounds")
struct BoundsTests {
  @Test("A server stops reading at so many unanswered requests", arguments: Network.allCases)
  func requestsInFlight(on network: Network) throws {
    let world = try TestWorld(network)
    var limits = RPCLimits()
    limits.requestsInFlight = 10
    var kept: [RPCRequest] = []
    var most = 0
    let server = try world.server(limits: limits) {
      kept.append($0)
      most = max(most, kept.count)
    }
    let client = world.client()
    let rpcs = (UInt8(0)..<100).map { client.call(server.address, [$0]) }
    #expect(world.run { kept.count == 10 })
    world.run(for: .milliseconds(50))
    #expect(kept.count == 10)
    // Answering makes room, also for requests that have been received already.
    #expect(
      world.run {
        if let request = kept.popLast() { request.reply(request.body) }
        return rpcs.allSatisfy { $0.isReady }
      })
    #expect(rpcs.map(\.outcome) == (UInt8(0)..<100).map { .ok([$0]) })
    #expect(most == 10)
  }

  @Test(
    "A server stops reading at so many bytes of unanswered requests", arguments: Network.allCases)
  func heldBytes(on network: Network) throws {
    let world = try TestWorld(network)
    var limits = RPCLimits()
    limits.heldBytes = 100_000
    var kept: [RPCRequest] = []
    let server = try world.server(limits: limits) { kept.append($0) }
    let client = world.client()
    let rpcs = (0..<20).map { _ in
      client.call(server.address, [UInt8](repeating: 1, count: 30_000))
    }
    #expect(world.run { kept.count == 4 })
    world.run(for: .milliseconds(50))
    #expect(kept.count == 4)
    #expect(
      world.run {
        kept.popLast()?.reply([])
        return rpcs.allSatisfy { $0.isReady }
      })
  }

  @Test("The bytes of all clients together are bounded too", arguments: Network.allCases)
  func heldBytesOfServer(on network: Network) throws {
    let world = try TestWorld(network)
    var limits = RPCLimits()
    limits.heldBytesOfServer = 100_000
    var kept: [RPCRequest] = []
    let server = try world.server(limits: limits) { kept.append($0) }
    let clients = (0..<5).map { _ in world.client() }
    let rpcs = clients.flatMap { client in
      (0..<10).map { _ in client.call(server.address, [UInt8](repeating: 1, count: 30_000)) }
    }
    #expect(world.run { kept.count >= 4 })
    world.run(for: .milliseconds(50))
    #expect(kept.count == 4)
    #expect(
      world.run {
        kept.popLast()?.reply([])
        return rpcs.allSatisfy { $0.isReady }
      })
    #expect(world.run { server.heldBytes == 0 })
    #expect(server.hasRoom)
  }

  @Test(
    "A client that does not read its replies is closed, others are served",
    arguments: Network.allCases)
  func slowReader(on network: Network) throws {
    let world = try TestWorld(network)
    var limits = RPCLimits()
    limits.queuedReplyBytes = 20 << 20
    let reply = [UInt8](repeating: 1, count: 1 << 20)
    var kept: [RPCRequest] = []
    let server = try world.server(limits: limits) { kept.append($0) }
    let slow = try RawPeer(connectingTo: server.address, in: world, reads: false)
    slow.send(TestFrame.hello + TestFrame.requests(1...100))
    #expect(world.run { kept.count == 100 })
    for request in kept { request.reply(reply) }
    kept = []
    #expect(world.run { server.connectionCount == 0 })
    #expect(server.heldBytes == 0)
    #expect(world.log.warnings.count == 1)
    #expect(world.log.warnings.first?.hasSuffix("bytes of replies are not being read") == true)

    let client = world.client()
    let rpc = client.call(server.address)
    #expect(world.run { !kept.isEmpty })
    kept[0].reply(reply)
    #expect(world.run { rpc.isReady })
  }

  @Test("A server does not read from a client that does not read", arguments: Network.allCases)
  func backPressure(on network: Network) throws {
    let world = try TestWorld(network)
    var limits = RPCLimits()
    limits.heldBytes = 8 << 20
    var handled = 0
    let reply = [UInt8](repeating: 1, count: 1 << 20)
    let server = try world.server(limits: limits) {
      handled += 1
      $0.reply(reply)
    }
    let slow = try RawPeer(connectingTo: server.address, in: world, reads: false)
    slow.send(TestFrame.hello + TestFrame.requests(1...200))
    world.run(for: .milliseconds(200))
    #expect(handled < 100, "what the system's buffers hold, and the limit")
    #expect(server.connectionCount == 1)
    #expect(world.log.warnings.isEmpty)
  }

  @Test(
    "Ten thousand connections with half a frame cost no more than a few",
    arguments: Network.allCases
  )
  func halfFrames(on network: Network) throws {
    let world = try TestWorld(network)
    var limits = RPCLimits()
    limits.helloTime = .seconds(600)
    let server = try world.echoServer(limits: limits)
    let client = world.client()
    var stalled: [RawPeer] = []
    var most = 0
    for number in 0..<100 {
      for _ in 0..<100 {
        let peer = try RawPeer(connectingTo: server.address, in: world)
        peer.send([UInt8](TestFrame.hello.prefix(number % 2 == 0 ? 50 : 90)))
        stalled.append(peer)
      }
      let rpc = client.call(server.address, [UInt8(number)])
      #expect(
        world.run { rpc.isReady && stalled.count(where: { !$0.isClosed }) <= limits.handshakes })
      #expect(rpc.outcome == .ok([UInt8(number)]))
      most = max(most, server.connectionCount)
      stalled.removeAll(where: \.isClosed)
    }
    #expect(most <= limits.handshakes + 1)
    #expect(server.heldBytes == 0 && server.sessionCount == 1)
  }

  @Test("Connections above the limit are told so, and come in later", arguments: Network.allCases)
  func connections(on network: Network) throws {
    let world = try TestWorld(network)
    var limits = RPCLimits()
    limits.connections = 2
    let server = try world.echoServer(limits: limits)
    let first = world.client()
    let second = world.client()
    let third = world.client()
    let early = [first, second].map { $0.call(server.address) }
    #expect(world.run { early.allSatisfy { $0.isReady } })
    let late = third.call(server.address)
    #expect(world.run { third.statistics.unreachable >= 3 })
    #expect(!late.isReady && server.connectionCount == 2)
    #expect(world.log.warnings == ["2 connections: no more accepted"])
    first.close()
    #expect(world.run { late.isReady })
    #expect(late.outcome == .ok([]))
  }

  @Test("A client keeps so many unfinished RPCs to a server", arguments: Network.allCases)
  func unfinished(on network: Network) throws {
    let world = try TestWorld(network)
    var limits = RPCLimits()
    limits.unfinishedRPCs = 3
    let server = try world.echoServer()
    let client = world.client(limits: limits)
    let rpcs = (UInt8(0)..<4).map { client.call(server.address, [$0]) }
    #expect(world.run { rpcs.allSatisfy { $0.isReady } })
    #expect(rpcs[3].outcome == .failed(.tooManyUnfinished(3)))
    #expect(rpcs[..<3].map(\.outcome) == [.ok([0]), .ok([1]), .ok([2])])
  }

  @Test("The memory of a cancelled RPC is not read again", arguments: Network.allCases)
  func cancelledPayload(on network: Network) throws {
    let world = try TestWorld(network)
    // A server that welcomes and does not read on until it is told to.
    var peers: [RawPeer] = []
    var connections: [any TransportConnection] = []
    let listener = try world.transport.listen(at: world.anyPort) {
      connections.append($0)
      peers.append(RawPeer($0, isOpen: true))
      peers[0].welcome { connections[0].wantsToReceive = false }
    }
    let client = world.client()
    let payload = UnsafeMutableRawBufferPointer.allocate(byteCount: 12 << 20, alignment: 8)
    defer { payload.deallocate() }
    _ = payload.initializeMemory(as: UInt8.self, repeating: 7)
    let rpc = client.start(
      .address(listener.address), opcode: 1, head: [1], payload: UnsafeRawBufferPointer(payload)
    ) { _ in Issue.record("onReady of a cancelled RPC") }
    let second = client.start(
      .address(listener.address), opcode: 2, head: [2], payload: UnsafeRawBufferPointer(payload)
    ) { _ in Issue.record("onReady of a cancelled RPC") }
    world.run(for: .milliseconds(100))
    rpc.cancel()
    second.cancel()
    _ = payload.initializeMemory(as: UInt8.self, repeating: 8)
    let last = client.call(listener.address, opcode: 3, [3])

    connections[0].wantsToReceive = true
    #expect(world.run { peers[0].received.count > 24 << 20 && peers[0].frames.count == 6 })
    let frames = peers[0].frames
    #expect(frames.map(\.header.type) == [.hello, .request, .request, .cancel, .cancel, .request])
    #expect(frames[1].body == [1] + [UInt8](repeating: 7, count: 12 << 20))
    #expect(frames[2].body == [2] + [UInt8](repeating: 7, count: 12 << 20))
    peers[0].send(TestFrame(.reply, id: frames[5].header.id, sequence: 1).bytes)
    #expect(world.run { last.isReady })
  }
}
