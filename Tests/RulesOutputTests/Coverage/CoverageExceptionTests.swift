import RulesLanguage
import RulesOutput
import Testing

@Suite("States that tests need not see, with reasons")
struct CoverageExceptionTests {
  private func problems(_ line: String) throws -> [String] {
    let text = try ProfileText.flagship()
    let file = SourceFile(path: "except.txt", text: "// why\n\n" + line + "\n")
    return readExceptions(file, in: [text.program]).problems.map(\.text)
  }

  /// What is said when tests saw some states of the log's replicas.
  private func findings(
    _ except: String, seen: (Int) -> Bool, demands: Set<CoverageDemand> = [.unseen]
  ) throws -> (unseen: UnseenStates?, lines: [String]) {
    let text = try ProfileText.flagship()
    let states = try text.reachable("Segment.replica").enumerated().filter { seen($0.offset) }
      .map { ($0.element as [Int?], UInt64(1)) }
    let failures = try text.reachable("ServerFailure.replica").map { ($0 as [Int?], UInt64(1)) }
    let (report, exceptions) = try text.report(
      tests: [
        try text.bytes("Segment.replica", states),
        try text.bytes("ServerFailure.replica", failures),
      ], except: except)
    let problems = unmetDemands(
      report, demands, exceptions: exceptions, exceptionsFile: "except.txt")
    return (report.scopes[0].unseen, problems.map(\.text))
  }

  @Test(
    "an entry that cannot be read is named by its place",
    arguments: [
      ("Segment.replica", "3:1: error: expected `Scope: condition  // reason`"),
      ("header == sent // no scope", "3:1: error: expected `Scope: condition  // reason`"),
      (
        "Segment.replica: // all",
        "3:1: error: expected `Scope: condition  // reason`; for all states of a scope the "
          + "condition is `true`"
      ),
      (
        "Segment.replica: rpc == ok",
        "3:27: error: say why tests need not see these states: `Segment.replica: rpc == ok  // "
          + "reason`"
      ),
      (
        "Segment.replica: rpc == ok //  ",
        "3:32: error: say why tests need not see these states: `Segment.replica: rpc == ok  // "
          + "reason`"
      ),
      (
        "Segment.repica: rpc == ok // r",
        "3:1: error: no task or each is called `Segment.repica`; did you mean `Segment.replica`?"
      ),
      (
        "Segment.replica: rcp == ok // r",
        "3:18: error: no fact or define is called `rcp`; did you mean `rpc`?"
      ),
      ("Segment.replica: rpc == okay // r", "3:25: error: "),
      ("Segment.replica: rpc == // r", "3:24: error: expected a value after `==`"),
    ])
  func unreadable(line: String, message: String) throws {
    let found = try problems(line)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("except.txt:" + message) == true, "\(found)")
  }

  @Test("unseen states that are excepted are no finding, and are counted")
  func excepts() throws {
    let (unseen, lines) = try findings(
      "Segment.replica: rpc == ok, header == sent  // no reply in these tests\n",
      seen: { _ in false })
    let excepted = try #require(unseen?.excepted)
    #expect(excepted == 16)
    #expect(unseen?.count == 124 - excepted)
    #expect(lines.count == 1)
    #expect(
      lines[0].hasPrefix(
        "rules/ReplicatedLog/Segment.rules:18:1: error: 108 of 124 reachable states of "
          + "Segment.replica were never seen in tests\n"), "\(lines)")
  }

  @Test("the patterns of a finding, pasted into the list with a reason, except what it tells")
  func pasted() throws {
    let (_, lines) = try findings("", seen: { $0 % 40 != 7 })
    let patterns = lines[0].split(separator: "\n").dropFirst().map { line in
      line.split(separator: "  (")[0].drop { $0 == " " } + "  // known\n"
    }
    #expect(!patterns.isEmpty)
    let (unseen, rest) = try findings(patterns.joined(), seen: { $0 % 40 != 7 })
    #expect(rest == [])
    #expect(unseen?.count == 0 && unseen?.excepted == 3)
  }

  @Test("an entry that means no reachable state is a finding")
  func meansNothing() throws {
    let (_, lines) = try findings(
      "Segment.replica: rpc == ok, server == none  // never\n", seen: { _ in true })
    #expect(
      lines == [
        "except.txt:1:18: error: no reachable state of Segment.replica is meant\n"
      ])
  }

  @Test("an entry whose states were all seen is a finding")
  func isOutdated() throws {
    let (_, lines) = try findings(
      "Segment.replica: rpc == ok, header == sent  // not yet\n", seen: { _ in true },
      demands: [])
    #expect(
      lines == [
        "except.txt:1:18: error: all 16 states are seen by now: take the exception away\n"
      ])
  }

  @Test("a number that the rules do not compare with divides states, and so means none of them")
  func undecided() throws {
    let text = try ProfileText(
      """
      task T {
        fact n : Int  initially 0
        rule R when n >= 3 do x() then n = 0
        wait W for up when n < 3
        goal n < 0
        event up fair then n = any in (n, max]
      }
      """.replacing("goal n < 0", with: "goal \"g\" n < 0").replacing(
        "when n < 3", with: "when n < 3, n >= 0"))
    let (report, exceptions) = try text.report(
      tests: [], except: "T: n == 2  // twice\nT: n < 3  // few\n")
    let lines = unmetDemands(report, [], exceptions: exceptions, exceptionsFile: "e")
    #expect(
      lines.map(\.text) == [
        "e:1:4: error: n == 2 divides the numbers 1...2, which the rules do not tell apart\n"
      ])
  }

  @Test("clauses that handle no reachable state are findings on demand")
  func unreached() throws {
    let text = try ProfileText(
      ProfileText.lamp.replacing(
        "  rule Dim",
        with: """
            rule Flicker when on, broken, wanted do x()
              then on = false
            rule Dim
          """
      ).replacing("when broken, wanted", with: "when broken, wanted, not on"))
    let (report, exceptions) = try text.report()
    let lines = unmetDemands(
      report, [.unreached, .unhandled], exceptions: exceptions, exceptionsFile: "")
    #expect(
      lines.map(\.text) == [
        "T.rules:7:1: error: rule Flicker handles no reachable state of Lamp\n"
      ])
  }

  @Test("an unhandled state is a finding on demand, whatever the policy says")
  func unhandled() throws {
    let text = try ProfileText("task T { fact a : Bool goal a } pool P { task T policy gap allow }")
    #expect(!text.analysis.diagnostics.contains { $0.code == "gap" })
    let (report, exceptions) = try text.report()
    let lines = unmetDemands(report, [.unhandled], exceptions: exceptions, exceptionsFile: "")
    #expect(
      lines.map(\.text) == ["T.rules:1:1: error: 1 of 2 consistent states of T is unhandled\n"])
  }

  @Test("more exceptions than are read are an error, not left out")
  func tooMany() throws {
    let line = "ServerFailure.replica: usesFailed  // r\n"
    // Nothing is wrong with the first 1000.
    #expect(
      try problems(String(repeating: line, count: 1001)) == [
        "except.txt:1003:1: error: more than 1000 exceptions; a condition may mean many states\n"
      ])
  }
}
