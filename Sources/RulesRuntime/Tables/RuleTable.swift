/// Everything the runtime knows about one compiled task: which leaf is number n, and how a state
/// word is read. Generated code makes one for each task; reports, traces and counters use it.
public struct RuleTable: Sendable {
  /// The task's name, `Segment`.
  public var task: String
  /// The rules file, as reports name it.
  public var file: String
  /// Identifies the rules text; data recorded under another hash is stale.
  public var contentHash: UInt64
  /// The scopes that have clauses: the task itself (`Segment`) and its eaches (`Segment.replica`).
  public var scopes: [Scope]

  /// A table; generated code is its only author.
  public init(task: String, file: String, contentHash: UInt64, scopes: [Scope]) {
    self.task = task
    self.file = file
    self.contentHash = contentHash
    self.scopes = scopes
  }

  /// A task or one of its eaches: what its facts are, and how its evaluations end.
  public struct Scope: Sendable {
    /// `Segment` or `Segment.replica`
    public var name: String
    /// Where the scope begins in the rules file.
    public var line: Int
    /// The facts of the state word.
    public var variables: [Variable]
    /// All ends of an evaluation; a leaf's number is its index here.
    public var leaves: [Leaf]

    /// A scope; the order of `leaves` gives them their numbers.
    public init(name: String, line: Int, variables: [Variable], leaves: [Leaf]) {
      self.name = name
      self.line = line
      self.variables = variables
      self.leaves = leaves
    }
  }

  /// One fact of a state word: bits `shift ..< shift + width` hold an index into `values`.
  public struct Variable: Sendable {
    /// The fact, or the declaration of a chain.
    public var name: String
    /// The words for the values 0, 1, ...; one with a space in it is printed without the name.
    public var values: [String]
    /// The variable's lowest bit.
    public var shift: Int
    /// How many bits it has.
    public var width: Int

    /// A variable of `width` bits from bit `shift` on.
    public init(_ name: String, _ values: [String], shift: Int, width: Int) {
      self.name = name
      self.values = values
      self.shift = shift
      self.width = width
    }
  }

  /// One end of an evaluation.
  public struct Leaf: Sendable {
    /// What an evaluation that ends here means.
    public enum Kind: Sendable {
      /// A rule fires; only waits hold; a goal holds.
      case rule, wait, goal
      /// No rule, wait or goal holds: the generated else-case.
      case unhandled
      /// An `always` or the order of a chain does not hold.
      case impossible
    }

    /// `R1`, `W2`, `goal`, `unhandled`; of a broken `always` that word, of a broken chain its text.
    public var name: String
    /// What it means to end here.
    public var kind: Kind
    /// The clause's line in the rules file.
    public var line: Int
    /// The label of the rules file, or the broken condition; empty when there is none.
    public var label: String
    /// What a wait waits for: `reply`, `prior.closed`.
    public var causes: [String]

    /// A leaf at a line of the rules file.
    public init(_ name: String, _ kind: Kind, line: Int, label: String = "", causes: [String] = [])
    {
      self.name = name
      self.kind = kind
      self.line = line
      self.label = label
      self.causes = causes
    }
  }
}
