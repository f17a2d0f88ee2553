/// What of a log is read.
struct ReadScope: Hashable, Sendable {
  /// The first position; nil: the log's beginning.
  var from: LogPosition?
  /// No record from here on; nil: there is no such end.
  var to: LogPosition?
  /// Goes on with what is appended later. Then only what is replicated is read.
  var follows = false

  /// Whether there is nothing left of it at a position.
  func isOver(at position: LogPosition?) -> Bool {
    guard let position, let to else { return false }
    return position >= to
  }
}
