import Testing

@testable import replog

@Suite("Reading a command line")
struct OptionsTests {
  let verb = Verb(
    name: "sort", summary: "", details: "",
    flags: [
      Flag("--input", "FILE", ""), Flag("--count", "N", ""), Flag("--quiet", ""),
      Flag("--listen", "HOST:PORT", ""),
    ]
  ) { _, _ in .success }

  func message(_ arguments: String...) -> String? {
    do {
      _ = try Options(arguments, for: verb)
      return nil
    } catch {
      return error.message
    }
  }

  @Test("A value may follow its flag or an equals sign")
  func values() throws {
    let options = try Options(["--input", "a b", "--count=3", "--quiet"], for: verb)
    #expect(options.string("--input") == "a b")
    #expect(try options.integer("--count", in: 1...9, default: 1) == 3)
    #expect(options.has("--quiet"))
  }

  @Test("An unknown flag is named, with the nearest one that exists")
  func unknownFlag() {
    #expect(
      message("--inptu", "f")
        == "unknown flag --inptu; did you mean --input? (see replog sort --help)")
    #expect(message("--zzzzzzz") == "unknown flag --zzzzzzz (see replog sort --help)")
  }

  @Test("A missing value, a superfluous value, a second value and a stray word are refused")
  func malformed() {
    #expect(message("--input") == "--input needs a value: --input FILE (see replog sort --help)")
    #expect(message("--quiet=yes") == "--quiet takes no value (see replog sort --help)")
    #expect(message("--count", "1", "--count", "2")?.hasPrefix("--count is given twice") == true)
    #expect(message("file")?.hasPrefix("unexpected argument 'file'") == true)
  }

  @Test("A number out of its range is refused", arguments: ["0", "10", "x", "-1", "1.5"])
  func badNumber(text: String) throws {
    let options = try Options(["--count=\(text)"], for: verb)
    #expect(throws: CommandFailure.self) {
      try options.integer("--count", in: 1...9, default: 1)
    }
  }

  @Test(
    "Only loopback addresses may be listened at",
    arguments: [
      ("127.0.0.1:0", true), ("localhost:4100", true), ("127.1.2.3:1", true),
      ("0.0.0.0:4100", false), ("10.0.0.1:4100", false), ("127.example.org:1", false),
      ("127.0.0.1.example:1", false),
    ])
  func loopback(text: String, accepted: Bool) throws {
    let options = try Options(["--listen", text], for: verb)
    let address = try? options.listenAddress("--listen", default: "127.0.0.1:4100")
    #expect((address != nil) == accepted)
  }

  @Test("--help wins over everything else, even over mistakes")
  func help() throws {
    #expect(try Options(["--nonsense", "--help"], for: verb).wantsHelp)
  }

  @Test(
    "Edit distance counts an exchange of neighbours once",
    arguments: [
      ("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("inptu", "input", 1), ("ab", "ba", 1),
    ])
  func distance(a: String, b: String, expected: Int) {
    #expect(editDistance(a, b) == expected)
    #expect(editDistance(b, a) == expected)
  }

  @Test("Every verb explains every flag of its own")
  func helpText() {
    for verb in Replog.verbs {
      let text = Usage.help(for: verb)
      #expect(text.contains("Usage: replog \(verb.name)"))
      for flag in verb.flags { #expect(text.contains("  \(flag.name)")) }
      for line in text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    }
  }
}
