/// A client's side of a handshake: what it says, and what it makes of the answers.
struct ClientHandshake {
  enum Step {
    case proof([UInt8])
    case accepted(Accepted)
  }

  struct Accepted {
    /// What the frames of the connection carry.
    var nonce: UInt64
    var isResumed: Bool
  }

  /// The server cannot be who it should be.
  struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  let hello: Hello
  private let key: ClusterKey?
  private var transcript: HandshakeTranscript?

  init(_ endpoint: RPCEndpoint, target: ServerID?, session: UInt64) {
    key = endpoint.keys.first { $0.role == endpoint.role }
    var hello = Hello()
    hello.cluster = endpoint.cluster
    hello.role = endpoint.role
    hello.member = endpoint.member
    hello.target = target
    hello.session = session
    hello.nonce = endpoint.nonce()
    hello.keyID = key?.id ?? ""
    self.hello = hello
  }

  /// - Parameter type: `challenge` or `welcome`.
  mutating func answer(_ type: FrameType, _ body: [UInt8]) throws(Problem) -> Step {
    do {
      if type == .challenge { return .proof(try prove(Challenge(decoding: body))) }
      return .accepted(try accept(Welcome(decoding: body)))
    } catch let error as Problem {
      throw error
    } catch {
      throw Problem(description: "\(type): \(error)")
    }
  }

  private mutating func prove(_ challenge: Challenge) throws -> [UInt8] {
    guard let key, transcript == nil else { throw Problem(description: "unexpected challenge") }
    if let cluster = hello.cluster, cluster != challenge.cluster {
      throw Problem(description: "a challenge of another cluster")
    }
    let transcript = hello.transcript(
      cluster: challenge.cluster, serverRole: challenge.role, serverNonce: challenge.nonce)
    guard HandshakeProof.verifyServer(challenge.proof, transcript, key: key) else {
      throw Problem(description: "the server does not prove that it has key \(key.id)")
    }
    self.transcript = transcript
    return HandshakeProof.client(transcript, key: key)
  }

  private func accept(_ welcome: Welcome) throws -> Accepted {
    guard welcome.helloNonce == hello.nonce else {
      throw Problem(description: "a welcome of another hello")
    }
    guard let key else { return Accepted(nonce: welcome.nonce, isResumed: welcome.isResumed) }
    guard let transcript else {
      throw Problem(description: "the server does not prove that it has key \(key.id)")
    }
    return Accepted(
      nonce: HandshakeProof.connectionNonce(transcript, key: key), isResumed: welcome.isResumed)
  }
}
