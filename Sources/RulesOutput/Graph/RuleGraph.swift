/// Which clause follows which: one drawing for each scope.
public struct RuleGraph: Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case rule, wait, goal, event
    /// A rule of another scope or instance that changes what this scope sees.
    case guest
    /// `prior.closed becomes true`: what the scope only looks at changes.
    case environment
  }

  public struct Node: Hashable, Sendable {
    public var kind: Kind
    /// `R1`, `F1 of ServerFailure.replica`
    public var name: String
    /// The text in quotes after the name.
    public var label: String?
  }

  public enum Relation: String, Hashable, Sendable, CaseIterable {
    /// After the first, the second one wins, which did not hold before.
    case enables
    /// The first one is a wait for the second.
    case awaits
    /// When the first one happens, whoever waits in the second looks again.
    case wakes
  }

  public struct Edge: Hashable, Sendable {
    /// Indices of nodes.
    public var from, to: Int
    public var relation: Relation
    /// `12 states`, `following.opened`
    public var label: String
  }

  /// One drawing.
  public struct Part: Hashable, Sendable {
    /// `Segment.replica`
    public var name: String
    /// Which states the edges are about.
    public var remark: String
    public var nodes: [Node]
    /// In the order of their nodes.
    public var edges: [Edge]
  }

  public var parts: [Part]
}

extension RuleGraph.Kind {
  /// What the legend says.
  var meaning: String {
    switch self {
    case .rule: "rule"
    case .wait: "wait"
    case .goal: "goal"
    case .event: "event"
    case .guest: "rule or event elsewhere"
    case .environment: "change elsewhere"
    }
  }
}

extension RuleGraph.Relation {
  /// What the legend says.
  var meaning: String {
    switch self {
    case .enables: "enables"
    case .awaits: "waits for"
    case .wakes: "wakes"
    }
  }
}

extension RuleGraph.Part {
  /// The kinds that occur, in the order of their declaration.
  var kinds: [RuleGraph.Kind] {
    RuleGraph.Kind.allCases.filter { kind in nodes.contains { $0.kind == kind } }
  }

  /// The relations that occur, in the order of their declaration.
  var relations: [RuleGraph.Relation] {
    RuleGraph.Relation.allCases.filter { relation in edges.contains { $0.relation == relation } }
  }
}
