import RulesLanguage
import Testing

@Suite("Imports")
struct ImportTests {
  @Test("a path is relative to the file that imports it")
  func relative() {
    var asked: [String] = []
    let file = SourceFile(path: "rules/log/A.rules", text: "import \"../shared/B.rules\"")
    let result = compile([file]) { path in
      asked.append(path)
      return SourceFile(path: path, text: path.hasSuffix("B.rules") ? "import \"C.rules\"" : "")
    }
    #expect(asked == ["rules/shared/B.rules", "rules/shared/C.rules"])
    #expect(result.files.map(\.path) == ["rules/log/A.rules"] + asked)
  }

  @Test("files that import each other are read once")
  func cycle() {
    let others = [
      "a.rules": "import \"test.rules\" import \"./b.rules\" task A { related b : B }",
      "b.rules": "import \"x/../a.rules\" task B { related a : A }",
    ]
    let text = "import \"a.rules\" import \"b.rules\" pool P { task A task B }"
    let (program, diagnostics) = compileText(text, others: others)
    #expect(diagnostics.isEmpty)
    #expect(program?.tasks.map(\.name) == ["A", "B"])
    #expect(program?.files.map(\.path) == ["test.rules", "a.rules", "b.rules"])
  }

  @Test("a file given twice, or given and imported, is one file")
  func givenTwice() {
    let a = SourceFile(path: "a.rules", text: "import \"b.rules\" task A {}")
    let b = SourceFile(path: "./b.rules", text: "task B {}")
    let result = compile([a, b, a]) { _ in nil }
    #expect(result.result.diagnostics.isEmpty)
    #expect(result.files.map(\.path) == ["a.rules", "./b.rules"])
  }

  @Test("errors of all files come in one run, sorted by place")
  func allFiles() {
    let text = "import \"b.rules\" task T { fact x : Bool goal y }"
    let result = findings(text, others: ["b.rules": "enum E { a b }\ntask U { goal z }"])
    #expect(result == ["unknown-name 1:46", "syntax 1:12", "unknown-name 2:15"])
  }

  @Test("Swift modules are kept for each file")
  func modules() {
    let (program, _) = compileText(
      "import Network import \"b.rules\"", others: ["b.rules": "import Storage import Log"])
    #expect(program?.swiftImports == [["Network"], ["Storage", "Log"]])
  }
}
