import Testing

@testable import replog

/// The list of mutants that nothing finds.
@Suite struct KnownSurvivorsTests {
  static func known(_ text: String) throws -> KnownSurvivors {
    let directory = try Directory.makeTemporary(prefix: "replog-survivors-")
    defer { _ = Directory.removeTree(directory) }
    let path = "\(directory)/list"
    try FileBytes.write(text, to: path)
    return try KnownSurvivors(path: path)
  }

  @Test("A line names one mutant, or all with one beginning")
  func matching() throws {
    let known = try Self.known("// Why\n\nA R without x  // y asks for it\nA W*  // a wait\n")
    #expect(known.place(of: "A R without x")?.hasSuffix("/list:3") == true)
    #expect(known.place(of: "A R without x or y") == nil)
    #expect(known.place(of: "A W1 without z")?.hasSuffix("/list:4") == true)
    #expect(known.place(of: "B W1 without z") == nil)
  }

  @Test("A line without a reason is refused, one that names no mutant is told")
  func lines() throws {
    #expect(throws: CommandFailure.self) { try Self.known("A R without x\n") }
    let unused = try Self.known("A R without x  // why\nB S*  // why\n").unused(among: ["B S1"])
    #expect(unused.count == 1 && unused[0].hasSuffix(":1"))
  }

  @Test("Some of those that are said to survive are drawn, the same by the same seed")
  func draw() throws {
    let known = try Self.known("A W*  // a wait\n")
    let mutants = (1...20).map { "A W\($0)" } + (1...20).map { "A R\($0)" }
    let drawn = known.draw(5, among: mutants, seed: 7)
    #expect(drawn.count == 5 && drawn.allSatisfy { $0.hasPrefix("A W") })
    #expect(drawn == known.draw(5, among: mutants, seed: 7))
    #expect(drawn != known.draw(5, among: mutants, seed: 8))
    #expect(known.draw(30, among: mutants, seed: 7).count == 20)
  }

  @Test("The kill rate is told by task, with what found them")
  func rate() {
    var rate = KillRate()
    rate.note("A", "S1", isKnown: false)
    rate.note("A", nil, isKnown: true)
    rate.note("B", nil, isKnown: false)
    rate.leftOut = 2
    rate.noteSame("A")
    #expect(
      rate.lines == [
        "A: 2 mutants, 1 found (50.0 %), 1 known to survive, 0 not explained, and 1 that change nothing",
        "B: 1 mutant, 0 found (0.0 %), 0 known to survive, 1 not explained",
        "all: 3 mutants, 1 found (33.3 %), 1 known to survive, 1 not explained, "
          + "and 1 that change nothing; found by S1 1",
        "not hunted, for want of time: 2 mutants",
      ])
    #expect(rate.unknown == 1)
  }

  @Test("Seeds are written as they are read, and a line without one is refused")
  func kills() throws {
    let directory = try Directory.makeTemporary(prefix: "replog-kills-")
    defer { _ = Directory.removeTree(directory) }
    let path = "\(directory)/list"
    var kills = KnownKills()
    kills.note(17, of: "B R without x")
    kills.note(2, of: "A R1 does not wake z")
    #expect(kills.text == "2  A R1 does not wake z\n17  B R without x\n")
    try FileBytes.write(kills.text, to: path)
    #expect(try KnownKills(path: path).seeds == kills.seeds)
    try FileBytes.write("A R without x\n", to: path)
    #expect(throws: CommandFailure.self) { try KnownKills(path: path) }
  }
}
