import RulesRuntime
import Testing

@testable import RulesNetwork

@Suite("SHA-256 and HMAC-SHA-256")
struct SecurityHashTests {
  private func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.compactMap(hexValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The examples of FIPS 180 for one block, two blocks and none.
  @Test(
    "The published hashes come out",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnop"
          + "jklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
    ])
  func hashes(text: String, expected: String) {
    #expect(hex(SHA256.hash(text.utf8)) == expected)
  }

  /// Every length around the ends of blocks, checked against hashes of hashes that another
  /// implementation made: SHA-256 over the concatenated hashes of 0, 1, ... 199 bytes `0, 1, 2, ...`.
  @Test("Every length up to three blocks is padded well")
  func lengths() {
    var all: [UInt8] = []
    for length in 0..<200 { all += SHA256.hash((0..<length).map { UInt8($0) }) }
    #expect(
      hex(SHA256.hash(all)) == "ba7b0fcea7d10c06b855b43d2b4dce1e3e842fff6be0acefb0faf4f2dd05bb47")
  }

  @Test("Pieces of any size give the hash of the whole")
  func pieces() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<50 {
      let whole = (0..<Int.random(in: 0...400, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      var function = SHA256()
      var rest = whole[...]
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 0...130, using: &random))
        function.update(piece)
        rest = rest.dropFirst(piece.count)
      }
      #expect(function.finish() == SHA256.hash(whole))
      #expect(function.finish() == SHA256.hash([]), "it is at its start again")
    }
  }

  /// RFC 4231, 4.2 to 4.4, 4.7 and 4.8: short and long keys.
  @Test(
    "The published authentication codes come out",
    arguments: [
      (
        String(repeating: "0b", count: 20), [UInt8]("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        "4a656665", [UInt8]("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        String(repeating: "aa", count: 20), [UInt8](repeating: 0xdd, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        String(repeating: "aa", count: 131),
        [UInt8]("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
      (
        String(repeating: "aa", count: 131),
        [UInt8](
          ("This is a test using a larger than block-size key and a larger than block-size data. "
            + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
      ),
    ])
  func codes(key: String, message: [UInt8], expected: String) {
    let code = bytes(key).withUnsafeBytes { key in
      var function = HMACSHA256(key: key)
      function.update(message)
      return function.finish()
    }
    #expect(hex(code) == expected)
  }

  @Test("Strings of bytes are equal only if all of them are")
  func equality() {
    let bytes = (0..<40).map { UInt8($0) }
    #expect(constantTimeEquals(bytes, bytes))
    #expect(constantTimeEquals([], []))
    #expect(!constantTimeEquals(bytes, bytes.dropLast()))
    for index in bytes.indices {
      var other = bytes
      other[index] ^= 0x80
      #expect(!constantTimeEquals(bytes, other))
    }
  }
}
