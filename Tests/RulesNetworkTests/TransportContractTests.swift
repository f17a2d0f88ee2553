import Glibc
import RulesNetwork
import RulesRuntime
import Testing

/// What every transport promises, on each of them.
@Suite("Transport contract")
struct TransportContractTests {
  /// A server with one client, and their world.
  private struct Pair {
    let world: TestWorld
    let server: EchoServer
    let client: StreamPeer
    var peer: StreamPeer { server.peers[0] }
  }

  private func pair(
    on network: Network, seed: UInt64 = 1, echoes: Bool = false, serverReads: Bool = true
  ) throws -> Pair {
    let world = try TestWorld(network, seed: seed)
    let server = try EchoServer(
      world.transport, at: world.anyPort, echoes: echoes, reads: serverReads)
    let client = StreamPeer(try world.transport.connect(to: server.address), isOpen: false)
    #expect(world.run { client.isOpen && server.peers.count == 1 })
    return Pair(world: world, server: server, client: client)
  }

  private func bytes(_ count: Int, seed: Int = 0) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &+ seed) &* 167 &+ $0 >> 7) }
  }

  @Test(
    "Bytes arrive whole and in order, both ways, whatever the sizes they are sent in",
    arguments: Network.allCases, UInt64(1)...3)
  func order(on network: Network, seed: UInt64) throws {
    let pair = try pair(on: network, seed: seed, echoes: true)
    var random = SplitMix64(seed: seed)
    let text = bytes(400_000)
    var position = 0
    while position < text.count {
      // Mostly small, sometimes more than any buffer.
      let limit = Int.random(in: 0..<4, using: &random) == 0 ? 300_000 : 2_000
      let size = Int.random(in: 1...limit, using: &random)
      pair.client.send(Array(text[position..<min(text.count, position + size)]))
      position += size
      if Bool.random(using: &random) { pair.world.core.poller.poll(timeout: .zero) }
    }
    #expect(pair.world.run { pair.client.received.count == text.count })
    #expect(pair.client.received == text)
  }

  @Test("Whoever does not read holds up the sender, and nothing else", arguments: Network.allCases)
  func backPressure(on network: Network) throws {
    let pair = try pair(on: network, serverReads: false)
    let other = StreamPeer(
      try pair.world.transport.connect(to: pair.server.address), isOpen: false)
    #expect(pair.world.run { other.isOpen && pair.server.peers.count == 2 })
    // More than there is room for on the way, in the kernel or the simulated network.
    var text = bytes(65_537)
    while text.count < (network == .tcp ? 16 << 20 : 1 << 20) { text += text }
    pair.client.send(text)
    pair.world.run(for: .milliseconds(100))
    let backlog = pair.client.backlog
    #expect(backlog > 0)
    pair.world.run(for: .milliseconds(50))
    #expect(pair.client.backlog == backlog, "it is not taken without an end")
    pair.server.peers[1].reads = true
    other.send([1, 2, 3])
    #expect(pair.world.run { pair.server.peers[1].received == [1, 2, 3] })

    pair.peer.reads = true
    #expect(pair.world.run { pair.peer.received.count == text.count })
    #expect(pair.peer.received == text && pair.client.backlog == 0)
  }

  @Test(
    "What was sent before a close arrives before the end, whoever closes",
    arguments: Network.allCases, [true, false])
  func close(on network: Network, byClient: Bool) throws {
    let pair = try pair(on: network)
    let (closing, other) = byClient ? (pair.client, pair.peer) : (pair.peer, pair.client)
    let text = bytes(100_000)
    closing.send(text)
    #expect(pair.world.run { closing.backlog == 0 })
    closing.close()
    closing.close()
    #expect(pair.world.run { other.end != nil })
    #expect(other.end == .ended && other.received == text)
    #expect(closing.end == nil, "no news after a close")
  }

  @Test("The end of a connection whose owner is gone is told", arguments: Network.allCases)
  func released(on network: Network) throws {
    let world = try TestWorld(network)
    var accepted: [any TransportConnection] = []
    let listener = try world.transport.listen(at: world.anyPort) { accepted.append($0) }
    let client = StreamPeer(try world.transport.connect(to: listener.address), isOpen: false)
    #expect(world.run { client.isOpen && accepted.count == 1 })
    accepted = []
    #expect(world.run { client.end == .ended })
  }

  @Test(
    "Closing with bytes that were not read is a reset for who sent them",
    arguments: Network.allCases)
  func halfRead(on network: Network) throws {
    let pair = try pair(on: network)
    pair.client.send(bytes(10_000))
    #expect(pair.world.run { pair.peer.received.count == 10_000 })
    pair.peer.reads = false
    pair.client.send(bytes(10_000))
    pair.world.run(for: .milliseconds(20))
    pair.peer.close()
    #expect(pair.world.run { pair.client.end != nil })
    guard case .failed(let error)? = pair.client.end else {
      Issue.record("\(String(describing: pair.client.end))")
      return
    }
    #expect(error.errno == ECONNRESET && error.call.hasSuffix(" \(pair.server.address)"))
  }

  @Test("Sending to a closed end fails sooner or later", arguments: Network.allCases)
  func sendingToClosed(on network: Network) throws {
    let pair = try pair(on: network)
    pair.client.reads = false
    pair.peer.close()
    for _ in 0..<20 where pair.client.end == nil {
      pair.client.send([1])
      pair.world.run(for: .milliseconds(10))
    }
    guard case .failed(let error)? = pair.client.end else {
      Issue.record("\(String(describing: pair.client.end))")
      return
    }
    #expect([ECONNRESET, EPIPE].contains(error.errno))
  }

  @Test("Where nobody listens, connecting is refused", arguments: Network.allCases)
  func refused(on network: Network) throws {
    let world = try TestWorld(network)
    let address = try world.unusedAddress()
    let client = StreamPeer(try world.transport.connect(to: address), isOpen: false)
    #expect(client.end == nil, "nothing happens inside the call")
    #expect(world.run { client.end != nil })
    #expect(
      client.end == .failed(SystemError(call: "connect \(address)", errno: ECONNREFUSED)))
    #expect(!client.isOpen)
  }

  @Test("A closed listener refuses; its connections stay", arguments: Network.allCases)
  func closedListener(on network: Network) throws {
    let pair = try pair(on: network, echoes: true)
    let address = pair.server.address
    pair.server.listener?.close()
    pair.server.listener?.close()
    let late = StreamPeer(try pair.world.transport.connect(to: address), isOpen: false)
    pair.client.send([1, 2])
    #expect(pair.world.run { late.end != nil && pair.client.received == [1, 2] })
    #expect(late.end == .failed(SystemError(call: "connect \(address)", errno: ECONNREFUSED)))
  }

  @Test("A closed connection can be used without harm", arguments: Network.allCases)
  func useAfterClose(on network: Network) throws {
    let pair = try pair(on: network)
    let connection = pair.client.connection
    connection.close()
    connection.wantsToReceive = true
    connection.wantsToSend = true
    var buffer: [UInt8] = [0]
    let received = buffer.withUnsafeMutableBytes { connection.receive(into: $0) }
    guard case .failed(let first) = received, case .failed(let second) = connection.send([1])
    else {
      Issue.record("neither is possible")
      return
    }
    #expect(first.errno == EBADF && second.errno == EBADF)
    pair.world.run(for: .milliseconds(10))
  }

  @Test("What is not wanted is not told, and told when it is", arguments: Network.allCases)
  func wishes(on network: Network) throws {
    let world = try TestWorld(network)
    var accepted: (any TransportConnection)?
    let listener = try world.transport.listen(at: world.anyPort) { accepted = $0 }
    let client = try world.transport.connect(to: listener.address)
    var news: [String] = []
    client.onEvent = { news.append("\($0)") }
    #expect(world.run { accepted != nil && news == ["opened"] })
    _ = accepted?.send([1, 2, 3])
    world.run(for: .milliseconds(20))
    #expect(news == ["opened"])
    client.wantsToReceive = true
    #expect(world.run { news.count > 1 })
    client.wantsToReceive = false
    let count = news.count
    world.run(for: .milliseconds(10))
    #expect(news.dropFirst().allSatisfy { $0 == "readable" } && news.count == count)
    client.wantsToSend = true
    #expect(world.run { news.count > count })
    #expect(news[count...].allSatisfy { $0 == "writable" })
    client.wantsToSend = false
    var buffer = [UInt8](repeating: 0, count: 10)
    guard case .bytes(3) = buffer.withUnsafeMutableBytes({ client.receive(into: $0) }),
      case .wouldBlock = buffer.withUnsafeMutableBytes({ client.receive(into: $0) })
    else {
      Issue.record("all of it, then nothing")
      return
    }
  }
}
