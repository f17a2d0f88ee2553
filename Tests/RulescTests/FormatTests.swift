import Foundation
import Testing

@Suite("rulesc format")
struct FormatTests {
  private let ugly = "task T{fact on:Bool // c\ngoal on}"
  private let pretty = "task T {\n  fact on : Bool  // c\n  goal on\n}\n"

  @Test("files are rewritten in place; what is in the style is not touched")
  func inPlace() throws {
    let place = try Workplace(["a.rules": ugly, "b.rules": pretty])
    let old = Date(timeIntervalSince1970: 1_000_000)
    let path = place.folder.appending(path: "b.rules").path
    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path)
    let run = try place.run("format", "a.rules", "b.rules")
    #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
    #expect(try place.read("a.rules") == pretty)
    let date = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    #expect(date == old)
  }

  @Test("a file keeps its permissions, and a symbolic link stays one")
  func permissions() throws {
    let place = try Workplace(["a.rules": ugly])
    let manager = FileManager.default
    let path = place.folder.appending(path: "a.rules").path
    let link = place.folder.appending(path: "link.rules").path
    try manager.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try manager.createSymbolicLink(atPath: link, withDestinationPath: "a.rules")
    #expect(try place.run("format", "link.rules").status == 0)
    #expect(try manager.destinationOfSymbolicLink(atPath: link) == "a.rules")
    #expect(try place.read("a.rules") == pretty)
    #expect(try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
  }

  @Test("--check lists the files that would change, writes nothing and exits with 1")
  func check() throws {
    let place = try Workplace(["a.rules": ugly, "b.rules": pretty])
    let run = try place.run("format", "--check", "b.rules", "a.rules")
    #expect(run.status == 1 && run.output == "a.rules\n" && run.errors.isEmpty)
    #expect(try place.read("a.rules") == ugly)
    #expect(try place.run("format", "--check", "b.rules").status == 0)
  }

  @Test("a file with a syntax error stays as it is; the others are formatted")
  func syntaxError() throws {
    let place = try Workplace(["a.rules": "task T{", "b.rules": ugly, "c.rules": "task"])
    let run = try place.run("format", "a.rules", "b.rules", "c.rules")
    #expect(run.status == 1)
    #expect(
      run.errorLines.filter { $0.contains("error:") }.map { $0.prefix(12) } == [
        "a.rules:1:8:", "c.rules:1:5:",
      ])
    #expect(try place.read("a.rules") == "task T{")
    #expect(try place.read("b.rules") == pretty)
  }

  @Test(
    "without a file, or for -, standard input goes to standard output", arguments: [false, true])
  func standardInput(isNamed: Bool) throws {
    let place = try Workplace(["in": ugly])
    let run = try place.run(isNamed ? ["format", "-"] : ["format"], input: "in")
    #expect(run.status == 0 && run.output == pretty)
    let check = try place.run(["format", "--check"], input: "in")
    #expect(check.status == 1 && check.output == "<standard input>\n")
  }
}
