extension RuleTable {
  /// A small change of a task's rules that tests should notice.
  public struct Mutant: Hashable, Sendable {
    /// From 1 on.
    public var number: Int
    /// `dropped`: a part of a condition; `skipped`: an assignment; `asleep`: a wake-up; `same`: one of
    /// these of which the compiler proved that it changes nothing.
    public var kind: String
    /// The line of the clause in the rules file.
    public var line: Int
    /// `Segment.replica R4 without prior.closed`
    public var text: String

    /// Whether it is known to change nothing, so that no test can notice it.
    public var isSame: Bool { kind == "same" }

    /// A mutant; generated code is its only author.
    public init(number: Int, kind: String, line: Int, text: String) {
      self.number = number
      self.kind = kind
      self.line = line
      self.text = text
    }
  }

  /// Many mutants, one a line: `17 dropped 104 Segment.replica R4 without prior.closed`. A line that is not
  /// so written is left out; generated code is the only author.
  public static func mutants(_ text: String) -> [Mutant] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 3)
      guard parts.count == 4, let number = Int(parts[0]), let place = Int(parts[2]) else {
        return nil
      }
      return Mutant(
        number: number, kind: String(parts[1]), line: place, text: String(parts[3]))
    }
  }
}
