import PlantedBugs
import RulesNetwork

/// The cluster's state in a file of one coordinator's own directory: it always leads. Whoever makes
/// one holds the directory's lock.
final class FileStorage: ClusterStorage {
  static let name = "cluster"
  static let magic: UInt64 = 0x7265_7473_756c_6352
  /// Of the format of `ClusterState.encoded`.
  static let version: UInt32 = 4

  private let directory: String
  private let files: FileSystem
  private let found: [UInt8]?

  /// Reads what is there.
  /// - Throws: when it is damaged: a cluster is never replaced by a new one silently.
  init(directory: String, files: FileSystem) throws(ServiceError) {
    self.directory = directory
    self.files = files
    found = try Self.read(directory, files: files)
    guard found != nil else { return }
    do {
      // The process before may have died before it did: what others are told of must not go away.
      if !planted(.n1) { try files.syncDirectory(directory) }
    } catch {
      throw ServiceError("\(error)")
    }
  }

  /// - Returns: nil when the directory has no state.
  static func read(_ directory: String, files: FileSystem) throws(ServiceError) -> [UInt8]? {
    try SealedFile.read(path(in: directory), magic: magic, version: version, files: files)
  }

  static func path(in directory: String) -> String { "\(directory)/\(name)" }

  func begin(
    standsBy: @escaping (String) -> Void, leads: @escaping ([UInt8]?) -> Void,
    ended: @escaping (String) -> Void
  ) { leads(found) }

  var isLeading: Bool { true }

  func save(_ state: [UInt8], done: @escaping (Result<Void, StorageProblem>) -> Void) {
    do throws(SystemError) {
      try SealedFile.replace(
        Self.name, in: directory, content: state, magic: Self.magic, version: Self.version,
        files: files, syncs: true)
    } catch {
      return done(.failure(StorageProblem(description: "\(error)")))
    }
    done(.success(()))
  }

  func close(done: @escaping () -> Void) { done() }
}
