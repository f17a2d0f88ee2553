/// What the proofs of both ends of a connection cover. All of it is fixed before either is made, so
/// nothing of it can be changed on the way, and no proof is worth anything on another connection.
package struct HandshakeTranscript: Hashable, Sendable {
  /// The size of each end's nonce in bytes.
  package static let nonceByteCount = 32

  /// The cluster that both ends belong to.
  package var cluster: ClusterID
  /// The role of the end that opened the connection; that of the key.
  package var clientRole: ClusterRole
  /// The role of the end that accepted it.
  package var serverRole: ClusterRole
  /// The name of the key that both ends prove.
  package var keyID: String
  /// Whom the client wants to talk to; nil: whoever is there.
  package var target: ServerID?
  /// The member that the client says it is; nil: none.
  package var member: ServerID?
  /// The client's session.
  package var sessionID: UInt64
  /// 32 random bytes of the client, new for each connection.
  package var clientNonce: [UInt8]
  /// 32 random bytes of the server, new for each connection.
  package var serverNonce: [UInt8]
  /// The version of the protocol that both ends go on with.
  package var version: UInt8

  package init(
    cluster: ClusterID, clientRole: ClusterRole, serverRole: ClusterRole, keyID: String,
    target: ServerID?, member: ServerID? = nil, sessionID: UInt64, clientNonce: [UInt8],
    serverNonce: [UInt8], version: UInt8
  ) {
    self.cluster = cluster
    self.clientRole = clientRole
    self.serverRole = serverRole
    self.keyID = keyID
    self.target = target
    self.member = member
    self.sessionID = sessionID
    self.clientNonce = clientNonce
    self.serverNonce = serverNonce
    self.version = version
  }

  /// One string of bytes for each transcript: fields of fixed size, and lengths before all others.
  package var encoded: [UInt8] {
    var writer = WireWriter()
    writer.uint8(version)
    writer.uint64(cluster.high)
    writer.uint64(cluster.low)
    writer.uint8(clientRole.rawValue)
    writer.uint8(serverRole.rawValue)
    writer.string(keyID)
    writer.bool(target != nil)
    writer.uint32(target?.slot ?? 0)
    writer.uint32(target?.generation ?? 0)
    writer.bool(member != nil)
    writer.uint32(member?.slot ?? 0)
    writer.uint32(member?.generation ?? 0)
    writer.uint64(sessionID)
    writer.bytes(clientNonce)
    writer.bytes(serverNonce)
    return writer.bytes
  }

  /// Whether this is a transcript that `key` may prove at all.
  fileprivate func isProvable(by key: ClusterKey) -> Bool {
    clientNonce.count == Self.nonceByteCount && serverNonce.count == Self.nonceByteCount
      && key.id == keyID && key.role == clientRole
  }
}

/// Proofs that an end of a connection has a key, without telling the key: HMAC-SHA-256 of the
/// transcript.
///
/// Each direction has a label of its own, so neither end can answer with what it was sent. Both ends
/// have the same key: a proof says "one of those who have it", not which.
package enum HandshakeProof {
  /// The size of a proof in bytes.
  package static let byteCount = SHA256.byteCount

  /// The server's proof, 32 bytes.
  package static func server(_ transcript: HandshakeTranscript, key: ClusterKey) -> [UInt8] {
    code(label: "swift-rules server proof", transcript, key: key)
  }

  /// The client's proof, 32 bytes.
  package static func client(_ transcript: HandshakeTranscript, key: ClusterKey) -> [UInt8] {
    code(label: "swift-rules client proof", transcript, key: key)
  }

  /// Whether `proof` is the server's: also false when the transcript names another key, has another
  /// role than the key gives, or nonces of the wrong size.
  package static func verifyServer(
    _ proof: some Collection<UInt8>, _ transcript: HandshakeTranscript, key: ClusterKey
  ) -> Bool {
    let isEqual = constantTimeEquals(proof, server(transcript, key: key))
    return isEqual && transcript.isProvable(by: key)
  }

  /// Whether `proof` is the client's: also false when the transcript names another key, has another
  /// role than the key gives, or nonces of the wrong size.
  package static func verifyClient(
    _ proof: some Collection<UInt8>, _ transcript: HandshakeTranscript, key: ClusterKey
  ) -> Bool {
    let isEqual = constantTimeEquals(proof, client(transcript, key: key))
    return isEqual && transcript.isProvable(by: key)
  }

  /// The number in the header of every frame of the connection: both ends know it without sending
  /// it in the handshake, and a frame of another connection does not have it.
  package static func connectionNonce(_ transcript: HandshakeTranscript, key: ClusterKey) -> UInt64
  {
    code(label: "swift-rules connection nonce", transcript, key: key)
      .prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func code(
    label: String, _ transcript: HandshakeTranscript, key: ClusterKey
  ) -> [UInt8] {
    var writer = WireWriter()
    writer.string(label)
    return key.secret.withBytes { secret in
      var function = HMACSHA256(key: secret)
      function.update(writer.bytes)
      function.update(transcript.encoded)
      return function.finish()
    }
  }
}
