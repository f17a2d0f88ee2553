/// One number of a snapshot, in the terms that all systems of metrics share.
public struct MetricSample: Hashable, Sendable {
  /// How the number behaves.
  public enum Kind: String, Hashable, Sendable {
    /// Only grows, from zero on, as long as the pool lives.
    case counter
    /// Goes up and down.
    case gauge
  }

  /// What distinguishes samples of one name: `task` = `Segment.replica`.
  public struct Label: Hashable, Sendable {
    /// Letters and underscores.
    public var name: String
    /// Any text.
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// `rules_firings_total`: letters, digits and underscores, with the unit, and of counters `_total`,
  /// at the end.
  public var name: String
  /// How it behaves.
  public var kind: Kind
  /// What it counts, in one sentence.
  public var help: String
  /// Those of a pool have `pool` first.
  public var labels: [Label]
  /// Of times in seconds.
  public var value: Double

  public init(
    name: String, kind: Kind, help: String, labels: [Label] = [], value: Double
  ) {
    self.name = name
    self.kind = kind
    self.help = help
    self.labels = labels
    self.value = value
  }
}
