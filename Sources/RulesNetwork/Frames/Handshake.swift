/// The client's first frame: who it is and whom it wants to talk to.
struct Hello: Hashable, Sendable {
  /// nil: not known.
  var cluster: ClusterID?
  var role = ClusterRole.client
  /// The member that the client is.
  var member: ServerID?
  /// nil: whoever is there.
  var target: ServerID?
  /// Names the client to this server for as long as it exists, over all its connections.
  var session: UInt64 = 0
  var nonce = [UInt8](repeating: 0, count: HandshakeTranscript.nonceByteCount)
  /// The key that it is going to prove; empty: none.
  var keyID = ""

  init() {}

  init(decoding body: [UInt8]) throws(WireError) {
    var reader = WireReader(body)
    if try reader.bool() {
      cluster = ClusterID(high: try reader.uint64(), low: try reader.uint64())
    }
    let code = try reader.uint8()
    guard let role = ClusterRole(rawValue: code) else { throw WireError("role \(code)") }
    self.role = role
    member = try Self.serverID(&reader)
    target = try Self.serverID(&reader)
    session = try reader.uint64()
    nonce = try Self.nonce(&reader)
    keyID = try reader.string(limit: ClusterKey.idByteCount.upperBound)
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = WireWriter()
    writer.bool(cluster != nil)
    if let cluster {
      writer.uint64(cluster.high)
      writer.uint64(cluster.low)
    }
    writer.uint8(role.rawValue)
    Self.write(member, &writer)
    Self.write(target, &writer)
    writer.uint64(session)
    writer.bytes(nonce)
    writer.string(keyID)
    return writer.bytes
  }

  /// A client's nonce, as a hello has it and the answers repeat it.
  fileprivate static func nonce(_ reader: inout WireReader) throws(WireError) -> [UInt8] {
    let nonce = try reader.bytes(limit: HandshakeTranscript.nonceByteCount)
    guard nonce.count == HandshakeTranscript.nonceByteCount else {
      throw WireError("nonce of \(nonce.count) bytes")
    }
    return nonce
  }

  private static func serverID(_ reader: inout WireReader) throws(WireError) -> ServerID? {
    guard try reader.bool() else { return nil }
    return ServerID(slot: try reader.uint32(), generation: try reader.uint32())
  }

  private static func write(_ id: ServerID?, _ writer: inout WireWriter) {
    writer.bool(id != nil)
    guard let id else { return }
    writer.uint32(id.slot)
    writer.uint32(id.generation)
  }

  /// What both proofs cover.
  func transcript(cluster: ClusterID, serverRole: ClusterRole, serverNonce: [UInt8])
    -> HandshakeTranscript
  {
    HandshakeTranscript(
      cluster: cluster, clientRole: role, serverRole: serverRole, keyID: keyID, target: target,
      member: member, sessionID: session, clientNonce: nonce, serverNonce: serverNonce,
      version: FrameHeader.version)
  }
}

/// The server's answer to a client that names a key: its own proof, and its nonce for the client's.
struct Challenge: Hashable, Sendable {
  var cluster: ClusterID
  var role: ClusterRole
  var nonce: [UInt8]
  var proof: [UInt8]

  init(cluster: ClusterID, role: ClusterRole, nonce: [UInt8], proof: [UInt8]) {
    self.cluster = cluster
    self.role = role
    self.nonce = nonce
    self.proof = proof
  }

  init(decoding body: [UInt8]) throws(WireError) {
    var reader = WireReader(body)
    cluster = ClusterID(high: try reader.uint64(), low: try reader.uint64())
    let code = try reader.uint8()
    guard let role = ClusterRole(rawValue: code) else { throw WireError("role \(code)") }
    self.role = role
    nonce = try reader.bytes(limit: HandshakeTranscript.nonceByteCount)
    proof = try reader.bytes(limit: HandshakeProof.byteCount)
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = WireWriter()
    writer.uint64(cluster.high)
    writer.uint64(cluster.low)
    writer.uint8(role.rawValue)
    writer.bytes(nonce)
    writer.bytes(proof)
    return writer.bytes
  }
}

/// The server serves the client.
struct Welcome: Hashable, Sendable {
  /// What all frames of the connection carry; with a key it is not sent but known to both.
  var nonce: UInt64
  /// Whether the server remembers the client's session: no request of it is done twice.
  var isResumed: Bool
  /// The nonce of the hello that is answered: with another one the server takes the client for
  /// somebody else.
  var helloNonce: [UInt8]

  init(nonce: UInt64, isResumed: Bool, helloNonce: [UInt8]) {
    self.nonce = nonce
    self.isResumed = isResumed
    self.helloNonce = helloNonce
  }

  init(decoding body: [UInt8]) throws(WireError) {
    var reader = WireReader(body)
    nonce = try reader.uint64()
    isResumed = try reader.bool()
    helloNonce = try Hello.nonce(&reader)
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = WireWriter()
    writer.uint64(nonce)
    writer.bool(isResumed)
    writer.bytes(helloNonce)
    return writer.bytes
  }
}

/// Why a server does not serve a client.
struct Rejection: Hashable, Sendable, CustomStringConvertible {
  enum Reason: UInt8, Sendable {
    /// Another server than the one addressed: that one is gone for good.
    case otherServer = 1
    /// It is not yet anybody, but may become the one addressed. Try again.
    case notEnlisted = 2
    /// It has all the connections it can keep. Try again.
    case tooManyConnections = 3
    /// It does not speak the client's version of the protocol.
    case version = 4
    /// It belongs to another cluster.
    case otherCluster = 5
    /// The client has not proved a key that the server knows and that has the client's role.
    case notAuthenticated = 6
  }

  var reason: Reason
  /// The versions that the server speaks.
  var versions: ClosedRange<UInt8> = FrameHeader.version...FrameHeader.version
  /// The nonce of the hello that is rejected; empty: the server has read none.
  var helloNonce: [UInt8] = []

  init(_ reason: Reason, helloNonce: [UInt8] = []) {
    self.reason = reason
    self.helloNonce = helloNonce
  }

  /// Whether this is about a hello. What was said to another one, and comes late, would have a client
  /// give up a server that is there.
  func answers(_ hello: Hello) -> Bool {
    switch reason {
    case .tooManyConnections, .version: true
    case .otherServer, .notEnlisted, .otherCluster, .notAuthenticated: helloNonce == hello.nonce
    }
  }

  init(decoding body: [UInt8]) throws(WireError) {
    var reader = WireReader(body)
    let code = try reader.uint8()
    guard let reason = Reason(rawValue: code) else { throw WireError("rejection \(code)") }
    self.reason = reason
    let oldest = try reader.uint8()
    let newest = try reader.uint8()
    guard oldest <= newest else { throw WireError("versions \(oldest) to \(newest)") }
    versions = oldest...newest
    // What servers of other versions say after this is not known.
    if reason == .version { return }
    helloNonce = try reader.bytes(limit: HandshakeTranscript.nonceByteCount)
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = WireWriter()
    writer.uint8(reason.rawValue)
    writer.uint8(versions.lowerBound)
    writer.uint8(versions.upperBound)
    if reason != .version { writer.bytes(helloNonce) }
    return writer.bytes
  }

  var description: String {
    switch reason {
    case .otherServer: "another server answers there"
    case .notEnlisted: "the server there is not enlisted"
    case .tooManyConnections: "the server has too many connections"
    case .version:
      "the server speaks protocol versions \(versions.lowerBound) to \(versions.upperBound), "
        + "this client \(FrameHeader.version)"
    case .otherCluster: "the server belongs to another cluster"
    case .notAuthenticated: "the server does not know this client's key"
    }
  }
}
