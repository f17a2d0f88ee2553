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
          + ", which may have what is missing: start them again, with their directories"
      ]
    case .lost(let problems):
      problems.map(line) + [
        "log '\(log)' is incomplete, and all backups answered: these positions are lost, unless a "
          + "backup that is no member now is started again and has them"
      ]
    case .noBackups:
      ["no backup is up: nothing can be said about log '\(log)' until one is started again"]
    case .tooLarge(let bytes):
      ["log '\(log)' is complete; its plan of \(byteCount(Int(clamping: bytes))) fits no reply"]
    }
  }

  private func line(_ segment: LogSurvey.Segment) -> String {
    let bytes = segment.sources.map(\.certificate.length).max() ?? 0
    let wanted = survey.ownership.settings.replicas
    let few = segment.sources.count < wanted ? ", \(segment.sources.count) of \(wanted)" : ""
    return "segment \(segment.id): \(segment.closed ? "closed" : "open"), "
      + "\(byteCount(Int(bytes))), on "
      + segment.sources.map(\.server.description).joined(separator: " ") + few
  }

  private func line(_ problem: LogSurvey.Problem) -> String {
    let words =
      switch problem.reason {
      case .missing: "no backup has a replica of it"
      case .corrupt: "only corrupt replicas"
      case .unreadable: "its backups cannot read it now"
      case .uncertified: "only unfinished replicas"
      case .notClosed: "no closed replica, its end may be missing"
      case .noAnswer: "its backups do not answer"
      }
    return "segment \(problem.segment): \(words) (positions \(problem.segment):0 up to "
      + "\(problem.segment &+ 1):0)"
  }
}
