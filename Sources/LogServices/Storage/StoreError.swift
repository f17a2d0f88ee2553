import ReplicatedLog
import RulesNetwork

/// Why a store did not do what it was asked.
package enum StoreError: Error {
  /// The request is wrong or comes too late; nothing has changed.
  case refused(LogRefusal, String)
  /// The disk failed: what is on it now is not known, and nobody may be answered any more.
  case failed(SystemError)
}

/// Runs storage calls whose failure leaves the disk in an unknown state.
func fatally<Result>(
  _ body: () throws(SystemError) -> Result
) throws(StoreError) -> Result {
  do {
    return try body()
  } catch {
    throw .failed(error)
  }
}
