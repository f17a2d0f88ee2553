/// The firings of one pool, as its process wrote them: the content of a `.rulestrace` file.
public struct RecordedTrace: Sendable {
  /// Of the format: 1 says no causes.
  public var version = 2
  /// The program and its process number.
  public var program = ""
  public var process = 0
  /// The pool's name.
  public var pool = ""
  var tasks: [Task] = []
  /// The signal in whose handler it was written; nil: the process lived.
  var signal: Int?
  /// Names of causes by their numbers.
  var causeNames: [Int: String] = [:]
  /// Names of subjects by their numbers.
  var subjects: [UInt64: String] = [:]
  /// How many older firings are not here.
  var lost: UInt64 = 0
  /// Oldest first.
  var firings: [Record] = []
  /// Where subjects stand after their last firing.
  var present: [Record] = []

  /// A compiled task as it was recorded.
  struct Task: Sendable {
    var name: String
    var contentHash: UInt64
    var path: String
    var scopes: [Scope] = []
  }

  struct Scope: Sendable {
    var name: String
    var leafCount: Int
    /// The facts of a state word; empty in a trace that does not say.
    var facts: [Fact] = []
    var leaves: [Int: Leaf] = [:]
  }

  struct Fact: Sendable {
    var name: String
    var values: [String]
    var shift: Int
    var width: Int
  }

  struct Leaf: Sendable {
    var name: String
    var kind: String
    var line: Int
  }

  /// A firing and the state before it, or where a subject stands.
  struct Record: Sendable {
    /// Numbers the pool's firings.
    var sequence: UInt64 = 0
    var nanoseconds: Int64 = 0
    var task: Int
    var scope: Int
    var subject: UInt64
    var leaf: Int
    var words: [UInt64]
    /// The state the subject's next evaluation found; nil: not known.
    var after: [UInt64]?
    /// What enabled it; nil: the trace does not say.
    var cause: Cause?
  }

  /// What enabled a firing.
  struct Cause: Sendable, Hashable {
    enum Kind: String, Sendable {
      case unknown, firing, admission, timer, retry, reply, event, news, post, audit
    }

    var kind: Kind
    /// The number of the firing it goes back to; nil: it came from outside.
    var origin: UInt64?
    /// A key of `causeNames`; zero: none.
    var name: Int
  }

  /// The firing of a number. O(log n).
  func firing(_ sequence: UInt64) -> Record? {
    var (low, high) = (0, firings.count)
    while low < high {
      let middle = (low + high) / 2
      if firings[middle].sequence < sequence { low = middle + 1 } else { high = middle }
    }
    guard low < firings.count, firings[low].sequence == sequence else { return nil }
    return firings[low]
  }

  /// How a subject is called.
  func name(of subject: UInt64) -> String { subjects[subject] ?? "subject \(subject)" }
}

/// Why a trace cannot be read; one line for the user.
public struct TraceFormatError: Error, Hashable, Sendable {
  /// From 1.
  public var line: Int
  public var message: String
}
