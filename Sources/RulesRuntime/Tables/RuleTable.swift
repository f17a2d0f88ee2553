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
  /// The mutants that the generated code has; none, unless it was generated with them.
  public var mutants: [Mutant]

  /// A table; generated code is its only author.
  public init(
    task: String, file: String, contentHash: UInt64, scopes: [Scope], mutants: [Mutant] = []
  ) {
    self.task = task
    self.file = file
    self.contentHash = contentHash
    self.scopes = scopes
    self.mutants = mutants
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

  /// Many leaves, one a line: `rule 30 R1 | no backup server selected`,
  /// `wait 46 W2 for prior.closed, reply | prior footer`; kind, line, name, causes, label. What a
  /// literal of a thousand leaves would cost the Swift compiler, seconds, this does not.
  ///
  /// A line that is not so written is left out; generated code is the only author.
  public static func leaves(_ text: String) -> [Leaf] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 2)
      guard parts.count == 3, let kind = Leaf.Kind(word: parts[0]), let number = Int(parts[1])
      else { return nil }
      let (name, label) = divide(parts[2], at: " | ")
      let (clause, causes) = divide(name, at: " for ")
      return Leaf(
        String(clause), kind, line: number, label: String(label),
        causes: causes.split(separator: ",").map { String($0.drop { $0 == " " }) })
    }
  }

  /// What stands before and after the first `separator`; nothing after if there is none.
  private static func divide(
    _ text: Substring, at separator: String
  ) -> (Substring, Substring) {
    var rest = text
    while !rest.isEmpty {
      if rest.hasPrefix(separator) {
        return (text[..<rest.startIndex], rest.dropFirst(separator.count))
      }
      rest = rest.dropFirst()
    }
    return (text, "")
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

      init?(word: Substring) {
        switch word {
        case "rule": self = .rule
        case "wait": self = .wait
        case "goal": self = .goal
        case "unhandled": self = .unhandled
        case "impossible": self = .impossible
        default: return nil
        }
      }
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
