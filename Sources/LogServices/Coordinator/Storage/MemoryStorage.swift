/// No storage: the cluster ends with its coordinator, which always leads.
final class MemoryStorage: ClusterStorage {
  func begin(
    standsBy: @escaping (String) -> Void, leads: @escaping ([UInt8]?) -> Void,
    ended: @escaping (String) -> Void
  ) { leads(nil) }

  var isLeading: Bool { true }

  func save(_ state: [UInt8], done: @escaping (Result<Void, StorageProblem>) -> Void) {
    done(.success(()))
  }

  func close(done: @escaping () -> Void) { done() }
}
