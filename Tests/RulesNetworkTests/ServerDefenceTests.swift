import RulesRuntime
import Testing

@testable import RulesNetwork

/// What a server does with clients that break the protocol.
@Suite("Bad clients")
struct ServerDefenceTests {
  private static let hello = OutgoingFrame(type: .hello, body: Hello(target: nil).encoded).bytes

  /// Has a client send `bytes` to a server that serves another client meanwhile.
  /// - Returns: what the bad client received and the lines logged about it.
  private func abuse(
    on network: Network, with bytes: [UInt8]
  ) throws -> (frames: [Frame], warnings: [String]) {
    let world = try TestWorld(network)
    let server = try world.echoServer()
    let client = world.client()
    let before = client.call(server.address, [1])
    #expect(world.run { before.isReady })

    let bad = try RawPeer(connectingTo: server.address, in: world)
    bad.send(bytes)
    #expect(world.run { bad.isClosed })
    let after = client.call(server.address, [2])
    #expect(world.run { after.isReady })
    #expect(after.outcome == .ok([2]))
    #expect(client.statistics.unreachable == 0, "the good client's connection stays")
    return (bad.frames, world.log.warnings)
  }

  private func expectOneLine(_ warnings: [String], _ reason: String) {
    #expect(warnings.count == 1)
    #expect(warnings.first?.hasPrefix("connection from ") == true)
    #expect(warnings.first?.hasSuffix(" closed: \(reason)") == true, "\(warnings)")
  }

  @Test("Garbage closes its connection with one logged line", arguments: Network.allCases)
  func garbage(on network: Network) throws {
    let text = [UInt8]("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n".utf8)
    let (frames, warnings) = try abuse(on: network, with: text)
    #expect(frames.isEmpty)
    expectOneLine(warnings, "no frame (it starts with 0x20544547)")
  }

  @Test("Garbage shorter than a header is not waited for", arguments: Network.allCases)
  func shortGarbage(on network: Network) throws {
    let (_, warnings) = try abuse(on: network, with: Array("GET / HTTP/1.0\r\n\r\n".utf8))
    expectOneLine(warnings, "no frame (it starts with 0x20544547)")
  }

  @Test("Half a hello is given up after two seconds", arguments: Network.allCases)
  func halfHello(on network: Network) throws {
    let (_, warnings) = try abuse(on: network, with: Array(Self.hello.prefix(20)))
    expectOneLine(warnings, "no hello within 2.0 seconds")
  }

  @Test("Silence is given up after two seconds", arguments: Network.allCases)
  func silence(on network: Network) throws {
    let (_, warnings) = try abuse(on: network, with: [])
    expectOneLine(warnings, "no hello within 2.0 seconds")
  }

  @Test("Another version is told which one is spoken", arguments: Network.allCases)
  func version(on network: Network) throws {
    var bytes = Self.hello
    bytes[4] = 9
    let (frames, warnings) = try abuse(on: network, with: bytes)
    #expect(frames.map(\.header.type) == [.rejection])
    #expect(frames.first.map { try? Rejection(decoding: $0.body) } == Rejection(.version))
    expectOneLine(warnings, "protocol version 9, not 1")
  }

  @Test("A header that was damaged is not believed", arguments: Network.allCases)
  func headerChecksum(on network: Network) throws {
    var bytes = Self.hello
    bytes[12] ^= 1
    expectOneLine(try abuse(on: network, with: bytes).warnings, "checksum of a frame header")
  }

  @Test("A body that was damaged is not believed", arguments: Network.allCases)
  func bodyChecksum(on network: Network) throws {
    var bytes = Self.hello
    bytes[FrameHeader.size] ^= 1
    expectOneLine(try abuse(on: network, with: bytes).warnings, "checksum of a body")
  }

  @Test("A hello longer than a hello is refused by its header", arguments: Network.allCases)
  func longHello(on network: Network) throws {
    let header = FrameHeader(type: .hello, length: 257, bodyChecksum: 0)
    expectOneLine(
      try abuse(on: network, with: header.encoded).warnings, "body of 257 bytes, limit 256")
  }

  @Test("A hello that is none is refused", arguments: Network.allCases)
  func malformedHello(on network: Network) throws {
    let bytes = OutgoingFrame(type: .hello, body: [2, 0, 0, 0, 0, 0, 0, 0, 0]).bytes
    expectOneLine(
      try abuse(on: network, with: bytes).warnings, "hello: 2 where 0 or 1 is expected")
  }

  @Test("A request before the hello is refused", arguments: Network.allCases)
  func requestFirst(on network: Network) throws {
    let bytes = OutgoingFrame(type: .request, code: 1, id: 1, body: [1]).bytes
    expectOneLine(try abuse(on: network, with: bytes).warnings, "unexpected request")
  }

  @Test(
    "After the hello, only requests are accepted", arguments: Network.allCases,
    [FrameType.hello, .welcome, .rejection, .reply, .refusal])
  func onlyRequests(on network: Network, type: FrameType) throws {
    let bytes = Self.hello + OutgoingFrame(type: type, body: Hello(target: nil).encoded).bytes
    let (frames, warnings) = try abuse(on: network, with: bytes)
    #expect(frames.allSatisfy { $0.header.type == .welcome })
    expectOneLine(warnings, "unexpected \(type)")
  }

  @Test("A body above 16 MiB is refused by its header", arguments: Network.allCases)
  func hugeBody(on network: Network) throws {
    let header = FrameHeader(type: .request, id: 1, length: (16 << 20) + 1, bodyChecksum: 0)
    expectOneLine(
      try abuse(on: network, with: Self.hello + header.encoded).warnings,
      "body of 16777217 bytes, limit 16777216")
  }

  @Test("A frame that does not end is given up after five seconds")
  func unfinishedFrame() throws {
    let request = OutgoingFrame(type: .request, code: 1, id: 1, body: [1, 2, 3]).bytes
    let (frames, warnings) = try abuse(on: .memory, with: Self.hello + request.dropLast())
    #expect(frames.map(\.header.type) == [.welcome])
    expectOneLine(warnings, "a frame was not finished within 5.0 seconds")
  }

  @Test("A client that has nothing to say for long stays connected")
  func idleClient() throws {
    let world = try TestWorld(.memory)
    let server = try world.echoServer()
    let client = world.client()
    let before = client.call(server.address)
    #expect(world.run { before.isReady })
    world.run(for: .seconds(3600))
    let after = client.call(server.address)
    #expect(world.run { after.isReady })
    #expect(client.statistics.unreachable == 0)
    #expect(world.log.warnings.isEmpty)
  }

  @Test("Random bytes after a hello never do more than close the connection")
  func fuzz() throws {
    let seed: UInt64 = 20
    var random = SplitMix64(seed: seed)
    let world = try TestWorld(.memory)
    let server = try world.echoServer()
    for round in 0..<200 {
      let bad = try RawPeer(connectingTo: server.address, in: world)
      // A valid request with one random byte: every field of it gets its turn.
      var request = OutgoingFrame(type: .request, code: 1, id: 1, body: [1, 2, 3]).bytes
      let index = Int.random(in: request.indices, using: &random)
      request[index] ^= UInt8.random(in: 1...255, using: &random)
      bad.send(Self.hello + request)
      #expect(world.run { bad.isClosed }, "seed \(seed), round \(round), byte \(index)")
    }
    #expect(server.connectionCount == 0)
    #expect(world.log.warnings.count == 200)
  }
}
