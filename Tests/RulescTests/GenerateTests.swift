import Foundation
import Testing

@Suite("rulesc generate")
struct GenerateTests {
  private let names = ["LogReplication", "Segment", "ServerFailure"]

  private func flagship() throws -> Workplace {
    var files: [String: String] = [:]
    for name in names { files["rules/\(name).rules"] = try flagshipRules(name) }
    return try Workplace(files)
  }

  private func generate(_ place: Workplace, root: String = ".") throws -> Run {
    try place.run(
      "generate", "--output-directory", "out/swift", "--source-root", root,
      "rules/LogReplication.rules", "rules/Segment.rules", "rules/ServerFailure.rules")
  }

  private func modificationDate(_ place: Workplace, _ name: String) throws -> Date {
    let path = place.folder.appending(path: name).path
    let date = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
    return try #require(date as? Date)
  }

  /// Makes a file look old, so that writing it again shows.
  private func age(_ place: Workplace, _ name: String) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)],
      ofItemAtPath: place.folder.appending(path: name).path)
  }

  @Test("one Swift file is written for each file given, in a folder that is made")
  func files() throws {
    let place = try flagship()
    let run = try generate(place)
    #expect(run.status == 0)
    #expect(run.output == "" && run.errors == "")
    #expect(place.list("out/swift") == names.map { "\($0).rules.swift" })
    #expect(try place.read("out/swift/Segment.rules.swift").contains("extension Segment: RuleTask"))
  }

  @Test("a file with nothing to generate has a header only")
  func header() throws {
    let place = try Workplace(["empty.rules": ""])
    #expect(try place.run("generate", "--output-directory=out", "empty.rules").status == 0)
    let lines = try place.read("out/empty.rules.swift").split(separator: "\n")
    #expect(!lines.isEmpty && lines.allSatisfy { $0.hasPrefix("//") || $0.hasPrefix("import ") })
  }

  @Test("an imported file is generated only if it is given")
  func imported() throws {
    let place = try flagship()
    let run = try place.run("generate", "--output-directory", "out", "rules/LogReplication.rules")
    #expect(run.status == 0)
    #expect(place.list("out") == ["LogReplication.rules.swift"])
  }

  @Test("headers name the file relative to the source root, #sourceLocation by its absolute path")
  func paths() throws {
    let place = try flagship()
    #expect(try generate(place, root: "rules").status == 0)
    let text = try place.read("out/swift/Segment.rules.swift")
    #expect(text.split(separator: "\n").first?.hasSuffix("from Segment.rules.") == true)
    let locations = text.split(separator: "\n").filter { $0.hasPrefix("#sourceLocation(file") }
    #expect(!locations.isEmpty)
    #expect(
      locations.allSatisfy { $0.contains("(file: \"/") && $0.contains("/rules/Segment.rules\"") })
  }

  @Test("only files whose content changed are written")
  func unchanged() throws {
    let place = try flagship()
    #expect(try generate(place).status == 0)
    for name in names { try age(place, "out/swift/\(name).rules.swift") }
    let old = try modificationDate(place, "out/swift/Segment.rules.swift")

    let rules = try place.read("rules/ServerFailure.rules")
    try place.write(
      rules.replacing("replica was on", with: "replica is on"), to: "rules/ServerFailure.rules")
    #expect(try generate(place).status == 0)
    #expect(try modificationDate(place, "out/swift/Segment.rules.swift") == old)
    #expect(try modificationDate(place, "out/swift/LogReplication.rules.swift") == old)
    #expect(try modificationDate(place, "out/swift/ServerFailure.rules.swift") > old)
    #expect(try place.read("out/swift/ServerFailure.rules.swift").contains("replica is on"))
  }

  @Test("nothing is written when there is any error, and what is there stays")
  func error() throws {
    let place = try flagship()
    #expect(try generate(place).status == 0)
    let before = try place.read("out/swift/Segment.rules.swift")
    try place.write(
      "task ServerFailure { fact on : Bool goal on }", to: "rules/ServerFailure.rules")
    try place.write(
      flagshipRules("Segment").replacing("no backup", with: "no"), to: "rules/Segment.rules")
    let run = try generate(place)
    #expect(run.status == 1)
    #expect(run.errors.contains("ServerFailure.rules:1:6: error: 1 of 2 consistent states"))
    #expect(try place.read("out/swift/Segment.rules.swift") == before)
    #expect(place.list("out/swift").count == 3)
  }

  @Test("no folder is made when there is an error")
  func errorWithoutFolder() throws {
    let place = try Workplace(["a.rules": "task"])
    #expect(try place.run("generate", "--output-directory", "out", "a.rules").status == 1)
    #expect(place.list("out") == [])
  }

  @Test("a folder that cannot be made is one line and exit status 2")
  func unusableFolder() throws {
    let place = try Workplace(["a.rules": "", "file": ""])
    let run = try place.run("generate", "--output-directory", "file/out", "a.rules")
    #expect(run.errors == "rulesc: cannot create file/out: Not a directory\n")
    #expect(run.status == 2)
  }

  @Test("a file that cannot be replaced is one line and exit status 2, and nothing stays behind")
  func unwritableFile() throws {
    let place = try Workplace(["a.rules": "", "out/a.rules.swift/inside": ""])
    let run = try place.run("generate", "--output-directory", "out", "a.rules")
    #expect(run.status == 2)
    #expect(run.errorLines.count == 1)
    #expect(place.list("out") == ["a.rules.swift"])
  }

  @Test("the output is the same to the byte in every run")
  func deterministic() throws {
    let place = try flagship()
    #expect(try generate(place).status == 0)
    let first = try names.map { try place.read("out/swift/\($0).rules.swift") }
    try FileManager.default.removeItem(at: place.folder.appending(path: "out"))
    #expect(try generate(place).status == 0)
    #expect(try names.map { try place.read("out/swift/\($0).rules.swift") } == first)
  }

  @Test("--check says of each file what is wrong with it, writes nothing and exits with 1")
  func check() throws {
    let place = try flagship()
    func check() throws -> Run {
      try place.run(
        "generate", "--check", "--output-directory", "out/swift", "--source-root", ".",
        "rules/LogReplication.rules", "rules/Segment.rules", "rules/ServerFailure.rules")
    }
    #expect(
      try check().output == names.map { "out/swift/\($0).rules.swift: missing\n" }.joined())
    #expect(place.list("out") == [])

    #expect(try generate(place).status == 0)
    let clean = try check()
    #expect(clean.status == 0 && clean.output.isEmpty && clean.errors.isEmpty)

    let text = try place.read("out/swift/Segment.rules.swift")
    try place.write(text, to: "out/swift/Old.rules.swift")
    try place.write("// by hand", to: "out/swift/Mine.rules.swift")
    try place.write(text + "// edited", to: "out/swift/Segment.rules.swift")
    let run = try check()
    #expect(run.status == 1 && run.errors.isEmpty)
    #expect(
      run.output
        == "out/swift/Segment.rules.swift: differs\nout/swift/Old.rules.swift: left over\n")
    #expect(try place.read("out/swift/Segment.rules.swift") == text + "// edited")
    #expect(place.list("out/swift").count == 5)
  }
}
