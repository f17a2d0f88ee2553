import RulesRuntime
import Testing

@testable import RulesNetwork

@Suite("Mutual authentication")
struct SecurityAuthenticationTests {
  private static func key(_ id: String, _ role: ClusterRole, _ byte: UInt8) throws -> ClusterKey {
    try #require(
      [UInt8](repeating: byte, count: 32).withUnsafeBytes {
        ClusterKey(id: id, role: role, secret: $0)
      })
  }

  private static let transcript = HandshakeTranscript(
    cluster: ClusterID(high: 0x1234, low: 0x5678), clientRole: .client, serverRole: .server,
    keyID: "east-7", target: ServerID(slot: 3, generation: 1), sessionID: 99,
    clientNonce: (0..<32).map { UInt8($0) }, serverNonce: (0..<32).map { UInt8(100 + $0) },
    version: 2)

  /// Every transcript that differs in one bit of one field, or in one field of few values.
  private static var others: [HandshakeTranscript] {
    var others: [HandshakeTranscript] = []
    func add(_ change: (inout HandshakeTranscript) -> Void) {
      var other = transcript
      change(&other)
      others.append(other)
    }
    for bit in 0..<64 {
      add { $0.cluster.high ^= 1 << UInt64(bit) }
      add { $0.cluster.low ^= 1 << UInt64(bit) }
      add { $0.sessionID ^= 1 << UInt64(bit) }
    }
    for bit in 0..<32 {
      add { $0.target?.slot ^= 1 << UInt32(bit) }
      add { $0.target?.generation ^= 1 << UInt32(bit) }
    }
    for bit in 0..<256 {
      add { $0.clientNonce[bit / 8] ^= 1 << UInt8(bit % 8) }
      add { $0.serverNonce[bit / 8] ^= 1 << UInt8(bit % 8) }
    }
    for bit in 0..<8 { add { $0.version ^= 1 << UInt8(bit) } }
    for role in ClusterRole.allCases {
      if role != transcript.clientRole { add { $0.clientRole = role } }
      if role != transcript.serverRole { add { $0.serverRole = role } }
    }
    add { $0.target = nil }
    add { $0.target = ServerID(slot: 0, generation: 0) }
    for id in ["", "east-", "east-8", "east-7x"] { add { $0.keyID = id } }
    add { $0.clientNonce.removeLast() }
    add { $0.serverNonce.append(0) }
    add { swap(&$0.clientNonce, &$0.serverNonce) }
    return others
  }

  @Test("Each end accepts the other's proof, and both know the same connection nonce")
  func accepted() throws {
    let here = try Self.key("east-7", .client, 1)
    let there = try Self.key("east-7", .client, 1)
    let transcript = Self.transcript
    let server = HandshakeProof.server(transcript, key: there)
    let client = HandshakeProof.client(transcript, key: here)
    #expect(server.count == HandshakeProof.byteCount && client.count == HandshakeProof.byteCount)
    #expect(HandshakeProof.verifyServer(server, transcript, key: here))
    #expect(HandshakeProof.verifyClient(client, transcript, key: there))
    #expect(
      HandshakeProof.connectionNonce(transcript, key: here)
        == HandshakeProof.connectionNonce(transcript, key: there))
  }

  @Test("A proof for a transcript that differs in one bit is refused")
  func otherTranscript() throws {
    let key = try Self.key("east-7", .client, 1)
    let server = HandshakeProof.server(Self.transcript, key: key)
    let client = HandshakeProof.client(Self.transcript, key: key)
    let nonce = HandshakeProof.connectionNonce(Self.transcript, key: key)
    var encodings: Set = [Self.transcript.encoded]
    for other in Self.others {
      #expect(!HandshakeProof.verifyServer(server, other, key: key), "\(other)")
      #expect(!HandshakeProof.verifyClient(client, other, key: key), "\(other)")
      #expect(HandshakeProof.connectionNonce(other, key: key) != nonce, "\(other)")
      #expect(encodings.insert(other.encoded).inserted, "\(other)")
    }
    #expect(encodings.count > 700)
  }

  @Test("A proof with one bit changed, cut off or extended is refused")
  func otherProof() throws {
    let key = try Self.key("east-7", .client, 1)
    let server = HandshakeProof.server(Self.transcript, key: key)
    let client = HandshakeProof.client(Self.transcript, key: key)
    func refuse(server: [UInt8], client: [UInt8]) {
      #expect(!HandshakeProof.verifyServer(server, Self.transcript, key: key))
      #expect(!HandshakeProof.verifyClient(client, Self.transcript, key: key))
    }
    for bit in 0..<256 {
      var (badServer, badClient) = (server, client)
      badServer[bit / 8] ^= 1 << UInt8(bit % 8)
      badClient[bit / 8] ^= 1 << UInt8(bit % 8)
      refuse(server: badServer, client: badClient)
    }
    refuse(server: [], client: [])
    refuse(server: server.dropLast(), client: client.dropLast())
    refuse(server: server + [0], client: client + [0])
  }

  @Test("An end's own proof, sent back to it, is refused")
  func reflected() throws {
    let key = try Self.key("east-7", .client, 1)
    let server = HandshakeProof.server(Self.transcript, key: key)
    let client = HandshakeProof.client(Self.transcript, key: key)
    #expect(!HandshakeProof.verifyServer(client, Self.transcript, key: key))
    #expect(!HandshakeProof.verifyClient(server, Self.transcript, key: key))
    let nonce = HandshakeProof.connectionNonce(Self.transcript, key: key)
    let prefixes = [server, client].map { $0.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
    #expect(!prefixes.contains(nonce), "the nonce tells nothing of a proof, nor a proof of it")
  }

  @Test("A proof with another secret is refused")
  func otherKey() throws {
    let key = try Self.key("east-7", .client, 1)
    let other = try Self.key("east-7", .client, 2)
    let server = HandshakeProof.server(Self.transcript, key: other)
    let client = HandshakeProof.client(Self.transcript, key: other)
    #expect(!HandshakeProof.verifyServer(server, Self.transcript, key: key))
    #expect(!HandshakeProof.verifyClient(client, Self.transcript, key: key))
  }

  @Test("Who has the key but claims what the key does not give is refused")
  func otherClaim() throws {
    let key = try Self.key("east-7", .client, 1)
    var claims: [HandshakeTranscript] = []
    for role in ClusterRole.allCases where role != .client {
      var claim = Self.transcript
      claim.clientRole = role
      claims.append(claim)
    }
    var claim = Self.transcript
    claim.keyID = "east-8"
    claims.append(claim)
    claim = Self.transcript
    claim.clientNonce = []
    claims.append(claim)
    claim = Self.transcript
    claim.serverNonce = [1]
    claims.append(claim)
    for claim in claims {
      let server = HandshakeProof.server(claim, key: key)
      let client = HandshakeProof.client(claim, key: key)
      #expect(!HandshakeProof.verifyServer(server, claim, key: key), "\(claim)")
      #expect(!HandshakeProof.verifyClient(client, claim, key: key), "\(claim)")
    }
  }
}
