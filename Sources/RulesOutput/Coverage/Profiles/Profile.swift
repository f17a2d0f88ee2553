/// What one process has evaluated, as the file that it wrote says. Nothing of it is compared with
/// any rules yet: see `Recording`.
public struct Profile: Hashable, Sendable {
  /// The counters of one task.
  public struct Task: Hashable, Sendable {
    /// `Segment`
    public var name: String
    /// What its rules were made from.
    public var contentHash: UInt64
    /// Its rules file, as the program that was built names it.
    public var path: String
    /// In the order of the file.
    public var scopes: [Scope] = []
  }

  /// The counters of a task itself or of one of its eaches.
  public struct Scope: Hashable, Sendable {
    /// `Segment.replica`
    public var name: String
    /// How many ends an evaluation can have there.
    public var leafCount: Int
    /// One for each state and end.
    public var states: [State] = []
    /// Evaluations in states that there was no room for, by leaf.
    public var overflow: [Overflow] = []
  }

  /// How many evaluations found one state and ended in one leaf.
  public struct State: Hashable, Sendable {
    /// The packed facts, the lowest word first.
    public var words: [UInt64]
    public var leaf: Int
    public var count: UInt64
  }

  /// How many evaluations ended in one leaf, in states that are not known.
  public struct Overflow: Hashable, Sendable {
    public var leaf: Int
    public var count: UInt64
  }

  /// The program and its process number, `replog 4711`.
  public var process: String
  public var tasks: [Task] = []
}

/// Why a file cannot be used as a profile: one clause, without the name of the file.
public struct ProfileError: Error, Hashable, Sendable {
  public var message: String

  init(_ message: String) { self.message = message }

  init(line: Int, _ message: String) { self.message = "line \(line): \(message)" }
}
