import ReplicatedLog
import RulesNetwork
import RulesRuntime
import Testing

@testable import LogServices

@Suite("A survey of a log")
struct SurveyTests {
  private typealias Replica = ReplicaList.Replica

  /// The owner of a log is about to acknowledge something for the first time.
  private func mark(_ owner: LogOwnership, in cluster: SimulatedCluster) {
    let mark = LogMark(epoch: owner.epoch, segment: 1, version: 1)
    let note = NoteMark(log: owner.log, mark: mark)
    #expect(cluster.wait(for: cluster.start(.noteMark, note.encoded)) == .ok([]))
  }

  @Test("finds a complete log, best sources first, and tells the membership")
  func complete() throws {
    let cluster = try SimulatedCluster()
    let one = try cluster.addBackup(.lists([.test(1, .closed), .test(2, .open, length: 80)]))
    let two = try cluster.addBackup(.lists([.test(1, .closed), .test(2, .open, length: 90)]))
    let survey = try cluster.survey(.openLog)
    #expect(survey.ownership == LogOwnership(log: 1, epoch: 1))
    #expect(survey.membership.backups.map(\.server).sorted() == [one.id, two.id])
    guard case .complete(let segments) = survey.verdict else {
      Issue.record("\(survey.verdict)")
      return
    }
    #expect(segments.map(\.id) == [1, 2])
    #expect(segments.map(\.closed) == [true, false])
    #expect(segments[1].sources.map(\.server) == [two.id, one.id])
    #expect(one.queries == [ListReplicas(log: 1, fence: 1)])
    #expect(cluster.unexpected == 0)
  }

  @Test("that only looks says the same as one of an owner, and changes nothing")
  func dryRun() throws {
    let cluster = try SimulatedCluster()
    let backup = try cluster.addBackup(.lists([.test(1, .closed), .test(2, .open)]))
    #expect(cluster.wait(for: cluster.query(.findLog))?.refusal == .noSuchLog)
    _ = try cluster.survey(.openLog)
    for behaviour in [
      .lists([.test(1, .closed), .test(2, .open)]), .lists([.test(2, .open)]), .lists([]),
      ScriptedBackup.Behaviour.silent,
    ] {
      backup.behaviour = behaviour
      let before = backup.queries.count
      let look = try cluster.survey(.findLog, patience: 0)
      #expect(backup.queries[before...].allSatisfy { $0.fence == 0 })
      let again = try cluster.survey(.findLog, patience: 0)
      #expect(look == again)
      let own = try cluster.survey(.openLog, patience: 0)
      #expect(own.ownership.epoch == look.ownership.epoch + 1)
      #expect(own.verdict == look.verdict)
    }
    #expect(cluster.unexpected == 0)
  }

  @Test("of a log that nobody ever used finds a new one; of one that was used, that it vanished")
  func newAndVanished() throws {
    let cluster = try SimulatedCluster()
    _ = try cluster.addBackup(.lists([]))
    let start = cluster.now
    let first = try cluster.survey(.openLog)
    #expect(first.verdict == .new)
    let second = try cluster.survey(.openLog)
    #expect(second.verdict == .new && second.ownership.epoch == 2)
    #expect(cluster.now - start < .seconds(1))
    mark(second.ownership, in: cluster)
    let third = try cluster.survey(.openLog)
    #expect(third.verdict == .vanished)
    #expect(try cluster.survey(.findLog).verdict == .vanished)
  }

  @Test("without a backup waits for one, as long as patience goes")
  func noBackups() throws {
    let cluster = try SimulatedCluster()
    let start = cluster.now
    #expect(try cluster.survey(.openLog, patience: 3_000).verdict == .noBackups)
    #expect(cluster.now - start >= .seconds(3))
    let outcome = cluster.query(.openLog, patience: 10_000)
    cluster.run(for: .seconds(1))
    #expect(outcome.value == nil)
    _ = try cluster.addBackup(.lists([]))
    let survey = try LogSurvey(decoding: try #require(cluster.wait(for: outcome)?.body))
    #expect(survey.verdict == .new)
  }

  @Test("names what is missing, what is corrupt and who did not answer")
  func incomplete() throws {
    let cluster = try SimulatedCluster()
    _ = try cluster.addBackup(.lists([.test(1, .corrupt), .test(4, .open)]))
    let silent = try cluster.addBackup(.silent)
    let mad = try cluster.addBackup(.garbage)
    _ = try cluster.addBackup(.lists([.test(3, .open, length: 90)]))
    let survey = try cluster.survey(.openLog, patience: 0)
    guard case .incomplete(let problems, let unanswered) = survey.verdict else {
      Issue.record("\(survey.verdict)")
      return
    }
    #expect(
      problems == [
        .init(segment: 1, reason: .corrupt), .init(segment: 2, reason: .missing),
        .init(segment: 3, reason: .notClosed),
      ])
    #expect(unanswered == [silent.id, mad.id])
    #expect(cluster.unexpected == 0)
  }

  @Test("asks again until what is missing is there: on a backup that joins, or answers at last")
  func patience() throws {
    let cluster = try SimulatedCluster()
    let one = try cluster.addBackup(.lists([.test(1, .closed)]))
    let late = try cluster.addBackup(.silent)
    let outcome = cluster.query(.openLog, patience: 30_000)
    cluster.run(for: .seconds(5))
    #expect(outcome.value == nil)
    #expect(one.queries.count > 1)
    late.behaviour = .lists([.test(2, .corrupt)])
    cluster.run(for: .seconds(5))
    #expect(outcome.value == nil)
    let asked = one.queries.count
    let joined = try cluster.addBackup(.lists([.test(2, .open)]))
    let survey = try LogSurvey(decoding: try #require(cluster.wait(for: outcome)?.body))
    guard case .complete(let segments) = survey.verdict else {
      Issue.record("\(survey.verdict)")
      return
    }
    #expect(segments[1].sources.map(\.server) == [joined.id])
    // Who has answered in the same round is not asked because somebody joins.
    #expect(one.queries.count <= asked + 1)
    #expect(cluster.unexpected == 0)
  }

  @Test("does not wait for a backup that does not answer, if the log is complete without it")
  func silent() throws {
    let cluster = try SimulatedCluster()
    _ = try cluster.addBackup(.lists([.test(1, .open)]))
    let silent = try cluster.addBackup(.silent)
    let start = cluster.now
    guard case .complete = try cluster.survey(.openLog, patience: 60_000).verdict else {
      Issue.record("it is complete")
      return
    }
    #expect(cluster.now - start >= SurveyedBackup.replyLimit)
    #expect(silent.queries.count == 1)
  }

  @Test("forgets a backup that leaves, with what it said")
  func leaving() throws {
    let cluster = try SimulatedCluster()
    let one = try cluster.addBackup(.lists([.test(1, .open)]))
    let silent = try cluster.addBackup(.silent)
    let outcome = cluster.query(.openLog, patience: 0)
    cluster.run(for: .milliseconds(100))
    #expect(silent.queries.count == 1 && outcome.value == nil)
    let cluster64 = cluster.coordinator?.leading?.cluster ?? 0
    _ = cluster.wait(
      for: cluster.start(.leave, Enlisted(cluster: cluster64, server: one.id).encoded))
    #expect(outcome.value == nil)
    _ = cluster.wait(
      for: cluster.start(.leave, Enlisted(cluster: cluster64, server: silent.id).encoded))
    // The last one is gone too, so that nothing is waited for.
    let survey = try LogSurvey(decoding: try #require(cluster.wait(for: outcome)?.body))
    #expect(survey.verdict == .noBackups && survey.membership.backups.isEmpty)
    #expect(cluster.unexpected == 0)
  }

  @Test("of an owner ends when a newer owner comes, and a look goes on")
  func superseded() throws {
    let cluster = try SimulatedCluster()
    let backup = try cluster.addBackup(.lists([]))
    mark(try cluster.survey(.openLog).ownership, in: cluster)
    backup.behaviour = .silent
    let look = cluster.query(.findLog, patience: 60_000, name: "other")
    let old = cluster.query(.openLog, patience: 60_000)
    cluster.run(for: .milliseconds(100))
    let foreign = cluster.query(.openLog, patience: 60_000, name: "another")
    let new = cluster.query(.openLog, patience: 60_000)
    cluster.run(for: .milliseconds(100))
    #expect(look.value?.refusal == .noSuchLog)
    #expect(old.value?.refusal == .fenced)
    #expect(new.value == nil && foreign.value == nil)
    let reader = cluster.query(.findLog, patience: 60_000)
    cluster.run(for: .milliseconds(100))
    let newest = cluster.query(.openLog, patience: 60_000)
    cluster.run(for: .milliseconds(100))
    #expect(new.value?.refusal == .fenced)
    #expect(reader.value == nil)
    backup.behaviour = .lists([.test(1, .open)])
    for outcome in [reader, newest] {
      let survey = try LogSurvey(decoding: try #require(cluster.wait(for: outcome)?.body))
      guard case .complete = survey.verdict else {
        Issue.record("\(survey.verdict)")
        return
      }
    }
    #expect(cluster.unexpected == 0)
  }

  @Test("of an owner does not tell it the epoch of one that came before it was answered")
  func overtaken() throws {
    for turns in 0...12 {
      let cluster = try SimulatedCluster()
      let backup = try cluster.addBackup(.lists([.test(1, .open)]))
      let first = cluster.query(.openLog, patience: 60_000)
      while backup.queries.isEmpty { cluster.run(for: .microseconds(100)) }
      cluster.stopCoordinator()
      cluster.run(for: .milliseconds(100))
      for _ in 0..<turns { cluster.makeTurnOfCoordinator() }
      let second = cluster.query(.openLog, patience: 60_000)
      cluster.run(for: .milliseconds(100))
      cluster.continueCoordinator()
      let epochs = try [first, second].compactMap { outcome in
        try cluster.wait(for: outcome)?.body.map { try LogSurvey(decoding: $0).ownership.epoch }
      }
      #expect(epochs == [1, 2] || epochs == [2], "after \(turns) turns")
    }
  }

  @Test("asks at most ten backups at a time")
  func bound() throws {
    let cluster = try SimulatedCluster()
    let backups = try (0..<25).map { _ in try cluster.addBackup(.silent) }
    let outcome = cluster.query(.openLog, patience: 0)
    cluster.run(for: .milliseconds(100))
    #expect(backups.reduce(0) { $0 + $1.queries.count } == 10)
    cluster.run(for: .seconds(2))
    #expect(backups.reduce(0) { $0 + $1.queries.count } == 20)
    let survey = try LogSurvey(decoding: try #require(cluster.wait(for: outcome)?.body))
    #expect(backups.allSatisfy { $0.queries.count == 1 })
    #expect(survey.verdict == .new)
  }

  @Test("ends when nobody waits for its answer; there are at most 64, and then the next is refused")
  func busy() throws {
    let cluster = try SimulatedCluster()
    _ = try cluster.addBackup(.silent)
    var outcomes: [SimulatedCluster.Outcome] = []
    for number in 0..<LogRecoveries.limit {
      let log = cluster.query(.openLog, patience: 600_000, name: "log \(number)")
      outcomes.append(log)
    }
    // New logs are found new; used ones are waited for.
    cluster.run(for: .seconds(3))
    #expect(outcomes.allSatisfy { $0.value != nil })
    for number in 0..<LogRecoveries.limit {
      mark(LogOwnership(log: UInt64(number + 1), epoch: 1), in: cluster)
      outcomes[number] = cluster.query(.openLog, patience: 600_000, name: "log \(number)")
    }
    cluster.run(for: .seconds(3))
    #expect(outcomes.allSatisfy { $0.value == nil })
    #expect(cluster.wait(for: cluster.query(.findLog, name: "log 0"))?.refusal == .busy)
    #expect(cluster.wait(for: cluster.query(.openLog, name: "log 0"))?.refusal == .busy)
    outcomes[5].cancel()
    cluster.run(for: .seconds(5))
    #expect(cluster.coordinator?.leading?.recoveries.hasRoom == true)
    #expect(try cluster.survey(.findLog, patience: 0, name: "log 0").ownership.epoch == 2)
    cluster.killCoordinator()
  }

  @Test("does not take what the log's mark gave up, as it is when the lists are judged")
  func marks() throws {
    let cluster = try SimulatedCluster()
    let backup = try cluster.addBackup(.lists([.test(1, .open)]))
    _ = try cluster.addBackup(.silent)
    let owner = try cluster.survey(.openLog).ownership
    guard case .complete = try cluster.survey(.findLog, patience: 0).verdict else {
      Issue.record("it is complete")
      return
    }
    let look = cluster.query(.findLog, patience: 0)
    cluster.run(for: .milliseconds(500))
    let note = NoteMark(log: 1, mark: LogMark(epoch: owner.epoch, segment: 1, version: 2))
    #expect(cluster.wait(for: cluster.start(.noteMark, note.encoded)) == .ok([]))
    let survey = try LogSurvey(decoding: try #require(cluster.wait(for: look)?.body))
    #expect(survey.ownership.mark == note.mark)
    guard case .incomplete(let problems, _) = survey.verdict else {
      Issue.record("\(survey.verdict)")
      return
    }
    #expect(problems.first == .init(segment: 1, reason: .notClosed))
    backup.behaviour = .lists([.test(1, .open, version: 2)])
    guard case .complete = try cluster.survey(.findLog, patience: 0).verdict else {
      Issue.record("it is complete")
      return
    }
  }

  @Test("tells what is lost from what somebody may have who did not answer")
  func lost() throws {
    let cluster = try SimulatedCluster()
    _ = try cluster.addBackup(.lists([.test(2, .open)]))
    let other = try cluster.addBackup(.silent)
    let missing = [LogSurvey.Problem(segment: 1, reason: .missing)]
    #expect(
      try cluster.survey(.openLog, patience: 0).verdict
        == .incomplete(missing, unanswered: [other.id]))
    other.behaviour = .lists([])
    #expect(try cluster.survey(.openLog, patience: 0).verdict == .lost(missing))
    #expect(cluster.unexpected == 0)
  }
}
