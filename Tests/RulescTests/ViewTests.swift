import Foundation
import Testing

@Suite("rulesc check --format json, table, graph and diff")
struct ViewTests {
  private let lamp = """
    task Lamp {
      fact wanted, on : Bool
      rule Light when wanted, not on do light()
        then on = true
      rule Dim when not wanted, on do dim()
        then on = false
      goal (wanted, on) or (not wanted, not on)
    }

    """

  // MARK: check

  @Test("the whole JSON answer is on standard output, also with errors, and says so by its status")
  func checkJSON() throws {
    let fine = try Workplace(["a.rules": lamp]).run("check", "--format", "json", "a.rules")
    #expect(fine.status == 0 && fine.errors == "")
    #expect(fine.output.hasPrefix("{\n  \"version\": 1,\n  \"tasks\": ["))
    #expect(fine.output.hasSuffix("}\n"))

    let gap = lamp.replacing("  goal (wanted, on) or (not wanted, not on)\n", with: "")
    let findings = try Workplace(["a.rules": gap]).run("check", "--format=json", "a.rules")
    #expect(findings.status == 1 && findings.errors == "")
    #expect(findings.output.contains("\"code\": \"gap\""))

    let textError = try Workplace(["a.rules": "task T {"]).run("check", "--format=json", "a.rules")
    #expect(textError.status == 1 && textError.errors == "")
    #expect(textError.output.contains("\"tasks\": [],\n  \"pools\": [],\n"))
    #expect(textError.output.contains("\"code\": \"syntax\""))
  }

  @Test("another JSON reader finds the flagship's numbers")
  func flagshipJSON() throws {
    let place = try Workplace([
      "LogReplication.rules": flagshipRules("LogReplication"),
      "Segment.rules": flagshipRules("Segment"),
      "ServerFailure.rules": flagshipRules("ServerFailure"),
    ])
    let run = try place.run("check", "--format", "json", "LogReplication.rules")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let tasks = try #require(report["tasks"] as? [[String: Any]])
    #expect(tasks.compactMap { $0["name"] as? String } == ["Segment", "ServerFailure"])
    let scope = try #require((tasks[0]["scopes"] as? [[String: Any]])?.first)
    let counts = try #require(scope["counts"] as? [String: Int])
    #expect(counts["consistent"] == 124 && counts["rule"] == 74 && counts["unhandled"] == 0)
    let exploration = try #require(scope["exploration"] as? [String: Int])
    #expect(exploration["states"] == 124 && exploration["depth"] == 9)
    #expect(exploration["transitions"] == 674)
  }

  // MARK: table and graph

  @Test("table prints text or a page")
  func table() throws {
    let place = try Workplace(["a.rules": lamp])
    let text = try place.run("table", "a.rules")
    #expect(
      text.output == """
        Lamp, a.rules:1
        4 consistent states = 2 rule + 0 wait + 2 goal + 0 unhandled + 0 overlap

        clause      states  wanted  on
        ----------  ------  ------  ---
        rule Light       1  yes     no
        rule Dim         1  no      yes
        goal             2  no      no
          or                yes     yes

        """)
    #expect(text.status == 0 && text.errors == "")
    let page = try place.run("table", "--format", "html", "a.rules")
    #expect(page.output.hasPrefix("<!DOCTYPE html>\n") && page.output.hasSuffix("</html>\n"))
    #expect(page.status == 0)
  }

  @Test("graph prints DOT, Mermaid or SVG, and with --wakes who wakes whom")
  func graph() throws {
    let place = try Workplace(["a.rules": lamp])
    #expect(try place.run("graph", "a.rules").output.hasPrefix("digraph rules {\n"))
    #expect(
      try place.run("graph", "--format=mermaid", "a.rules").output.hasPrefix("flowchart TB\n"))
    #expect(try place.run("graph", "--format=svg", "a.rules").output.hasPrefix("<svg xmlns="))
    #expect(try place.run("graph", "--wakes", "a.rules").output.contains("Wake-ups"))
  }

  @Test("rules with findings are drawn all the same, and the status says that there are some")
  func findings() throws {
    let gap = lamp.replacing("  goal (wanted, on) or (not wanted, not on)\n", with: "")
    let place = try Workplace(["a.rules": gap])
    for verb in ["table", "graph"] {
      let run = try place.run(verb, "a.rules")
      #expect(run.status == 1)
      #expect(!run.output.isEmpty && run.errors.contains("[gap]"))
    }
  }

  // MARK: diff

  @Test("diff compares files or folders and tells by its status whether anything differs")
  func diff() throws {
    let place = try Workplace([
      "old/a.rules": lamp, "old/.hidden/b.rules": "not rules", "old/notes.txt": "not rules",
      "new/deep/a.rules": lamp.replacing(
        "not wanted, on do dim()", with: "not wanted, on, on do dim()"),
      "other.rules": lamp.replacing(
        "  rule Dim when not wanted, on do dim()\n    then on = false\n", with: ""),
    ])
    let same = try place.run("diff", "old", "new")
    #expect(same.output == "Lamp: all 4 states are decided alike\n")
    #expect(same.status == 0 && same.errors == "")

    let other = try place.run("diff", "old", "other.rules")
    #expect(other.output.contains("  1 state: rule Dim -> unhandled\n    1  not wanted, on\n"))
    #expect(other.status == 1 && other.errors == "")

    let json = try place.run("diff", "--format", "json", "old/a.rules", "other.rules")
    #expect(json.output.contains("\"different\": true"))
    #expect(json.status == 1)
  }

  @Test("diff says what it cannot compare")
  func diffMisuse() throws {
    let place = try Workplace(["a.rules": lamp, "bad.rules": "task T {", "empty/x.txt": ""])
    let one = try place.run("diff", "a.rules")
    #expect(
      one.errors == "rulesc: diff: two versions are needed, OLD and NEW; see `rulesc diff --help`\n"
    )
    let bad = try place.run("diff", "a.rules", "bad.rules")
    #expect(bad.errors.contains("bad.rules:1:") && bad.errors.contains("[syntax]"))
    let empty = try place.run("diff", "a.rules", "empty")
    #expect(empty.errors == "rulesc: cannot compare empty: there is no .rules file in it\n")
    let missing = try place.run("diff", "a.rules", "none")
    #expect(missing.errors == "rulesc: cannot read none: No such file or directory\n")
    for run in [one, bad, empty, missing] { #expect(run.status == 2 && run.output == "") }
  }

  @Test("an unknown format is refused, with what was probably meant")
  func formats() throws {
    let place = try Workplace(["a.rules": lamp])
    #expect(
      try place.run("check", "--format", "jsn", "a.rules").errors
        == "rulesc: unknown format `jsn`; did you mean `json`?\n")
    let run = try place.run("graph", "--format", "png", "a.rules")
    #expect(run.status == 2 && run.errors.hasPrefix("rulesc: unknown format `png`; "))
  }
}
