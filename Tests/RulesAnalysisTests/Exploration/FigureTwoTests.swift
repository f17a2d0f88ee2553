import RulesAnalysis
import RulesLanguage
import Testing

@Suite("What Figure 2 reaches")
struct FigureTwoTests {
  private func replica(_ changes: [(String, String)]) throws -> ScopeExploration {
    let analysis = try FigureTwo.analysis(changes)
    let scope = try #require(analysis.scopes.first { $0.name == "Segment.replica" })
    return try #require(scope.exploration)
  }

  @Test("all 124 consistent states are reached, in at most 9 steps from 4 initial ones")
  func reachable() throws {
    let found = try replica([FigureTwo.withoutExplore])
    #expect(found.initial == 4)
    #expect(found.states == 124)
    #expect(found.transitions == 674)
    #expect(found.depth == 9)
    #expect(
      [found.rule, found.wait, found.goal, found.unhandled, found.overlap] == [74, 42, 8, 0, 0])
    #expect(found.clauses == [16, 16, 4, 4, 2, 2, 16, 16, 4, 36, 8])
    #expect(found.liveness == .init(reachable: 8))
  }

  @Test("with `opened` and `closed` stable, 102 in at most 8")
  func stable() throws {
    let found = try replica(FigureTwo.stable)
    #expect(found.states == 102)
    #expect(found.transitions == 441)
    #expect(found.depth == 8)
  }

  @Test("without W3, 2 states that are reached in 5 steps are unhandled")
  func withoutW3() throws {
    let found = try replica([
      FigureTwo.withoutExplore,
      ("wait W3 for following.opened when not following.opened", ""),
    ])
    #expect(found.unhandled == 2)
    let analysis = try FigureTwo.analysis([
      FigureTwo.withoutExplore,
      ("wait W3 for following.opened when not following.opened", ""),
    ])
    let scope = try #require(analysis.scopes.first)
    var steps: [Int] = []
    found.reached.visit { state, count in
      if scope.partition.stateClass(at: state) == .unhandled { steps.append(count) }
    }
    #expect(steps == [5, 5])
  }

  @Test(
    "without R3 or R5, 16 states are unhandled and 16 reached ones of them",
    arguments: [
      """
              rule R3 when header == sent
                do   noteHeaderCommitted(replica)
                then header = committed, rpc = idle
      """,
      """
              rule R5 when committed < sent
                do   noteDataCommitted(replica)
                then committed = sent, rpc = idle
      """,
    ])
  func withoutArrival(rule: String) throws {
    let rule = rule.split(separator: "\n").map { $0.drop { $0 == " " } }
    let lines = FigureTwo.text.split(separator: "\n", omittingEmptySubsequences: false)
    let text = lines.filter { line in !rule.contains(line.drop { $0 == " " }) }
      .joined(separator: "\n").replacing(FigureTwo.withoutExplore.0, with: "")
    let scope = try #require(try analyse(text).scopes.first)
    #expect(scope.counts.unhandled == 16)
  }

  @Test("if nobody may count on `reply`, 88 of 102 states are stuck; a way to each kind is told")
  func replyNotFair() throws {
    let changes = FigureTwo.stable + [("event reply fair", "event reply")]
    let found = try replica(changes)
    #expect(found.states == 102)
    #expect(found.liveness?.stuck == 88)
    let stall = try #require(
      try FigureTwo.analysis(changes).diagnostics.first { $0.code == "stall" })
    #expect(stall.severity == .error)
    #expect(stall.position == SourcePosition(file: 0, line: 14, column: 8))
    #expect(
      stall.notes.map { "\($0.title) \($0.text)" } == [
        "start not following.opened, not prior.closed, all else as `initially` says",
        "step 1. R1: server == chosen",
        "step 2. R2: header == sent, rpc == flying",
        "there not finalized, server == chosen, header == sent, footer == unsent, rpc == flying, "
          + "committed == appended, not following.opened, not prior.closed",
        "note wait W1 waits for reply, which need never come: say `event reply fair` if it always "
          + "does in the end",
        "stuck R1 fires in 16 states, the first at the start",
        "stuck R2 fires in 16 states, the first after R1",
        "stuck W1 waits in 26 states, the first after R1, R2",
        "stuck R3 fires in 12 states, the first after R1, R2, reply, append",
        "stuck W2 waits in 4 states, the first after R1, R2, reply, R3, append",
        "stuck W3 waits in 2 states, the first after R1, R2, reply, R3, finalize",
        "stuck R6 fires in 2 states, the first after R1, R2, reply, R3, finalize",
        "stuck R4 fires in 4 states, the first after R1, R2, reply, R3, append",
        "stuck R5 fires in 6 states, the first after R1, R2, reply, R3, append, R4, reply",
      ])
  }

  /// A neighbour of which nothing ever changes, so that its promises keep the value they start with.
  private static let frozen = """

    task Frozen {
      fact opened, closed : Bool
    }

    """

  @Test(
    "if a neighbour never changes, states are stuck",
    arguments: [
      ("following : Segment?", "following : Frozen?", 24),
      ("prior     : Segment?", "prior : Frozen?", 20),
    ])
  func frozenNeighbour(old: String, new: String, stuck: Int) throws {
    var text = FigureTwo.text + Self.frozen
    for (old, new) in FigureTwo.stable + [
      (old, new), ("task Segment where prior links following", "task Segment"),
    ] {
      try #require(text.contains(old))
      text = text.replacing(old, with: new)
    }
    let scope = try #require(try analyse(text).scopes.first { $0.name == "Segment.replica" })
    #expect(scope.exploration?.states == 102)
    #expect(scope.exploration?.liveness?.stuck == stuck)
  }

  @Test("a failure that forgets the RPC breaks an `always` in 3 steps")
  func forgottenRpc() throws {
    let analysis = try FigureTwo.analysis([
      FigureTwo.withoutExplore, ("sent = 0, rpc = idle", "sent = 0"),
    ])
    let broken = try #require(analysis.diagnostics.first { $0.code == "effect-breaks-always" })
    #expect(broken.position == SourcePosition(file: 0, line: 78, column: 10))
    #expect(
      broken.message
        == "what F1 does can break the `always` \"one thing in flight\" of Segment.replica")
    #expect(
      broken.notes.map { "\($0.title) \($0.text)" } == [
        "start not following.opened, not prior.closed, all else as `initially` says",
        "step 1. R1: server == chosen",
        "step 2. R2: header == sent, rpc == flying",
        "step 3. F1 of ServerFailure.replica: server == none, header == unsent",
        "broken always \"one thing in flight\" rpc != idle => one of { header == sent; "
          + "committed < sent; footer == sent }",
        "broken always \"no server, no state\" server == none => header == unsent, rpc == idle",
        "add `when rpc == idle` to F1, and it never breaks it",
      ])
  }

  @Test("R1's `stay` is a busy loop until it says `stay after`")
  func busyLoop() throws {
    let busy = try FigureTwo.analysis([FigureTwo.withoutExplore])
    #expect(codes(busy.diagnostics) == ["26:10 busy-loop warning"])
    #expect(busy.scopes.first?.exploration?.busy == ["R1"])
    let patient = try FigureTwo.analysis([
      FigureTwo.withoutExplore, ("or stay", "or stay after 100 ms"),
    ])
    #expect(patient.diagnostics.isEmpty)
    #expect(patient.scopes.first?.exploration?.busy == [])
    #expect(patient.scopes.first?.exploration?.transitions == 674)
  }
}

@Suite("What linked instances of Figure 2 reach")
struct FigureTwoPoolTests {
  @Test("two segments and a failure: 6,088 states, 560 stuck, 4 of them stalls")
  func twoSegments() throws {
    let analysis = try FigureTwo.analysis()
    let exploration = try #require(analysis.explorations.first)
    #expect(
      exploration.instances == [
        "Segment 1", "Segment 1 replica 1", "Segment 2", "Segment 2 replica 1", "ServerFailure 1",
        "ServerFailure 1 replica 1", "ServerFailure 1 replica 2",
      ])
    let result = try #require(exploration.result)
    #expect(result.states == 6088)
    #expect(result.stuck == 560)
    #expect(result.stalls == 4)
    #expect(result.unhandled == 0 && result.overlap == 0)
    #expect(codes(analysis.diagnostics) == ["26:10 busy-loop warning", "89:3 stall warning"])
  }

  @Test("its stall names the step after which the goal is out of reach")
  func stall() throws {
    let stall = try #require(
      try FigureTwo.analysis().diagnostics.first { $0.code == "stall" })
    #expect(stall.subject == Diagnostic.Subject(pool: "LogReplication"))
    #expect(
      stall.notes.map { "\($0.title) \($0.text)" } == [
        "start ServerFailure 1 replica 1: not usesFailed; ServerFailure 1 replica 2: "
          + "not usesFailed; Segment 2: not following.opened, all else as `initially` says",
        "step 1. R1 of Segment 1 replica 1: server == chosen",
        "step 2. R2 of Segment 1 replica 1: header == sent, rpc == flying",
        "step 3. reply of Segment 1 replica 1: rpc == ok",
        "step 4. R3 of Segment 1 replica 1: header == committed, rpc == idle",
        "step 5. append of Segment 2: Segment 2 replica 1: sent < appended; from here the goal is "
          + "out of reach",
        "step 6. R1 of Segment 2 replica 1: server == chosen",
        "step 7. R2 of Segment 2 replica 1: header == sent, rpc == flying",
        "step 8. reply of Segment 2 replica 1: rpc == ok",
        "step 9. R3 of Segment 2 replica 1: header == committed, rpc == idle",
        "note Segment 2 replica 1 waits for prior.closed (W2)",
      ])
  }

  @Test("if `opened` and `closed` are promised to be stable, F1 breaks the promise")
  func promises() throws {
    let analysis = try FigureTwo.analysis([
      ("define opened", "stable define opened"), ("define closed", "stable define closed"),
    ])
    let broken = try #require(analysis.diagnostics.first { $0.code == "stable-broken" })
    #expect(broken.severity == .warning)
    #expect(broken.message == "F1 can turn `opened` false, which is declared stable")
    #expect(broken.position == SourcePosition(file: 0, line: 78, column: 10))
  }

  @Test("one segment of three replicas, without failures: 6,017 states")
  func threeReplicas() throws {
    let analysis = try FigureTwo.analysis([
      ("define opened", "stable define opened"), ("define closed", "stable define closed"),
      ("explore Segment * 2, ServerFailure * 1  budget 1000000", "explore Segment (replica * 3)"),
    ])
    #expect(analysis.explorations.first?.result?.states == 6017)
  }

  @Test("more states than the budget: nothing is claimed, and a warning says so")
  func budget() throws {
    let analysis = try FigureTwo.analysis([("budget 1000000", "budget 6087")])
    #expect(analysis.explorations.first?.result == nil)
    let warning = try #require(analysis.diagnostics.first { $0.code == "budget" })
    #expect(warning.severity == .warning)
    #expect(warning.position == SourcePosition(file: 0, line: 89, column: 3))
    #expect(
      warning.message == "what these instances of LogReplication can reach is not known: "
        + "there are more than 6087 states")
    let enough = try FigureTwo.analysis([("budget 1000000", "budget 6088")])
    #expect(enough.explorations.first?.result?.states == 6088)
  }
}
