import Testing

/// The log's rules with one mistake in them, as a stranger would make it: each is refused with a
/// message that says where, how it comes about, and what to do.
@Suite("A mistake planted into the log's rules")
struct PlantedMistakeTests {
  /// What `rulesc generate` says, as every `swift build` runs it.
  private func build(_ file: String, _ old: String, with new: String) throws -> Run {
    var files: [String: String] = [:]
    for name in ["LogReplication", "Segment", "ServerFailure"] {
      files["\(name).rules"] = try flagshipRules(name)
    }
    let text = try #require(files[file])
    try #require(text.contains(old), "\(file) has changed: no '\(old)'")
    files[file] = text.replacing(old, with: new, maxReplacements: 1)
    let place = try Workplace(files)
    let run = try place.run(
      "generate", "--output-directory", "out", "LogReplication.rules", "Segment.rules",
      "ServerFailure.rules")
    #expect(run.status == 1)
    #expect(place.list("out").isEmpty)
    return run
  }

  private func expect(_ run: Run, _ lines: [String]) {
    for line in lines {
      #expect(run.errorLines.contains { $0.contains(line) }, "no '\(line)' in\n\(run.errors)")
    }
  }

  @Test("a dropped rule: the states that nobody handles, and each step to one of them")
  func droppedRule() throws {
    let run = try build(
      "Segment.rules",
      """
            rule R5 "data arrived"
              when committed < sent
              do   noteDataCommitted(replica)
              then committed = sent, rpc = idle

      """, with: "")
    expect(
      run,
      [
        "error: 16 of 124 consistent states of Segment.replica have no rule, wait or goal [gap]",
        "missing  rpc != flying, committed < sent (16 states",
        "happens  reachable in 7 steps: R1, R2, reply, R3, append, R4, reply",
        "step     2. R2: header == sent, rpc == flying",
        "step     6. R4: rpc == flying, committed < sent, sent == appended",
        "add      rule R8 when rpc != flying, committed < sent do handleR8()",
      ])
  }

  @Test("a dropped wait: the same, with the wait to paste")
  func droppedWait() throws {
    let run = try build(
      "Segment.rules",
      "        wait W2 \"prior footer\" for prior.closed when not prior.closed\n", with: "")
    expect(
      run,
      [
        "error: 4 of 124 consistent states", "nearest  rule R4, which also needs prior.closed",
        "step     5. append: sent < appended", "add      wait W4 for prior.closed when ",
      ])
  }

  @Test("a failure that forgets the RPC: three steps to the broken invariant, and the guard")
  func forgottenRpc() throws {
    let run = try build("ServerFailure.rules", "sent = 0, rpc = idle", with: "sent = 0")
    expect(
      run,
      [
        "ServerFailure.rules:11:10: error: what F1 does can break the `always` "
          + "\"one thing in flight\" of Segment.replica [effect-breaks-always]",
        "step   2. R2: header == sent, rpc == flying",
        "step   3. F1 of ServerFailure.replica: server == none, header == unsent",
        "add    `when rpc == idle` to F1, and it never breaks it",
        "note: broken: always \"one thing in flight\"",
      ])
  }

  @Test("a wait for an event that no longer exists is named, at the wait")
  func goneEvent() throws {
    let run = try build(
      "Segment.rules", "    event reply fair when rpc == flying  then rpc = ok\n", with: "")
    expect(run, ["Segment.rules:74:25: error: no event or condition is called `reply`"])
  }

  @Test("a wait for an event that cannot come while it waits never ends")
  func uselessEvent() throws {
    let run = try build(
      "Segment.rules", "event reply fair when rpc == flying",
      with: "event reply fair when rpc == idle, header == committed")
    expect(
      run,
      [
        "error: nothing ends wait W1: reply never comes while it waits [wait-never-ends]",
        "step   2. R2: header == sent, rpc == flying",
      ])
  }

  @Test(
    "a reply that nobody may count on: what waits for it stalls, and what to say if it always comes"
  )
  func unfairReply() throws {
    let run = try build("Segment.rules", "event reply fair", with: "event reply")
    expect(
      run,
      [
        "error: Segment.replica can stall: ",
        "wait W1 waits for reply, which need never come: say `event reply fair` if it always does "
          + "in the end",
      ])
  }

  @Test("two rules that undo each other: the way round, and that the goal is out of reach")
  func undoing() throws {
    let run = try build(
      "Segment.rules", "    when rpc == ok {",
      with: """
            rule R8 "the server is not wanted" over R2
              when server == chosen, header == unsent, rpc == idle
              do   deselect(replica)
              then server = none
            when rpc == ok {
        """)
    expect(
      run,
      [
        "error: R1 and R8 undo each other without an end, and no rule ends it [busy-loop]",
        "again  R1: server == chosen", "again  R8: server == none",
        "nothing that one may count on leads to its goal [unreachable-goal]",
      ])
  }

  @Test("a predecessor that nobody finalizes: the step after which its successor waits for good")
  func unfinalized() throws {
    let text = try flagshipRules("Segment")
    let place = try Workplace([
      "LogReplication.rules": flagshipRules("LogReplication"),
      "ServerFailure.rules": flagshipRules("ServerFailure"),
      "Segment.rules": text.replacing("not finalized, prior.finalized", with: "not finalized")
        .replacing("event finalize fair", with: "event finalize"),
    ])
    let run = try place.run("check", "LogReplication.rules")
    #expect(run.status == 1)
    expect(
      run,
      [
        "LogReplication.rules:9:3: error: these instances can stall",
        "append of Segment 2: Segment 2 replica 1: sent < appended; from here the goal is out of reach",
        "note: Segment 2 replica 1 waits for prior.closed (W2)",
      ])
  }
}
