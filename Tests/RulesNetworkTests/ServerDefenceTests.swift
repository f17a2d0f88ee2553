import RulesRuntime
import Testing

@testable import RulesNetwork

/// What a server does with clients that break the protocol.
@Suite("Bad clients")
struct ServerDefenceTests {
  /// Has a client send `bytes` to a server that serves another client meanwhile.
  /// - Returns: what the bad client received and the lines logged about it.
  private func abuse(
    on network: Network, with bytes: [UInt8]
  ) throws -> (frames: [TestFrame], warnings: [String]) {
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
    let (_, warnings) = try abuse(on: network, with: Array(TestFrame.hello.prefix(20)))
    expectOneLine(warnings, "no hello within 2.0 seconds")
  }

  @Test("Silence is given up after two seconds", arguments: Network.allCases)
  func silence(on network: Network) throws {
    let (_, warnings) = try abuse(on: network, with: [])
    expectOneLine(warnings, "no hello within 2.0 seconds")
  }

  @Test("Another version is told which one is spoken", arguments: Network.allCases)
  func version(on network: Network) throws {
    var bytes = TestFrame.hello
    bytes[4] = 9
    let (frames, warnings) = try abuse(on: network, with: bytes)
    #expect(frames.map(\.header.type) == [.rejection])
    #expect(frames.first.map { try? Rejection(decoding: $0.body) } == Rejection(.version))
    expectOneLine(warnings, "protocol version 9, not 2")
  }

  @Test("A header that was damaged is not believed", arguments: Network.allCases)
  func headerChecksum(on network: Network) throws {
    var bytes = TestFrame.hello
    bytes[12] ^= 1
    expectOneLine(try abuse(on: network, with: bytes).warnings, "checksum of a frame header")
  }

  @Test("A body that was damaged is not believed", arguments: Network.allCases)
  func bodyChecksum(on network: Network) throws {
    var bytes = TestFrame.hello
    bytes[FrameHeader.size] ^= 1
    expectOneLine(try abuse(on: network, with: bytes).warnings, "checksum of a body")
  }

  @Test("A hello longer than a hello is refused by its header", arguments: Network.allCases)
  func longHello(on network: Network) throws {
    var header = FrameHeader(type: .hello)
    header.length = 513
    expectOneLine(
      try abuse(on: network, with: header.encoded).warnings, "body of 513 bytes, limit 512")
  }

  @Test("A hello that is none is refused", arguments: Network.allCases)
  func malformedHello(on network: Network) throws {
    let bytes = TestFrame(.hello, body: [2, 0, 0, 0, 0, 0, 0, 0, 0]).bytes
    expectOneLine(
      try abuse(on: network, with: bytes).warnings, "hello: 2 where 0 or 1 is expected")
  }

  @Test("A request before the hello is refused", arguments: Network.allCases)
  func requestFirst(on network: Network) throws {
    var header = TestFrame(.request, code: 1, id: 1, body: [1]).header
    header.session = 0
    let bytes = TestFrame(header: header, body: [1]).bytes
    expectOneLine(try abuse(on: network, with: bytes).warnings, "unexpected request")
  }

  @Test(
    "After the hello, only what a client says is accepted", arguments: Network.allCases,
    [
      FrameType.hello, .challenge, .proof, .welcome, .rejection, .reply, .refusal, .failure, .retry,
      .notMember,
    ])
  func onlyRequests(on network: Network, type: FrameType) throws {
    let bytes = TestFrame.hello + TestFrame(type, body: Hello().encoded, sequence: 1).bytes
    let (frames, warnings) = try abuse(on: network, with: bytes)
    #expect(frames.allSatisfy { $0.header.type == .welcome })
    expectOneLine(warnings, "unexpected \(type)")
  }

  @Test("A body above 16 MiB is refused by its header", arguments: Network.allCases)
  func hugeBody(on network: Network) throws {
    var header = TestFrame(.request, id: 1, sequence: 1).header
    header.length = (16 << 20) + 1
    expectOneLine(
      try abuse(on: network, with: TestFrame.hello + header.encoded).warnings,
      "body of 16777217 bytes, limit 16777216")
  }

  @Test("A frame that does not end is given up after five seconds")
  func unfinishedFrame() throws {
    let request = TestFrame(.request, code: 1, id: 1, body: [1, 2, 3], sequence: 1).bytes
    let (frames, warnings) = try abuse(on: .memory, with: TestFrame.hello + request.dropLast())
    #expect(frames.map(\.header.type) == [.welcome])
    expectOneLine(warnings, "a frame was not finished within 5.0 seconds")
  }

  @Test(
    "Frames that are lost, repeated or of another connection are noticed",
    arguments: Network.allCases)
  func foreignFrames(on network: Network) throws {
    func request(_ id: UInt64, sequence: UInt32) -> TestFrame {
      TestFrame(.request, code: 1, id: id, sequence: sequence)
    }
    let lost = request(1, sequence: 2).bytes
    expectOneLine(
      try abuse(on: network, with: TestFrame.hello + lost).warnings,
      "frame 2 where 1 is expected")
    let once = request(1, sequence: 1).bytes
    expectOneLine(
      try abuse(on: network, with: TestFrame.hello + once + once).warnings,
      "frame 1 where 2 is expected")
    let again = request(1, sequence: 2).bytes
    expectOneLine(
      try abuse(on: network, with: TestFrame.hello + once + again).warnings, "request 1 again")
    var header = request(1, sequence: 1).header
    header.session = 8
    expectOneLine(
      try abuse(on: network, with: TestFrame.hello + header.encoded).warnings,
      "a frame of another session")
  }

  @Test("A client that has nothing to say for long is not taken for lost")
  func idleClient() throws {
    let world = try TestWorld(.memory)
    let server = try world.echoServer()
    let client = world.client()
    let before = client.call(server.address)
    #expect(world.run { before.isReady })
    world.run(for: .seconds(3600))
    #expect(server.connectionCount == 0 && server.sessionCount == 0)
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
      var request = TestFrame(.request, code: 1, id: 1, body: [1, 2, 3], sequence: 1).bytes
      let index = Int.random(in: request.indices, using: &random)
      request[index] ^= UInt8.random(in: 1...255, using: &random)
      bad.send(TestFrame.hello + request)
      #expect(world.run { bad.isClosed }, "seed \(seed), round \(round), byte \(index)")
    }
    #expect(server.connectionCount == 0)
    #expect(world.log.warnings.count == 200)
  }
}
