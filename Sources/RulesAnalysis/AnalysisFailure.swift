/// Why a scope could not be analysed. Each becomes an error diagnostic: what cannot be analysed is
/// never taken for sound.
package enum AnalysisFailure: Error, Hashable {
  /// The language has it, this version cannot analyse it.
  case unsupported(String)
  /// The decision diagram would grow beyond its node budget.
  case nodeBudget(Int)
}
