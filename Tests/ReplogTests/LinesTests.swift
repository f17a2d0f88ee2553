import Testing

@testable import replog

@Suite("Cutting bytes into lines")
struct LinesTests {
  func lines(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    return Lines(bytes).ranges.map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test("A newline ends a line; what follows the last one is a line if there is something")
  func lineEnds() {
    #expect(lines("") == [])
    #expect(lines("\n") == [""])
    #expect(lines("a\n\nb") == ["a", "", "b"])
    #expect(lines("a\n\nb\n") == ["a", "", "b"])
    #expect(lines("a\r\nb") == ["a\r", "b"])
  }

  @Test("It is known whether the last line had its newline")
  func finalNewline() {
    #expect(Lines([]).endsWithNewline)
    #expect(Lines(Array("a\n".utf8)).endsWithNewline)
    #expect(!Lines(Array("a".utf8)).endsWithNewline)
  }

  @Test("Joined by newlines, the lines of any bytes are these bytes")
  func roundTrip() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SplitMix(state: seed)
    for _ in 0..<200 {
      let alphabet: [UInt8] = [0x0A, 0x0A, 0x00, 0x41, 0xFF, 0x0D]
      let bytes = (0..<Int(random.next() % 40)).map { _ in alphabet[Int(random.next() % 6)] }
      let lines = Lines(bytes)
      var joined: [UInt8] = []
      for range in lines.ranges { joined += bytes[range] + [0x0A] }
      if !lines.endsWithNewline { joined.removeLast() }
      #expect(joined == bytes, "seed \(seed)")
    }
  }

  @Test("The first line that is too long is found by its number")
  func longLine() {
    #expect(Lines(Array("ab\nabc\nabcd\n".utf8)).firstLonger(than: 2)?.line == 2)
    #expect(Lines(Array("ab\nabc\nabcd\n".utf8)).firstLonger(than: 4) == nil)
  }
}

/// A small deterministic generator, so that a failing run can be repeated from its seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
