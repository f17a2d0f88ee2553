import RulesNetwork
import Testing

@testable import LogServices

@Suite("A sealed file")
struct SealedFileTests {
  @Test("gives back what was sealed")
  func roundTrip() throws {
    let sealed = SealedFile.seal([1, 2, 3], magic: 9)
    #expect(try SealedFile.open(sealed, magic: 9) == [1, 2, 3])
  }

  @Test("is refused when any of its bits is flipped")
  func flippedBits() {
    let sealed = SealedFile.seal(Array(0..<40), magic: 9)
    for index in sealed.indices {
      for bit in 0..<8 {
        var damaged = sealed
        damaged[index] ^= 1 << bit
        #expect(throws: SealedFile.Damage.self) { try SealedFile.open(damaged, magic: 9) }
      }
    }
  }

  @Test("is refused when it is cut short anywhere or goes on")
  func wrongLength() {
    let sealed = SealedFile.seal(Array(0..<40), magic: 9)
    for count in sealed.indices {
      #expect(throws: SealedFile.Damage.self) {
        try SealedFile.open(Array(sealed[..<count]), magic: 9)
      }
    }
    #expect(throws: SealedFile.Damage.self) { try SealedFile.open(sealed + [0], magic: 9) }
  }

  @Test("of another kind is refused")
  func foreign() {
    #expect(throws: SealedFile.Damage.self) {
      try SealedFile.open(SealedFile.seal([1], magic: 9), magic: 10)
    }
  }

  @Test(
    "that could not be written leaves the old one in its place",
    arguments: [
      FaultyFiles.Call.open, .write, .sync, .rename,
    ])
  func failedReplacement(call: FaultyFiles.Call) throws {
    let directory = try TemporaryDirectory()
    let faulty = FaultyFiles()
    func replace(_ content: [UInt8]) throws {
      try SealedFile.replace(
        "f", in: directory.path, content: content, magic: 9, files: faulty.files, syncs: true)
    }
    try replace([1])
    faulty.fail(call, errno: 28)
    #expect(throws: SystemError.self) { try replace([2]) }
    faulty.repair()
    let content = try SealedFile.read(directory.file("f"), magic: 9, files: faulty.files)
    #expect(content == [1])
  }
}
