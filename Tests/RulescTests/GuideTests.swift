import Testing

/// The guide to the language shows nothing that the compiler would refuse.
@Suite("The guide to the language")
struct GuideTests {
  private static func blocks() throws -> [String] {
    try fileOfThePackage("grammar/LANGUAGE.md").split(separator: "```rules\n").dropFirst()
      .compactMap { $0.split(separator: "```").first.map(String.init) }
  }

  @Test("shows whole rules files, each sound and without a warning")
  func isSound() throws {
    let blocks = try Self.blocks()
    #expect(blocks.count == 2)
    for block in blocks {
      let run = try Workplace(["guide.rules": block]).run("check", "guide.rules")
      #expect(run.status == 0)
      #expect(run.errors == "")
    }
  }

  @Test("its counts of the first example are what `rulesc check` prints")
  func counts() throws {
    let block = try #require(try Self.blocks().first)
    let run = try Workplace(["guide.rules": block]).run("check", "guide.rules")
    #expect(
      run.output == "Lease: 30 consistent states = 17 rule + 7 wait + 6 goal, 0 unhandled\n")
  }
}
