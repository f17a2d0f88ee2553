import Testing

@testable import RulesRuntime

@Suite("Log lines")
struct LogTests {
  private func line(_ message: String, seconds: Int64 = 0) -> String {
    LogLine(
      seconds: seconds, nanoseconds: 7_999_999, level: .notice, label: "backup-1", message: message
    ).text
  }

  @Test("A line has the time in UTC, the level, the label and the message")
  func format() {
    #expect(
      line("started", seconds: 1_795_366_532)
        == "2026-11-22T16:55:32.007Z notice backup-1: started\n")
    #expect(line("x").hasPrefix("1970-01-01T00:00:00.007Z"))
  }

  @Test("Control characters are escaped, so that one message is one line")
  func escapes() {
    #expect(line("a\nb\r\u{1b}[31m\u{7f}\té").hasSuffix(": a\\nb\\r\\u{1b}[31m\\u{7f}\\té\n"))
  }

  @Test("A line is never longer than what a pipe takes in one piece")
  func limit() {
    let text = line(String(repeating: "é", count: 10_000))
    #expect(text.utf8.count <= 4_096)
    #expect(text.hasSuffix("...\n"))
  }

  @Test("Messages below the minimum are not even made")
  func minimum() {
    let recorder = LogRecorder()
    let log = RuleLog(minimum: .warning) { recorder.log.log($0, $1) }
    func unwanted() -> String {
      Issue.record("made")
      return ""
    }
    log.log(.notice, unwanted())
    RuleLog.disabled.log(.critical, unwanted())
    log.log(.warning, "wanted")
    #expect(recorder.messages == ["wanted"])
  }
}
