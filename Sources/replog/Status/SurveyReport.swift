import ReplicatedLog
import RulesNetwork

/// What is left of a log, for people.
struct SurveyReport {
  /// The log's name.
  var log: String
  var survey: LogSurvey

  /// Whether a new owner would get all of it.
  var isComplete: Bool {
    switch survey.verdict {
    case .complete, .new, .tooLarge: true
    case .vanished, .incomplete, .lost, .noBackups: false
    }
  }

  /// The whole text, with a final newline.
  var text: String { lines.joined(separator: "\n") + "\n" }

  private var lines: [String] {
    switch survey.verdict {
    case .complete(let segments):
      segments.map(line) + ["log '\(log)' is complete: \(counted(segments.count, "segment"))"]
    case .new: ["log '\(log)' has nothing, and never acknowledged anything"]
    case .vanished:
      ["log '\(log)' is lost: no backup has anything of it, and all backups answered"]
    case .incomplete(let problems, let unanswered):
      problems.map(line) + [
        "log '\(log)' is incomplete; no answer from "
          + (unanswered.isEmpty
            ? "backups that left" : unanswered.map(\.description).joined(separator: " "))
          + ", which may have what is missing"
      ]
    case .lost(let problems):
      problems.map(line) + [
        "log '\(log)' is incomplete, and all backups answered: only one that is no member now "
          + "could bring back what is missing"
      ]
    case .noBackups: ["no backup is up: nothing can be said about log '\(log)'"]
    case .tooLarge(let bytes):
      ["log '\(log)' is complete; its plan of \(byteCount(Int(clamping: bytes))) fits no reply"]
    }
  }

  private func line(_ segment: LogSurvey.Segment) -> String {
    let bytes = segment.sources.map(\.certificate.length).max() ?? 0
    return "segment \(segment.id): \(segment.closed ? "closed" : "open"), "
      + "\(byteCount(Int(bytes))), on "
      + segment.sources.map(\.server.description).joined(separator: " ")
  }

  private func line(_ problem: LogSurvey.Problem) -> String {
    switch problem.reason {
    case .missing: "segment \(problem.segment): missing"
    case .corrupt: "segment \(problem.segment): only corrupt replicas"
    case .unreadable: "segment \(problem.segment): its backups cannot read it now"
    case .uncertified: "segment \(problem.segment): only unfinished replicas"
    case .notClosed: "segment \(problem.segment): no closed replica, its end may be missing"
    case .noAnswer: "segment \(problem.segment): its backups do not answer"
    }
  }
}
