import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

@Suite("Golden tables and differences")
struct ViewGoldenTests {
  @Test("the tables of the flagship are exactly the reviewed ones")
  func tables() throws {
    let program = try FlagshipProgram.load()
    let tables = try conditionTables(analyse(program), program)
    try expectGolden(tableText(tables), "table.txt")
    try expectGolden(tableHTML(tables), "table.html")
  }

  @Test("a reply that can fail, a lost wait and a new name are told exactly as reviewed")
  func difference() throws {
    let old = try FlagshipProgram.load()
    let edited = old.files.map { file in
      SourceFile(
        path: file.path,
        text: file.text.split(separator: "\n", omittingEmptySubsequences: false)
          .filter { !$0.contains("wait W3 ") }.joined(separator: "\n")
          .replacing(
            "enum Rpc      { idle, flying, ok }", with: "enum Rpc { idle, flying, ok, failed }"
          )
          .replacing("rule R2 ", with: "rule SendHeader "))
    }
    let new = try FlagshipProgram.compile(edited)
    let difference = try comparePrograms(analyse(old), analyse(new))
    try expectGolden(diffText(difference), "diff.txt")
    try expectGolden(diffReport(difference).prettyText() + "\n", "diff.json")
  }
}
