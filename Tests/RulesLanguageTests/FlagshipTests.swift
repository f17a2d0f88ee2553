import RulesLanguage
import Testing

@Suite("The flagship rules as a model")
struct FlagshipTests {
  private func program() throws -> Program {
    let names = ["LogReplication.rules", "Segment.rules", "ServerFailure.rules"]
    let files = try names.map {
      SourceFile(path: $0, text: try packageFile("Tests/Fixtures/Figure2/\($0)"))
    }
    let result = compile([files[0]]) { path in files.first { $0.path == path } }.result
    #expect(result.diagnostics.isEmpty)
    return try #require(result.value)
  }

  @Test("Segment has the clauses of Figure 2, in text order")
  func clauses() throws {
    let replica = try #require(try program().tasks.first { $0.name == "Segment" }).eaches[0]
    #expect(
      replica.body.clauses.map(\.name)
        == ["R1", "R2", "R4", "W2", "R6", "W3", "R3", "R5", "R7", "W1", "goal"])
    #expect(
      replica.body.variables.map(\.name)
        == ["server", "header", "footer", "rpc", "committed <= sent <= appended"])
  }

  @Test("group conditions are and-ed to each clause inside")
  func groups() throws {
    let replica = try program().tasks[0].eaches[0]
    let wait = try #require(replica.body.clauses.first { $0.name == "W2" })
    func fact(_ name: String) -> FactReference { FactReference(.element, name) }
    let expected = Condition.and([
      .and([.isIn(fact("server"), values: ["chosen"]), .isIn(fact("rpc"), values: ["idle"])]),
      .and([
        .isIn(fact("header"), values: ["committed"]),
        .compare(fact("sent"), .less, fact("appended")),
      ]),
      .not(.related("prior", "closed")),
    ])
    #expect(wait.condition == expected)
    guard case .wait(let causes, _) = wait.kind else {
      Issue.record("W2 is no wait")
      return
    }
    #expect(causes == [.related(related: "prior", name: "closed")])
  }

  @Test("F1 changes facts of the each it ranges over")
  func foreignEffects() throws {
    let failure = try #require(try program().tasks.first { $0.name == "ServerFailure" })
    #expect(
      failure.parameters.map { "\($0.name): \($0.type)" } == ["log: LogState", "failed: ServerID"])
    guard case .rule(_, let effects) = failure.eaches[0].body.clauses[0].kind,
      case .changes(let changes) = effects[0]
    else {
      Issue.record("F1 has no changes")
      return
    }
    let owners = changes.compactMap { change -> FactReference.Owner? in
      if case .fact(let fact) = change.target { fact.owner } else { nil }
    }
    #expect(
      owners == [.element] + [FactReference.Owner](repeating: .foreignElement, count: 6))
    #expect(changes[4].value == .exactly("0"))
  }

  @Test("documentation, labels and durations are kept")
  func details() throws {
    let segment = try program().tasks[0]
    #expect(segment.doc == "One segment of the log; the goal is three complete replicas.")
    let wait = try #require(segment.eaches[0].body.clauses.first { $0.name == "W1" })
    #expect(wait.label == "reply")
    guard case .wait(_, let milliseconds) = wait.kind else {
      Issue.record("W1 is no wait")
      return
    }
    #expect(milliseconds == 2000)
  }

  @Test("the pool links segments and states its policies")
  func pool() throws {
    let pool = try #require(try program().pools.first)
    #expect(pool.entries.map(\.task) == ["Segment", "ServerFailure"])
    #expect(pool.entries[0].links?.0 == "prior")
    #expect(pool.entries[0].links?.1 == "following")
    #expect(
      pool.policies == [.gap: .error, .overlap: .error, .stall: .error, .unreachable: .error])
    #expect(
      pool.explorations.map { $0.parts.map(\.task) } == [
        ["Segment", "ServerFailure"], ["Segment"],
      ])
  }
}
