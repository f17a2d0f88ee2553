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

  public enum Policy: String, Sendable { case gap, overlap, stall, unreachable }
  public enum Severity: String, Sendable { case error, warn, allow }

  public var name: String
  public var entries: [Entry]
  public var policies: [Policy: Severity]
  /// Where its name stands.
  public var position: SourcePosition

  public init(
    name: String, entries: [Entry], policies: [Policy: Severity], position: SourcePosition
  ) {
    self.name = name
    self.entries = entries
    self.policies = policies
    self.position = position
  }
}
