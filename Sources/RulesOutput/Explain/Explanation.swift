/// What one diagnostic code means: a page of `rulesc explain`.
public struct Explanation: Sendable {
  /// `gap`
  public var code: String
  /// One line for the list of codes.
  public var summary: String
  /// What it says, and why that is an error or a warning: paragraphs, wrapped.
  public var meaning: String
  /// A small rules text that has this finding and no other; empty when no text has it that we know.
  public var example: String
  /// What to do about it, wrapped.
  public var repair: String
  /// The example, repaired: it has no finding.
  public var repaired: String
}

/// A page for every code that the compiler gives, in the order in which it looks for them.
public let explanations: [Explanation] =
  textExplanations + stateExplanations + clauseExplanations + movementExplanations
  + effectExplanations + poolExplanations

extension Explanation {
  /// The page of a code.
  public init?(of code: String) {
    guard let known = explanations.first(where: { $0.code == code }) else { return nil }
    self = known
  }
}
