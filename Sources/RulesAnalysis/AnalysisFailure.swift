/// Why a scope could not be analysed. Each becomes an error diagnostic: what cannot be analysed is
/// never taken for sound.
package enum AnalysisFailure: Error, Hashable {
  /// The language has it, this version cannot analyse it.
  case unsupported(String)
  /// The decision diagram would grow beyond its node budget.
  case nodeBudget(Int)
  /// The scope has more states than 128 bits count.
  case stateCount
  /// What the language part promises does not hold: an error of this program, not of the rules.
  case inconsistent(String)
}
