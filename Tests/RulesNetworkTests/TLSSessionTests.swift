#if TLS

  import RulesRuntime
  import Testing

  @testable import RulesNetwork

  @Suite("TLS: sessions in memory")
  struct TLSSessionTests {
    /// Two ends whose bytes the test carries.
    private final class Pair {
      let server: TLSSession
      let client: TLSSession
      private let scratch = TLSScratch()

      init(_ certificates: TLSCertificates) throws {
        server = try #require(
          TLSSession(
            context: TLSContext(files: certificates.files("server")), isServer: true, host: nil))
        client = try #require(
          TLSSession(
            context: TLSContext(files: certificates.files("client")), isServer: false,
            host: "127.0.0.1"))
      }

      func output(of session: TLSSession) -> [UInt8] {
        var bytes: [UInt8] = []
        session.takeOutput(into: &bytes, by: scratch)
        return bytes
      }

      /// Both ends shake hands until neither says more.
      /// - Parameter change: what happens on the way to the bytes, of the client or not.
      /// - Returns: whether both are done.
      func shakeHands(change: (Bool, inout [UInt8]) -> Void = { _, _ in }) -> Bool {
        var isDone = [false, false]
        for turn in 0..<10 {
          let isClient = turn.isMultiple(of: 2)
          let (from, to) = isClient ? (client, server) : (server, client)
          switch from.shakeHands() {
          case .done: isDone[turn % 2] = true
          case .needsInput: break
          case .ended, .failed: return false
          }
          var bytes = output(of: from)
          change(isClient, &bytes)
          bytes.withUnsafeBytes { to.feed($0) }
        }
        return isDone == [true, true]
      }

      func write(_ bytes: [UInt8]) -> [UInt8] {
        guard case .done(bytes.count) = bytes.withUnsafeBytes({ client.write($0) }) else {
          Issue.record("not written")
          return []
        }
        return output(of: client)
      }

      /// What the server reads of these bytes; nil: it refuses them.
      func read(_ bytes: [UInt8]) -> [UInt8]? {
        bytes.withUnsafeBytes { server.feed($0) }
        var plain: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 100)
        while true {
          switch buffer.withUnsafeMutableBytes({ server.read(into: $0) }) {
          case .done(let count): plain += buffer[..<count]
          case .needsInput: return plain
          case .ended, .failed: return nil
          }
        }
      }
    }

    @Test("What one end writes, the other reads, and nobody reads it on the way")
    func readAndWrite() throws {
      try TLSCertificates.withBothEnds { certificates in
        let pair = try Pair(certificates)
        #expect(pair.shakeHands())
        let text = [UInt8]("attack at dawn, or rather at noon".utf8)
        let record = pair.write(text)
        #expect(!record.isEmpty && !String(decoding: record, as: UTF8.self).contains("attack"))
        #expect(pair.read(record) == text)
        #expect(pair.server.peerIdentity == PeerIdentity(role: .client, name: "app-1"))
      }
    }

    @Test("A record in pieces is read when it is complete")
    func pieces() throws {
      try TLSCertificates.withBothEnds { certificates in
        let pair = try Pair(certificates)
        #expect(pair.shakeHands())
        let record = pair.write([1, 2, 3])
        for byte in record.dropLast() { #expect(pair.read([byte]) == []) }
        #expect(pair.read([record[record.count - 1]]) == [1, 2, 3])
      }
    }

    /// A session is over after one refusal, hence a handshake for each place.
    @Test("A record with one bit changed is refused, wherever it is")
    func changedRecord() throws {
      try TLSCertificates.withBothEnds { certificates in
        for place in [0, 1, 2, 5, 8, 20, 30] {
          let pair = try Pair(certificates)
          #expect(pair.shakeHands())
          var record = pair.write([1, 2, 3, 4, 5, 6, 7, 8, 9])
          try #require(place < record.count)
          record[place] ^= 1
          #expect(pair.read(record) == nil, "byte \(place) of \(record.count)")
        }
      }
    }

    @Test("A record that comes twice, or before another, is refused")
    func replayedRecord() throws {
      try TLSCertificates.withBothEnds { certificates in
        let twice = try Pair(certificates)
        #expect(twice.shakeHands())
        let record = twice.write([1])
        #expect(twice.read(record) == [1])
        #expect(twice.read(record) == nil)

        let swapped = try Pair(certificates)
        #expect(swapped.shakeHands())
        let (first, second) = (swapped.write([1]), swapped.write([2]))
        #expect(swapped.read(second + first) == nil)
      }
    }

    @Test(
      "A handshake with one byte changed on the way does not succeed", arguments: [true, false])
    func changedHandshake(ofClient: Bool) throws {
      try TLSCertificates.withBothEnds { certificates in
        var random = SplitMix64(seed: 9)
        for _ in 0..<12 {
          let pair = try Pair(certificates)
          var isChanged = false
          let isDone = pair.shakeHands { isClient, bytes in
            guard isClient == ofClient, !bytes.isEmpty, !isChanged else { return }
            // Not the version of a first record, which nobody has to look at.
            bytes[Int.random(in: 6..<bytes.count, using: &random)] ^= 0x41
            isChanged = true
          }
          #expect(isChanged && !isDone)
        }
      }
    }

    @Test("Bytes of no sense are refused, and do no harm")
    func garbage() throws {
      try TLSCertificates.withBothEnds { certificates in
        var random = SplitMix64(seed: 10)
        let pair = try Pair(certificates)
        let context = try TLSContext(files: certificates.files("server"))
        for _ in 0..<200 {
          let session = try #require(TLSSession(context: context, isServer: true, host: nil))
          var bytes = (0..<Int.random(in: 5...600, using: &random)).map { _ in
            UInt8(truncatingIfNeeded: random.next())
          }
          // Half of them look like the head of a handshake's record.
          if random.next() % 2 == 0 {
            bytes.replaceSubrange(0..<5, with: [22, 3, 1, 0, UInt8(min(bytes.count - 5, 255))])
          }
          bytes.withUnsafeBytes { session.feed($0) }
          if case .done = session.shakeHands() { Issue.record("a handshake of nothing") }
        }
        #expect(pair.shakeHands())
      }
    }
  }

#endif  // TLS
