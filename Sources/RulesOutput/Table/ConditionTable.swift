import RulesAnalysis

/// The clauses of one scope as a condition table: one row a clause, one column a fact, in each cell
/// the values with which the clause may hold.
///
/// A condition that is no conjunction (`or`, defines, implications) takes several rows, which may
/// have states in common, as the parts of an `or` may. Cells say what the conditions say, not what
/// `always` adds to it.
public struct ConditionTable: Sendable {
  /// A fact, related name or quantifier that some clause asks for.
  public struct Column: Hashable, Sendable {
    /// `header`, `committed <= sent <= appended`, `prior.closed`
    public var name: String
  }

  /// What a group of rows is about.
  public enum Kind: String, Hashable, Sendable { case rule, wait, goal, unhandled }

  /// Some of the states in which a clause holds.
  public struct Row: Hashable, Sendable {
    /// One a column; nil: any value.
    public var cells: [String?]
  }

  /// A clause; or, last, the states that no clause handles.
  public struct Group: Hashable, Sendable {
    public var kind: Kind
    /// `R1`; `unhandled`.
    public var name: String
    /// The text in quotes after the name.
    public var label: String?
    /// Its line in the file; nil for `unhandled`.
    public var line: Int?
    /// Consistent states in which it holds.
    public var holds: UInt128
    /// Consistent states that it handles: in which nothing is over it and nothing contradicts it.
    public var handles: UInt128
    /// The clauses that it is over.
    public var over: [String]
    /// Empty if it holds in no consistent state.
    public var rows: [Row]
    /// States in which it holds that are in none of the rows.
    public var more: UInt128
  }

  /// `Segment.replica`
  public var scope: String
  /// `rules/Segment.rules:18`
  public var place: String
  public var counts: ScopeCounts
  public var columns: [Column]
  /// Facts that no clause asks for.
  public var unasked: [String]
  public var groups: [Group]
}

/// The most rows of one clause.
package let rowLimit = 12
