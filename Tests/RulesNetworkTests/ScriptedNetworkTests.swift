import Glibc
import RulesNetwork
import RulesRuntime
import RulesSimulation
import Testing

@Suite("Faults of streams and links")
struct ScriptedNetworkTests {
  private static let text = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 5) }

  /// A client of host a that is connected to host b, and the other end.
  private func connected(
    _ world: FaultyWorld, echoes: Bool = false
  ) throws -> (client: StreamPeer, server: EchoServer) {
    let server = try world.server("b", echoes: echoes)
    let client = try world.client("a", to: "b")
    #expect(world.run { client.isOpen && server.peers.count == 1 })
    return (client, server)
  }

  private func failure(_ peer: StreamPeer?) -> Int32? {
    if case .failed(let error)? = peer?.end { error.errno } else { nil }
  }

  @Test("One bit of byte n is flipped", arguments: [0, 1, 4_321, 4_999])
  func corruptAtByte(byte: Int) throws {
    let world = FaultyWorld { $0.largestPiece = 700 }
    world.network.apply(.corrupt(atByte: byte, .from(["a"], to: ["b"])))
    let (client, server) = try connected(world)
    client.send(Self.text)
    #expect(world.run { server.peers[0].received.count == 5_000 })
    let wrong = (0..<5_000).filter { server.peers[0].received[$0] != Self.text[$0] }
    #expect(wrong == [byte])
    let difference = server.peers[0].received[byte] ^ Self.text[byte]
    #expect(difference.nonzeroBitCount == 1)
    #expect(world.network.counters.corrupted == 1)
  }

  @Test("Bits are flipped at a rate")
  func corruptionRate() throws {
    let world = FaultyWorld {
      $0.largestPiece = 50
      $0.corruptionRate = 0.1
    }
    let (client, server) = try connected(world)
    client.send(Self.text)
    #expect(world.run { server.peers[0].received.count == 5_000 })
    let flipped = zip(server.peers[0].received, Self.text).map { ($0 ^ $1).nonzeroBitCount }
    #expect(world.network.counters.corrupted > 5)
    #expect(flipped.reduce(0, +) == world.network.counters.corrupted)
  }

  @Test("A connection is closed at byte n, for both ends", arguments: [0, 1, 2_500, 4_999])
  func closeAtByte(byte: Int) throws {
    let world = FaultyWorld { $0.largestPiece = 700 }
    let (client, server) = try connected(world)
    world.network.apply(.close(atByte: byte, .from("a")))
    client.send(Self.text)
    #expect(world.run { server.peers[0].end != nil && client.end != nil })
    #expect(server.peers[0].received == Array(Self.text[..<byte]))
    #expect(server.peers[0].end == .ended && client.end == .ended)
    #expect(world.network.counters.closed == 1)

    let again = try world.client("a", to: "b")
    again.send(Self.text)
    #expect(world.run { server.peers.count == 2 && server.peers[1].received == Self.text })
  }

  @Test("A connection breaks at byte n, for both ends", arguments: [0, 1, 2_500, 4_999])
  func resetAtByte(byte: Int) throws {
    let world = FaultyWorld { $0.largestPiece = 700 }
    let (client, server) = try connected(world)
    world.network.apply(.reset(atByte: byte, .to("b")))
    client.send(Self.text)
    #expect(world.run { server.peers[0].end != nil && client.end != nil })
    let received = server.peers[0].received
    #expect(received[...] == Self.text.prefix(received.count) && received.count <= byte)
    #expect(failure(client) == ECONNRESET && failure(server.peers[0]) == ECONNRESET)
    #expect(world.network.counters.reset == 1)
  }

  @Test("Connections end at a rate, closed and broken")
  func endRates() throws {
    let world = FaultyWorld {
      $0.closeRate = 0.02
      $0.resetRate = 0.02
    }
    let server = try world.server("b")
    var ends = 0
    for _ in 0..<50 {
      let client = try world.client("a", to: "b")
      for _ in 0..<50 where client.end == nil {
        client.send([1])
        world.run(for: .milliseconds(5))
      }
      if client.end != nil { ends += 1 }
      client.close()
    }
    let counters = world.network.counters
    #expect(counters.closed > 3 && counters.reset > 3)
    #expect(counters.closed + counters.reset == ends && server.peers.count == 50)
  }

  @Test("What meets a held link arrives when the link is free")
  func held() throws {
    let world = FaultyWorld()
    let (client, server) = try connected(world)
    world.network.apply(.block(.held, .between(["a"], ["b"])))
    client.send(Self.text)
    let late = try world.client("a", to: "b")
    world.run(for: .seconds(15))
    #expect(server.peers[0].received.isEmpty && !late.isOpen && server.peers.count == 1)
    world.network.apply(.unblock(.between(["a"], ["b"])))
    #expect(world.run { server.peers[0].received == Self.text && late.isOpen })
    #expect(world.network.counters.held >= 2 && world.network.counters.lost == 0)
    // The next time the patience is new.
    world.network.apply(.block(.held, .all))
    client.send(Self.text)
    world.run(for: .seconds(15))
    #expect(client.end == nil)
    world.network.apply(.unblock(.all))
    #expect(world.run { server.peers[0].received == Self.text + Self.text })
  }

  @Test("What was sent before a close arrives although the link was held meanwhile")
  func heldAndClosed() throws {
    let world = FaultyWorld()
    let server = try world.server("b")
    do {
      let client = try world.client("a", to: "b")
      #expect(world.run { client.isOpen })
      world.network.apply(.block(.held, .all))
      client.send(Self.text)
      client.close()
    }
    world.run(for: .seconds(5))
    world.network.apply(.unblock(.all))
    #expect(world.run { server.peers.first?.end == .ended })
    #expect(server.peers.first?.received == Self.text)
  }

  @Test("A link that is held for twenty seconds is one that loses")
  func heldTooLong() throws {
    let world = FaultyWorld()
    let (client, server) = try connected(world)
    world.network.apply(.block(.held, .from(["a"], to: ["b"])))
    client.send(Self.text)
    let began = world.now
    #expect(world.run { client.end != nil })
    #expect(failure(client) == ETIMEDOUT && world.now - began == .seconds(20))
    world.network.apply(.unblock(.all))
    world.run(for: .seconds(60))
    #expect(server.peers[0].received.isEmpty)
  }

  @Test("Of a link that is blocked one way the other way works; the talker notices")
  func oneWay() throws {
    let world = FaultyWorld()
    let (client, server) = try connected(world)
    world.network.apply(.block(.lost, .from(["b"], to: ["a"])))
    client.send(Self.text)
    #expect(world.run { server.peers[0].received == Self.text })
    server.peers[0].send([1, 2, 3])
    #expect(world.run { server.peers[0].end != nil && client.end != nil })
    #expect(failure(server.peers[0]) == ETIMEDOUT)
    #expect(failure(client) == ETIMEDOUT, "its bytes are not acknowledged")
    #expect(client.received.isEmpty)
  }

  @Test("What meets a losing link is lost, and its connection with it; the next one works")
  func lost() throws {
    let world = FaultyWorld()
    let (client, server) = try connected(world)
    world.network.apply(.block(.lost, .between(["a"], ["b", "c"])))
    client.send(Self.text)
    let late = try world.client("a", to: "b")
    world.run(for: .seconds(1))
    world.network.apply(.unblock(.all))
    client.send(Self.text)
    world.run(for: .seconds(18))
    #expect(server.peers.count == 1 && server.peers[0].received.isEmpty && client.end == nil)
    #expect(world.run { client.end != nil && late.end != nil })
    #expect(failure(client) == ETIMEDOUT && failure(late) == ETIMEDOUT)
    #expect(world.network.counters.lost >= 2)
    let next = try world.client("a", to: "b")
    next.send([7])
    #expect(world.run { server.peers.count == 2 && server.peers[1].received == [7] })
  }

  @Test("Blocks hold for hosts that come later; the newest word on a link counts")
  func blocksOfHostsToCome() throws {
    let world = FaultyWorld()
    world.network.apply(.block(.lost, .of("a")))
    world.network.apply(.unblock(.from(["a"], to: ["b"])))
    let b = try world.server("b")
    let c = try world.server("c")
    let clients = [try world.client("a", to: "b"), try world.client("a", to: "c")]
    let free = try world.client("c", to: "b")
    world.run(for: .seconds(1))
    #expect(b.peers.count == 2 && c.peers.isEmpty && free.isOpen)
    #expect(clients.allSatisfy { !$0.isOpen }, "a hears no answer")
  }

  @Test("A host vanishes without a word, and its peers find out")
  func vanish() throws {
    let world = FaultyWorld()
    var (client, server) = try connected(world)
    let talker = try world.client("c", to: "b")
    #expect(world.run { talker.isOpen && server.peers.count == 2 })
    world.network.apply(.vanish(host: "b"))
    let began = world.now
    server.close()
    server = try world.server("c")
    world.run(for: .seconds(1))
    #expect(client.end == nil && talker.end == nil)
    talker.send([1])
    let new = try world.client("a", to: "b")
    world.run(for: .seconds(10))
    #expect(client.end == nil && talker.end == nil && new.end == nil)
    #expect(world.run { client.end != nil && talker.end != nil && new.end != nil })
    for peer in [client, talker, new] { #expect(failure(peer) == ETIMEDOUT) }
    #expect(world.now - began <= .seconds(25))
    #expect(world.network.counters.vanished == 2)
    client = try world.client("a", to: "c")
    #expect(world.run { client.isOpen }, "others are there")
  }

  @Test("A host that is back knows no old connection and refuses or accepts new ones")
  func appear() throws {
    let world = FaultyWorld()
    let (client, server) = try connected(world)
    let listens = server.listener
    world.network.apply(.vanish(host: "b"))
    world.network.apply(.appear(host: "b"))
    let refused = try world.client("a", to: "b")
    #expect(world.run { refused.end != nil })
    #expect(failure(refused) == ECONNREFUSED)
    // The old process still holds what it had: it means nothing.
    #expect(listens != nil)
    let reborn = try world.server("b")
    let next = try world.client("a", to: "b")
    #expect(world.run { next.isOpen && reborn.peers.count == 1 })
    server.peers[0].send([9])
    client.send([1])
    #expect(world.run { client.end != nil })
    #expect(failure(client) == ECONNRESET && client.received.isEmpty)
    #expect(server.peers[0].received.isEmpty && server.peers.count == 1)
  }

  @Test("A limited link takes its time, for all connections together")
  func bandwidth() throws {
    let world = FaultyWorld { $0.bandwidth = 100_000 }
    let (client, server) = try connected(world)
    let second = try world.client("a", to: "b")
    #expect(world.run { second.isOpen && server.peers.count == 2 })
    let began = world.now
    let bytes = [UInt8](repeating: 1, count: 200_000)
    client.send(bytes)
    second.send(bytes)
    #expect(world.run { server.peers.allSatisfy { $0.received.count == 200_000 } })
    #expect((Duration.seconds(4)...(.seconds(4.1))).contains(world.now - began))
    #expect(world.network.counters.throttled > 0)
  }

  @Test("Sends are cut into pieces; some are slow; nothing overtakes", arguments: UInt64(1)...5)
  func pieces(seed: UInt64) throws {
    let world = FaultyWorld(seed: seed) {
      $0.largestPiece = 30
      $0.slowRate = 0.05
      $0.slowDelay = .milliseconds(50)...(.milliseconds(200))
    }
    let (client, server) = try connected(world, echoes: true)
    for start in stride(from: 0, to: 5_000, by: 100) {
      client.send(Array(Self.text[start..<start + 100]))
      world.run(for: .milliseconds(3))
    }
    #expect(world.run { client.received.count == 5_000 })
    #expect(client.received == Self.text && server.peers[0].end == nil)
    let there = world.network.counters(from: "a", to: "b")
    #expect(there.cut == 50 && there.pieces > 250 && there.bytes == 5_000 && there.slow > 0)
  }

  @Test("A script's events happen at their times, as counted from its start")
  func script() throws {
    let world = FaultyWorld()
    let (client, server) = try connected(world)
    world.run(for: .seconds(1))
    var fast = LinkConditions()
    fast.delay = .zero ... .zero
    world.network.play(
      NetworkScript([
        .init(after: .zero, .conditions(fast, .all)),
        .init(after: .seconds(2), .block(.held, .all)),
        .init(after: .seconds(3), .unblock(.all)),
        .init(after: .seconds(4), .resetAll(.all)),
      ]), on: world.core("a"))
    world.run(for: .milliseconds(1))
    let began = world.now
    client.send([1])
    #expect(world.run { server.peers[0].received == [1] } && world.now == began)
    world.run(for: .milliseconds(2_500))
    client.send([2])
    #expect(world.run { server.peers[0].received == [1, 2] })
    #expect(world.now - began == .milliseconds(2_999))
    #expect(world.run { failure(client) == ECONNRESET })
    #expect(world.now - began == .milliseconds(3_999))
    #expect(failure(server.peers[0]) == ECONNRESET)
  }
}
