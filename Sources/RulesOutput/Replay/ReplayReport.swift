import RulesAnalysis
import RulesLanguage

/// What a recorded trace is, held against the rules as they are now.
public struct ReplayReport: Sendable {
  var trace: RecordedTrace
  /// For each recorded task how it compares.
  var tasks: [TaskMatch] = []
  /// The firings that were looked at, each with what came of it.
  var entries: [Entry] = []
  /// By kind, those of subjects' last states too.
  var agreeing = 0
  var undecided = 0
  /// Every group of records that today's rules would decide otherwise, first record first.
  var differences: [Difference] = []

  /// Whether today's rules would have gone another way somewhere.
  public var differs: Bool { !differences.isEmpty }

  struct TaskMatch: Sendable {
    var name: String
    /// Nil: today's rules have no such task.
    var isSame: Bool?
    /// Facts that only one side has, by scope: `Segment.replica: closing`.
    var removedFacts: [String] = []
    var addedFacts: [String] = []
    /// Scopes that today's rules do not have.
    var missingScopes: [String] = []
  }

  struct Entry: Sendable {
    var record: RecordedTrace.Record
    var isPresent: Bool
    var leaf: String
    /// What the next record of the same subject finds changed; nil: there is none.
    var change: String?
    /// Index into `differences`.
    var difference: Int?
  }

  /// Records that differ in one way.
  struct Difference: Sendable {
    enum Kind: String, Sendable {
      /// Today's rules say that there is no such state.
      case impossible
      /// Another clause wins today, or none.
      case decision
      /// The next state of the subject does not follow from this one.
      case step
      /// Today's rules have no such scope.
      case scope
    }

    var kind: Kind
    /// `Segment.replica`
    var scope: String
    /// What the record says: `R4`.
    var recorded: String
    /// What wins today, in words; of a step that it does not lead on as recorded.
    var today: String
    /// The first record of the group, by its index in `entries`.
    var first: Int
    var count = 1
    /// The state of the first record, and why today's rules decide otherwise, in lines.
    var state: String
    var reasons: [String]
  }
}

/// Which records are looked at.
public struct ReplayFilter: Sendable {
  /// The number of a subject, or a part of its name; nil: all.
  public var subject: String?
  /// The newest so many firings; nil: all.
  public var last: Int?

  public init(subject: String? = nil, last: Int? = nil) {
    self.subject = subject
    self.last = last
  }

  func includes(_ record: RecordedTrace.Record, _ trace: RecordedTrace) -> Bool {
    guard let subject else { return true }
    return String(record.subject) == subject || trace.name(of: record.subject).contains(subject)
  }
}
