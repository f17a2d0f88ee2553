import ReplicatedLog
import RulesNetwork
import Testing

@testable import replog

@Suite("What replog recover --dry-run says")
struct SurveyReportTests {
  func report(_ verdict: LogSurvey.Verdict) -> SurveyReport {
    SurveyReport(
      log: "main",
      survey: LogSurvey(
        ownership: LogOwnership(log: 1, epoch: 2, settings: LogSettings()),
        membership: Membership(cluster: 1, version: 1, backups: []), verdict: verdict))
  }

  @Test("What is lost is told by positions")
  func lost() {
    let report = report(
      .lost([.init(segment: 2, reason: .corrupt), .init(segment: 3, reason: .missing)]))
    #expect(!report.isComplete)
    #expect(
      report.text == """
        segment 2: only corrupt replicas (positions 2:0 up to 3:0)
        segment 3: no backup has a replica of it (positions 3:0 up to 4:0)
        log 'main' is incomplete, and all backups answered: these positions are lost, unless a \
        backup that is no member now is started again and has them

        """)
  }

  @Test("Who did not answer is named, and what to do about it")
  func incomplete() {
    let report = report(
      .incomplete(
        [.init(segment: 1, reason: .notClosed)], unanswered: [ServerID(slot: 4, generation: 1)]))
    #expect(!report.isComplete)
    #expect(report.text.contains("no answer from 4.1, which may have what is missing: start"))
  }
}
