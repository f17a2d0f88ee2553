import RulesLanguage
import Testing

@Suite("Int facts that are compared with numbers")
struct IntegerFactTests {
  /// The values of `n`, declared so, when the task also has these items.
  private func values(_ declaration: String, _ items: String) throws -> [String] {
    let text = "task T { fact \(declaration) : Int fact on : Bool event tick\n\(items)\n}"
    let result = compileText(text)
    #expect(result.diagnostics.map(\.message) == [])
    let program = try #require(result.program)
    guard case .integer(let domain) = program.tasks[0].body.variables[0].kind else {
      Issue.record("no Int fact")
      return []
    }
    return domain.intervals.map(\.name)
  }

  @Test("no mention leaves one value")
  func uncut() throws {
    #expect(try values("n", "") == ["any"])
    #expect(try values("0 <= n <= 9", "") == ["0...9"])
    #expect(try values("0 < n", "") == ["1..."])
    #expect(try values("n < 0", "") == ["...-1"])
  }

  @Test("`<` and `>=` cut before the number, `<=` and `>` after it")
  func orders() throws {
    #expect(try values("n", "goal n < 5") == ["...4", "5..."])
    #expect(try values("n", "goal n >= 5") == ["...4", "5..."])
    #expect(try values("n", "goal n <= 5") == ["...5", "6..."])
    #expect(try values("n", "goal n > 5") == ["...5", "6..."])
  }

  @Test("`==`, `!=` and `in` cut on both sides")
  func equalities() throws {
    #expect(try values("n", "goal n == 0") == ["...-1", "0", "1..."])
    #expect(try values("n", "goal n != 0") == ["...-1", "0", "1..."])
    #expect(try values("n", "goal n in { 0, 10 }") == ["...-1", "0", "1...9", "10", "11..."])
  }

  @Test("`initially` cuts on both sides")
  func initially() throws {
    let text = "task T { fact n, m : Int initially 3, 4 fact k : Int initially -1 }"
    let variables = try #require(compileText(text).program?.tasks[0].body.variables)
    #expect(variables.map(\.initially) == ["3", "4", "-1"])
    let names: [[String]] = variables.map { variable in
      if case .integer(let domain) = variable.kind { domain.intervals.map(\.name) } else { [] }
    }
    #expect(names == [["...2", "3", "4..."], ["...3", "4", "5..."], ["...-2", "-1", "0..."]])
  }

  @Test("effects cut: a value on both sides, a range at its ends")
  func effects() throws {
    #expect(try values("n", "event e then n = 5") == ["...4", "5", "6..."])
    #expect(try values("n", "event e then n = any {5, 7}") == ["...4", "5", "6", "7", "8..."])
    #expect(try values("n", "event e then n = any in [5, 9]") == ["...4", "5...9", "10..."])
    #expect(try values("n", "event e then n = any in (5, 9)") == ["...5", "6...8", "9..."])
    #expect(try values("n", "event e then n = any in (min, n] or n = any in [n, max)") == ["any"])
    #expect(try values("n", "event e then forget n or n = any") == ["any"])
  }

  @Test("cuts outside the bounds and at the ends of the number line are none")
  func outside() throws {
    #expect(try values("0 <= n < 10", "goal n <= 9, n >= 0, n != 12, n > -5") == ["0...9"])
    #expect(
      try values("n", "goal n >= -9223372036854775808, n <= 9223372036854775807") == ["any"])
    #expect(
      try values("n", "goal n == -9223372036854775808 or n == 9223372036854775807") == [
        "...-9223372036854775808", "-9223372036854775807...9223372036854775806",
        "9223372036854775807...",
      ])
  }

  @Test("mentions anywhere in the program count: defines, groups, visitors, related tasks")
  func everywhere() throws {
    let text = """
      task A {
        fact n : Int
        each e : E in es { fact m : Int }
        define unused = n < 1
        when n < 2 { wait W for tick }
        always n < 3
        event tick when n < 4 then e.m = 5
        goal all e: m < 6
      }
      task B {
        related a : A
        each v : A.e in es { event x then n = 10, m = 20 }
        rule R do r() then a.n = 30
      }
      """
    let result = compileText(text)
    #expect(result.diagnostics.map(\.message) == [])
    let task = try #require(result.program?.tasks[0])
    guard case .integer(let n) = task.body.variables[0].kind,
      case .integer(let m) = task.eaches[0].body.variables[0].kind
    else {
      Issue.record("no Int facts")
      return
    }
    #expect(n.cuts == [1, 2, 3, 4, 10, 11, 30, 31])
    #expect(m.cuts == [5, 6, 20, 21])
  }

  @Test("conditions become comparisons with a number")
  func conditions() throws {
    let text = "task T { fact n : Int goal n < 1_000 goal n in { 1, 2 } }"
    let clauses = try #require(compileText(text).program?.tasks[0].body.clauses)
    let n = FactReference(.task, "n")
    #expect(clauses[0].condition == .compareNumber(n, .less, 1000))
    #expect(
      clauses[1].condition
        == .or([.compareNumber(n, .equal, 1), .compareNumber(n, .equal, 2)]))
  }

  @Test("they are compared with numbers only, and only compared")
  func types() {
    #expect(findings(inTask: "fact n : Int goal n") == ["type 1:19"])
    #expect(findings(inTask: "fact n, m : Int goal n < m") == ["type 1:26"])
    #expect(findings(inTask: "fact n : Int goal n == true") == ["type 1:24"])
    #expect(findings(inTask: "fact n : Int goal n == on") == ["type 1:24"])
    #expect(findings(inTask: "fact n : Int goal n == missing") == ["unknown-name 1:24"])
    #expect(findings(inTask: "fact n : Int event x then n = on") == ["type 1:31"])
    #expect(findings(inTask: "fact n, m : Int event x then n = any in (m, max]") == ["type 1:42"])
    #expect(findings(inTask: "fact n : Int wait W for n") == ["type 1:25"])
  }

  @Test("initial values are numbers inside the bounds")
  func initialValues() {
    #expect(findings(inTask: "fact n : Int initially true") == ["type 1:24"])
    #expect(findings(inTask: "fact n : Int initially on") == ["unknown-name 1:24"])
    #expect(findings(inTask: "fact 0 <= n < 5 : Int initially 5") == ["type 1:33"])
    #expect(findings(inTask: "fact n, m : Int initially 1, 2, 3") == ["type 1:27"])
  }

  @Test("bounds leave a number, and are one a side")
  func bounds() {
    #expect(findings(inTask: "fact 5 <= n < 5 : Int") == ["type 1:15"])
    #expect(findings(inTask: "fact 9 <= n <= 1 : Int goal n == 0, n") == ["type 1:16"])
    #expect(findings(inTask: "fact 0 <= 1 <= n : Int") == ["type 1:11"])
    #expect(findings(inTask: "fact n <= 1 < 2 : Int") == ["type 1:15"])
    #expect(findings(inTask: "fact 0 <= 1 : Int") == ["type 1:6"])
    #expect(findings(inTask: "fact 9223372036854775807 < n : Int") == ["type 1:28"])
    #expect(findings(inTask: "fact n < -9223372036854775808 : Int") == ["type 1:10"])
  }

  @Test("nothing of a related task is seen as a number")
  func related() {
    #expect(
      findings("task T { fact n : Int related r : T goal r.n == 1 }") == ["type 1:44"])
  }
}
