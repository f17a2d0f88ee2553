/// Where a coordinator keeps the cluster's state, one value that is replaced as a whole, and what
/// decides which of several coordinators leads. Belongs to its pool's thread.
protocol ClusterStorage: AnyObject {
  /// Begins to want the lead.
  /// - Parameters:
  ///   - leads: called once this coordinator leads, with the state that was saved last; nil: none was.
  ///   - ended: called once it cannot lead any more, with the reason: another one may. From then on
  ///     nothing may be answered, and nothing more is called.
  func begin(leads: @escaping ([UInt8]?) -> Void, ended: @escaping (String) -> Void)
  /// Replaces the state. Of several saves that wait the last one counts for all.
  /// - Parameter done: called when the state is durable, or could not be saved and may be saved
  ///   again; never inside this call.
  func save(_ state: [UInt8], done: @escaping (Result<Void, StorageProblem>) -> Void)
  /// Gives up what it holds, so that another coordinator may lead.
  func close()
}

/// Why a state was not saved.
struct StorageProblem: Error, Hashable, CustomStringConvertible {
  var description: String
}
