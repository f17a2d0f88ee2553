import RulesAnalysis
import RulesLanguage

/// How much of each scope's states rules handle, can be reached, and were seen: one value that every
/// format of the report is made from.
public struct CoverageReport: Sendable {
  /// The rule sets, in the order in which they were given; named ones without a scope are left out.
  public var ruleSets: [RuleSetCoverage]
  /// How many profiles were read of tests, and of production; nil: none were asked for.
  public var testProfiles: Int?
  public var productionProfiles: Int?

  /// Whether anything that was recorded is part of it.
  public var hasRecords: Bool { testProfiles != nil || productionProfiles != nil }
  /// All scopes, rule set by rule set.
  public var scopes: [ScopeCoverage] { ruleSets.flatMap(\.scopes) }
}

/// The scopes of rules that were compiled together.
public struct RuleSetCoverage: Sendable {
  /// The name it was given, which is that of a target; nil: the only one.
  public var name: String?
  /// In text order.
  public var scopes: [ScopeCoverage]
  /// Its place among the rule sets that were given.
  package var number: Int
}

/// Numbers of states, the four columns of the report.
public struct StateColumns: Hashable, Sendable {
  /// States that can exist.
  public var consistent: UInt128 = 0
  /// Those that moves lead to; nil: not known, because there are too many.
  public var reachable: Int?
  /// Those seen in tests; nil: nothing was recorded.
  public var tests: Int?
  /// Those seen in production; nil: nothing was recorded.
  public var production: Int?
}

/// Numbers of evaluations.
public struct EvaluationColumns: Hashable, Sendable {
  public var tests: UInt64?
  public var production: UInt64?
}

/// What is known of one scope.
public struct ScopeCoverage: Sendable {
  /// `Segment.replica`
  public var name: String
  /// Its rules file, and the line of its name.
  public var file: String
  public var line: Int
  /// All combinations of values, and those that an invariant excludes.
  public var abstract: UInt128
  public var impossible: UInt128
  /// All consistent states.
  public var total: StateColumns
  /// The states of each class, by the order of `CoverageClass`.
  public var classes: [StateColumns]
  /// In text order.
  public var clauses: [ClauseCoverage]
  /// Patterns of unhandled states, and how many states are in none of them.
  public var gaps: [FamilyCoverage]
  public var gapRemainder: UInt128
  /// Pairs of clauses that contradict each other.
  public var overlaps: [OverlapCoverage]
  /// Reachable states that tests have not seen; nil: not known, or no tests were recorded.
  public var unseen: UnseenStates?
  /// Consistent states that were seen though no move leads to them; nil: not known.
  public var unexpected: [UnexpectedStates]
  /// Evaluations of states that must not exist.
  public var impossibleSeen: [ImpossibleState]
  /// Evaluations in states that are not known, because a process had no room for them.
  public var overflow = EvaluationColumns()
  /// The space itself, for the formats that show states.
  package var states: StateCatalogue

  /// The columns of one class.
  public func columns(_ kind: CoverageClass) -> StateColumns { classes[kind.rawValue] }
  /// Whether it is known what can be reached.
  public var isExplored: Bool { total.reachable != nil }
}

/// The classes of consistent states, in the order of the report.
public enum CoverageClass: Int, CaseIterable, Sendable {
  case rule, wait, goal, overlap, unhandled

  /// As the report calls it.
  public var name: String { String(describing: self) }
}

/// One rule, wait or goal.
public struct ClauseCoverage: Sendable {
  public var name: String
  public var kind: String
  public var label: String?
  /// The file it stands in, and its line.
  public var file: String
  public var line: Int
  /// The states that it handles.
  public var states: StateColumns
  /// How often it was chosen.
  public var evaluations: EvaluationColumns
}

/// Unhandled states that one pattern describes.
public struct FamilyCoverage: Sendable {
  /// A condition that one could paste.
  public var pattern: String
  /// The states that no earlier family has.
  public var states: StateColumns
  /// To one that is reached first; nil: none is reachable, or that is not known.
  public var trace: CoverageTrace?
}

/// Two clauses that contradict each other.
public struct OverlapCoverage: Sendable {
  public var earlier: String
  public var later: String
  public var states: StateColumns
  /// A state in which both win, as a condition.
  public var witness: String
  public var trace: CoverageTrace?
}

/// A shortest way to a state.
public struct CoverageTrace: Hashable, Sendable {
  /// What of its first state differs between initial states; empty if there is only one.
  public var start: String
  /// The names of its moves: `R1`, `reply`, `prior.closed becomes true`.
  public var moves: [String]
  /// Where it leads to, by value indices.
  package var target: [Int]

  /// `from not prior.closed: R1, R2, reply`
  public var text: String {
    let way = moves.isEmpty ? "a new instance may be in it" : moves.joined(separator: ", ")
    return start.isEmpty ? way : "from \(start): \(way)"
  }
}

/// Reachable states that tests have never evaluated.
public struct UnseenStates: Sendable {
  /// How many there are, without those that are excepted.
  public var count: Int
  /// How many there are beside these, which an exception gives a reason for.
  public var excepted: Int
  /// The states of `count` as patterns, nearest first; at most `familyLimit`.
  public var families: [UnseenFamily]
  /// The states in no family.
  public var remainder: Int

  static let familyLimit = 64
}

/// Unseen states that one pattern describes: no reachable state that it matches was seen or excepted.
public struct UnseenFamily: Sendable {
  /// A condition that one could paste.
  public var pattern: String
  /// How many states no earlier family has.
  public var count: Int
  /// The first of these by steps, at most `stateLimit`.
  public var states: [UnseenState]

  static let stateLimit = 64
}

/// One unseen state.
public struct UnseenState: Sendable {
  /// Every fact, as a condition.
  public var text: String
  /// What handles it: `R1`, `unhandled`.
  public var clause: String
  public var trace: CoverageTrace
}

/// States that were recorded where the model says that they cannot be reached.
public struct UnexpectedStates: Sendable {
  public var source: EvidenceSource
  /// Ordered by evaluations, most first; at most `limit`.
  public var states: [(text: String, clause: String, evaluations: UInt64)]
  /// How many there are.
  public var count: Int

  static let limit = 256
}

/// An evaluation that found facts that contradict each other.
public struct ImpossibleState: Sendable {
  public var source: EvidenceSource
  /// The facts as they were read.
  public var text: String
  /// What was reported: the label or text of an `always`, or of a chain or bound.
  public var reason: String
  public var evaluations: UInt64
}

/// Where a profile comes from.
public enum EvidenceSource: String, CaseIterable, Sendable {
  case tests, production
}
