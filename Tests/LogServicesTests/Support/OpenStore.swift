@testable import LogServices

extension ClusterStore {
  /// The store over the file of a directory.
  static func open(
    _ directory: String, newCluster: UInt64, files: FileSystem
  ) throws -> ClusterStore {
    let storage = try FileStorage(directory: directory, files: files)
    var opened: Result<ClusterStore, ServiceError>?
    open(try FileStorage.read(directory, files: files), newCluster: newCluster, in: storage) {
      opened = $0
    }
    guard let opened else { throw ServiceError("the file did not answer at once") }
    return try opened.get()
  }

  /// A change of a store whose storage answers at once.
  func update<Value>(_ change: @escaping (inout ClusterState) -> Value) throws -> Value {
    var made: Result<Value, StorageProblem>?
    update(change) { made = $0 }
    guard let made else { throw ServiceError("the file did not answer at once") }
    return try made.get()
  }
}
