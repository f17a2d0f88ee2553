/// What a pool counts of each evaluation.
public enum StateCounting: Sendable {
  /// In which state it began and in which leaf it ended: what coverage reports are made of.
  case states
  /// In which leaf it ended.
  case leaves
}
