/// `pool LogReplication { task Segment where prior links following  policy gap error }`
public struct PoolModel: Sendable {
  public struct Entry: Sendable {
    public var task: String
    /// `where prior links following`: `prior` and `following` are inverse to each other.
    public var links: (String, String)?

    public init(task: String, links: (String, String)?) {
      self.task = task
      self.links = links
    }
  }

  public enum Policy: String, CaseIterable, Sendable {
    case gap, overlap, stall, unreachable, busy
  }
  public enum Severity: String, CaseIterable, Sendable { case error, warn, allow }

  /// `explore Segment * 2 (replica * 3), ServerFailure  budget 100000`
  public struct Exploration: Sendable {
    public struct Part: Sendable {
      public var task: String
      /// Instances of the task, at least 1.
      public var count: Int
      /// Instances of its eaches where said; else 1 each.
      public var elements: [(each: String, count: Int)]
      /// Where the task's name stands.
      public var position: SourcePosition

      public init(
        task: String, count: Int, elements: [(each: String, count: Int)], position: SourcePosition
      ) {
        self.task = task
        self.count = count
        self.elements = elements
        self.position = position
      }
    }

    public var parts: [Part]
    /// The most states to visit.
    public var budget: Int
    /// Where the word `explore` stands.
    public var position: SourcePosition

    public init(parts: [Part], budget: Int = 1_000_000, position: SourcePosition) {
      self.parts = parts
      self.budget = budget
      self.position = position
    }
  }

  public var name: String
  public var entries: [Entry]
  public var explorations: [Exploration]
  public var policies: [Policy: Severity]
  /// Where its name stands.
  public var position: SourcePosition

  public init(
    name: String, entries: [Entry], explorations: [Exploration] = [],
    policies: [Policy: Severity], position: SourcePosition
  ) {
    self.explorations = explorations
    self.name = name
    self.entries = entries
    self.policies = policies
    self.position = position
  }
}
