/// Why a task is to be evaluated: the newest of what activated it since its last evaluation.
///
/// Four, because a task of three replicas can get a reply for each of them in one turn, and each of
/// the three rules that then fire has its own cause.
struct CauseList {
  private var causes = InlineArray<4, UInt64>(repeating: 0)

  /// The newest, if any.
  var newest: PackedCause { PackedCause(bits: causes[0]) }

  /// Keeps a cause; the fifth oldest is forgotten. One that is the newest already is not kept twice.
  @inline(__always)
  mutating func note(_ cause: PackedCause) {
    guard causes[0] != cause.bits else { return }
    if causes[0] != 0 {
      causes[3] = causes[2]
      causes[2] = causes[1]
      causes[1] = causes[0]
    }
    causes[0] = cause.bits
  }

  /// The newest that goes back to a firing, given as one more than its number.
  func cause(from originBits: UInt64) -> PackedCause? {
    for index in causes.indices {
      let cause = PackedCause(bits: causes[index])
      if cause.isNone { return nil }
      if cause.originBits == originBits { return cause }
    }
    return nil
  }
}
