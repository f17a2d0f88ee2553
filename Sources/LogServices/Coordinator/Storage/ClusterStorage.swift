/// Where a coordinator keeps the cluster's state, one value that is replaced as a whole, and what
/// decides which of several coordinators leads. Belongs to its pool's thread.
protocol ClusterStorage: AnyObject {
  /// Begins to want the lead. What is called may be called inside this call.
  /// - Parameters:
  ///   - standsBy: called with the leader's name when another coordinator leads, again for each leader.
  ///   - leads: called once this coordinator leads, with the state that was saved last; nil: none was.
  ///   - ended: called once it cannot lead any more, with the reason: another one may. From then on
  ///     nothing may be answered, and nothing more is called.
  func begin(
    standsBy: @escaping (String) -> Void, leads: @escaping ([UInt8]?) -> Void,
    ended: @escaping (String) -> Void)
  /// Whether no other coordinator can lead at this moment. False some time before `ended` is called
  /// in a process that was stopped and goes on.
  var isLeading: Bool { get }
  /// Replaces the state. Of several saves that wait the last one counts for all.
  /// - Parameter done: called when the state is durable, or could not be saved and may be saved
  ///   again; it may be called inside this call.
  func save(_ state: [UInt8], done: @escaping (Result<Void, StorageProblem>) -> Void)
  /// Gives up what it holds, so that another coordinator may lead.
  /// - Parameter done: called when that is known, or after half a second; it may be called inside
  ///   this call.
  func close(done: @escaping () -> Void)
}

/// Why a state was not saved.
package struct StorageProblem: Error, Hashable, CustomStringConvertible {
  package var description: String
}
