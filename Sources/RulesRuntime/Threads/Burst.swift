/// Short turns in a row of which each has something to do at once, as when one rule follows another: nobody asks
/// for news between them, which would take as long as they do.
struct Burst {
  /// Turns in a row.
  static let limit = 4
  /// A turn that took longer ends a burst.
  static let shortTurn = Duration.microseconds(20)

  private var turns = 0

  /// Whether the next turn may come before news.
  mutating func goesOn(after turnTime: Duration) -> Bool {
    turns += 1
    return turns < Self.limit && turnTime <= Self.shortTurn
  }
}
