import CLinux
import RulesNetwork
import RulesRuntime
import Testing

@Suite("CRC-32C")
struct ChecksumTests {
  private func checksum(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBytes { crc32c($0, seed: seed) }
  }

  /// The first from the CRC catalogue, the others from RFC 3720, B.4.
  @Test(
    "The published check values come out",
    arguments: [
      ([UInt8]("123456789".utf8), 0xe306_9283),
      ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
      ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
      ((0..<32).map { UInt8($0) }, 0x46dd_794e),
      ((0..<32).reversed().map { UInt8($0) }, 0x113f_db5c),
      ([], 0),
    ] as [([UInt8], UInt32)])
  func vectors(bytes: [UInt8], expected: UInt32) {
    #expect(checksum(bytes) == expected)
    #expect(
      bytes.withUnsafeBytes { clinux_crc32c_software(0, $0.baseAddress, $0.count) } == expected)
  }

  @Test("That of two pieces follows from that of each", arguments: [0, 1, 3, 8, 100, 65_537])
  func twoPieces(count: Int) {
    let (first, second) = (randomBytes(1_000, seed: 1), randomBytes(count, seed: 2))
    #expect(
      crc32c(of: checksum(first), followedBy: checksum(second), count: count)
        == checksum(first + second))
    #expect(crc32c(of: 0, followedBy: checksum(second), count: count) == checksum(second))
    #expect(
      crc32c(behind: checksum(first), in: checksum(first + second), count: count)
        == checksum(second))
  }

  @Test(
    "That of many bytes is taken as it is known, that of few is computed",
    arguments: [0, 1, 100, fewBytesOfChecksum, fewBytesOfChecksum + 1, 65_537])
  func known(count: Int) {
    let (first, second) = (randomBytes(1_000, seed: 1), randomBytes(count, seed: 2))
    func both(known: UInt32?) -> UInt32 {
      second.withUnsafeBytes { crc32c($0, seed: checksum(first), known: known) }
    }
    #expect(both(known: nil) == checksum(first + second))
    #expect(both(known: checksum(second)) == checksum(first + second))
    let isTrusted = count > fewBytesOfChecksum
    #expect((both(known: checksum(second) ^ 1) == checksum(first + second)) == !isTrusted)
  }

  private func agree(_ bytes: UnsafeRawBufferPointer, seed: UInt32) -> Bool {
    clinux_crc32c(seed, bytes.baseAddress, bytes.count)
      == clinux_crc32c_software(seed, bytes.baseAddress, bytes.count)
  }

  private func randomBytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    return [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
      for index in 0..<count {
        target.initializeElement(at: index, to: UInt8(truncatingIfNeeded: random.next()))
      }
      initialized = count
    }
  }

  @Test("Hardware and software agree on every short length and alignment")
  func shortLengths() {
    randomBytes(400, seed: 5).withUnsafeBytes { bytes in
      for start in 0..<9 {
        for end in start...bytes.count {
          #expect(agree(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), seed: 7))
        }
      }
    }
  }

  /// The hardware takes three lanes of 256 bytes (blocks of 768), and of 8,192 bytes (24,576).
  @Test("Hardware and software agree around the ends of the blocks that are taken in three lanes")
  func blocks() {
    var random = SplitMix64(seed: 6)
    let seeds: [UInt32] = [0, 1, .max, UInt32(truncatingIfNeeded: random.next())]
    randomBytes(73_800, seed: 6).withUnsafeBytes { bytes in
      for blockBytes in [768, 1536, 23_808, 24_576, 25_344, 49_152, 73_728] {
        for length in (blockBytes - 40)...(blockBytes + 40) {
          let start = length % 9
          let part = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
          let seed = seeds[length % seeds.count]
          #expect(agree(part, seed: seed), "\(length) bytes from \(start), seed \(seed)")
        }
      }
    }
  }

  @Test("Hardware and software agree on long lengths, any alignment and any seed")
  func longLengths() {
    var random = SplitMix64(seed: 7)
    randomBytes(70_000, seed: 7).withUnsafeBytes { bytes in
      for _ in 0..<200 {
        let start = Int.random(in: 0..<64, using: &random)
        let end = Int.random(in: start...bytes.count, using: &random)
        let seed = UInt32(truncatingIfNeeded: random.next())
        let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        #expect(agree(part, seed: seed), "\(start)..<\(end), seed \(seed)")
      }
    }
  }

  @Test("Every single changed bit of a long message changes its checksum")
  func changedBits() {
    var bytes = randomBytes(30_000, seed: 8)
    let expected = checksum(bytes)
    for index in stride(from: 0, to: bytes.count, by: 61) {
      let bit = UInt8(1 << (index % 8))
      bytes[index] ^= bit
      #expect(checksum(bytes) != expected)
      bytes[index] ^= bit
    }
    #expect(checksum(bytes) == expected)
  }

  @Test("A checksum goes on from the checksum of what came before")
  func continued() {
    let bytes = [UInt8]("one piece after the other".utf8)
    for cut in 0...bytes.count {
      let first = checksum(Array(bytes[..<cut]))
      #expect(checksum(Array(bytes[cut...]), seed: first) == checksum(bytes))
    }
  }
}
