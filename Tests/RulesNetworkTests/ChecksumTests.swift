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

  @Test("Hardware and software agree on every length and alignment")
  func hardwareEqualsSoftware() {
    var random = SplitMix64(seed: 5)
    let bytes = (0..<400).map { _ in UInt8.random(in: 0...255, using: &random) }
    bytes.withUnsafeBytes { bytes in
      for start in 0..<9 {
        for end in start...bytes.count {
          let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
          #expect(
            clinux_crc32c(7, part.baseAddress, part.count)
              == clinux_crc32c_software(7, part.baseAddress, part.count))
        }
      }
    }
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
