import RulesRuntime
import Testing

@testable import RulesNetwork

/// What a client does with servers that break the protocol.
@Suite("Bad servers")
struct ClientDefenceTests {
  /// A server by hand, of one client after the other.
  private final class FakeServer {
    var peers: [RawPeer] = []
    let listener: any TransportListener

    init(in world: TestWorld, _ greet: @escaping (RawPeer, Int) -> Void) throws {
      let box = Box()
      listener = try world.transport.listen(at: world.anyPort) { connection in
        let peer = RawPeer(connection, isOpen: true)
        box.server?.peers.append(peer)
        greet(peer, (box.server?.peers.count ?? 0) - 1)
      }
      box.server = self
    }

    private final class Box { weak var server: FakeServer? }
  }

  private func reply(to id: UInt64, _ body: [UInt8], sequence: UInt32 = 1) -> [UInt8] {
    TestFrame(.reply, id: id, body: body, sequence: sequence).bytes
  }

  @Test("Replies that nobody waits for are dropped and counted", arguments: Network.allCases)
  func strayReplies(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try FakeServer(in: world) { peer, _ in peer.welcome() }
    let client = world.client()
    let rpc = client.call(server.listener.address)
    #expect(world.run { server.peers.first?.frames.count == 2 })
    let id = try #require(server.peers[0].frames.last?.header.id)
    let peer = server.peers[0]
    let replies = [(id + 1, [1]), (0, []), (id, [2]), (id, [3])] as [(UInt64, [UInt8])]
    for (number, (id, body)) in replies.enumerated() {
      peer.send(reply(to: id, body, sequence: UInt32(number + 1)))
    }
    #expect(world.run { client.statistics.strayReplies == 3 })
    #expect(rpc.outcome == .ok([2]))
    #expect(server.peers.count == 1, "the connection stays")
  }

  @Test(
    "A damaged reply is not believed; the RPC is repeated on a new connection",
    arguments: Network.allCases)
  func damagedReply(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try FakeServer(in: world) { peer, _ in peer.welcome() }
    let client = world.client()
    let rpc = client.call(server.listener.address, [7])
    #expect(world.run { server.peers.first?.frames.count == 2 })
    let request = try #require(server.peers[0].frames.last)
    var bytes = reply(to: request.header.id, [1, 2, 3])
    bytes[bytes.count - 1] ^= 0x80
    server.peers[0].send(bytes)
    #expect(world.run { server.peers.count == 2 && server.peers[1].frames.count == 2 })
    #expect(server.peers[1].frames.last?.body == request.body)
    #expect(server.peers[1].frames.last?.header.id == request.header.id, "the same request again")
    server.peers[1].send(reply(to: request.header.id, [4]))
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok([4]))
    #expect(
      world.log.warnings == [
        "connection to \(server.listener.address) closed: checksum of a body"
      ])
  }

  @Test("A reply to a request of a lost connection does not count", arguments: Network.allCases)
  func replyOnAnotherConnection(on network: Network) throws {
    let world = try TestWorld(network)
    // The second connection answers before it can have seen the request.
    let server = try FakeServer(in: world) { peer, number in
      let reply = TestFrame(.reply, id: 1, body: [66], sequence: 1)
      peer.welcome(then: number == 0 ? [] : reply.bytes)
    }
    let client = world.client()
    let rpc = client.call(server.listener.address)
    #expect(world.run { server.peers.first?.frames.count == 2 })
    server.peers[0].close()
    #expect(world.run { server.peers.count == 2 && server.peers[1].frames.count == 2 })
    #expect(!rpc.isReady)
    #expect(client.statistics.strayReplies == 1)
    server.peers[1].send(reply(to: 1, [1], sequence: 2))
    #expect(world.run { rpc.isReady })
    #expect(rpc.outcome == .ok([1]))
  }

  @Test("A server that does not welcome is left after five seconds")
  func noWelcome() throws {
    let world = try TestWorld(.memory)
    let server = try FakeServer(in: world) { peer, number in
      if number == 1 { peer.welcome() }
    }
    let client = world.client()
    var reasons: [String] = []
    client.onUnreachable = { reasons.append($1) }
    _ = client.call(server.listener.address)
    #expect(world.run { server.peers.count == 2 && server.peers[1].frames.count == 2 })
    #expect(reasons == ["no welcome from \(server.listener.address) within 5.0 seconds"])
  }

  @Test("A server of another version ends the RPCs with its range", arguments: Network.allCases)
  func otherVersion(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try FakeServer(in: world) { peer, _ in
      var rejection = Rejection(.version)
      rejection.versions = 3...5
      peer.send(.rejection, body: rejection.encoded)
    }
    let client = world.client()
    let rpc = client.call(server.listener.address)
    #expect(world.run { rpc.isReady })
    #expect(
      rpc.outcome
        == .failed(.notAccepted("the server speaks protocol versions 3 to 5, this client 2")))
  }

  @Test(
    "A rejection of another connection's hello, come late, does not end a server",
    arguments: Network.allCases)
  func lateRejection(on network: Network) throws {
    let world = try TestWorld(network)
    let nonce = [UInt8](repeating: 7, count: HandshakeTranscript.nonceByteCount)
    let server = try FakeServer(in: world) { peer, number in
      let rejection = Rejection(.otherServer, helloNonce: number == 1 ? nonce : [])
      peer.send(.rejection, body: rejection.encoded)
    }
    let client = world.client()
    let rpc = client.call(server.listener.address)
    #expect(world.run { server.peers.count == 3 })
    #expect(!rpc.isReady)
  }

  @Test(
    "A client that the server takes for another one comes again", arguments: Network.allCases)
  func otherHello(on network: Network) throws {
    let world = try TestWorld(network)
    let server = try FakeServer(in: world) { peer, number in
      if number == 0 { peer.send(TestFrame.welcome(to: Hello())) } else { peer.welcome() }
    }
    let client = world.client()
    _ = client.call(server.listener.address)
    #expect(world.run { server.peers.count == 2 && server.peers[1].frames.count == 2 })
    #expect(!server.peers[0].frames.contains { $0.header.type == .request })
  }

  @Test("Garbage instead of a welcome makes the client try again, at once")
  func garbage() throws {
    let world = try TestWorld(.memory)
    let server = try FakeServer(in: world) { peer, _ in peer.send([UInt8]("SSH-2.0-x".utf8)) }
    let client = world.client()
    let rpc = client.call(server.listener.address)
    let start = world.core.now
    #expect(world.run { server.peers.count == 3 })
    #expect(world.core.now - start < .seconds(1), "nothing more is waited for")
    #expect(!rpc.isReady)
  }

  @Test("Half a welcome makes the client try again, after the time that a frame has")
  func halfWelcome() throws {
    let world = try TestWorld(.memory)
    let server = try FakeServer(in: world) { peer, _ in
      peer.send([UInt8]("RPCs and no more".utf8))
    }
    let client = world.client()
    let rpc = client.call(server.listener.address)
    let start = world.core.now
    #expect(world.run { server.peers.count == 3 })
    #expect(world.core.now - start > .seconds(10), "five for each frame that does not end")
    #expect(!rpc.isReady)
  }

  @Test("After a reply, the next pause is short again")
  func backOffEnds() throws {
    let world = try TestWorld(.memory)
    let address = try world.unusedAddress()
    let client = world.client()
    var times: [PoolInstant] = []
    client.onUnreachable = { _, _ in times.append(world.core.now) }
    let rpc = client.call(address)
    #expect(world.run { times.count == 9 })
    let server = try world.echoServer(at: address)
    #expect(world.run { rpc.isReady })

    server.close()
    #expect(world.run { times.count == 10 })
    _ = client.call(address)
    #expect(world.run { times.count == 12 })
    #expect(times[11] - times[10] <= .milliseconds(8), "5, and what the network takes")
  }

  @Test("Pauses between attempts double up to half a second")
  func backOff() throws {
    let world = try TestWorld(.memory)
    let address = try world.unusedAddress()
    let client = world.client()
    var times: [PoolInstant] = []
    client.onUnreachable = { _, _ in times.append(world.core.now) }
    _ = client.call(address)
    #expect(world.run { times.count == 12 })
    let pauses = zip(times.dropFirst(), times).map { $0 - $1 }
    let expected = [5, 10, 20, 40, 80, 160, 320, 500, 500, 500, 500]
    for (pause, milliseconds) in zip(pauses, expected) {
      // Being refused takes the network's delay.
      #expect(pause >= .milliseconds(milliseconds) && pause <= .milliseconds(milliseconds + 3))
    }
  }
}
