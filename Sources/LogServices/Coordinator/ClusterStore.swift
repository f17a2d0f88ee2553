import RulesNetwork

/// The coordinator's state and the file that it lives in.
struct ClusterStore {
  static let name = "cluster"
  static let magic: UInt64 = 0x7265_7473_756c_6352
  /// Of the format of `ClusterState.encoded`.
  static let version: UInt32 = 2

  private(set) var state: ClusterState
  /// nil: in memory only.
  private let directory: String?
  private let files: FileSystem

  /// Reads the state, or makes that of a new cluster if the directory has none.
  /// - Throws: when it is damaged: a cluster is never replaced by a new one silently.
  init(
    directory: String?, newCluster: UInt64, files: FileSystem
  ) throws(ServiceError) {
    self.directory = directory
    self.files = files
    guard let directory else {
      state = ClusterState(cluster: newCluster)
      return
    }
    let path = "\(directory)/\(Self.name)"
    if let content = try SealedFile.read(
      path, magic: Self.magic, version: Self.version, files: files)
    {
      do {
        state = try ClusterState(decoding: content)
      } catch {
        throw ServiceError("\(path) is damaged: \(error)")
      }
      do {
        // The process before may have died before it did: what others are told of must not go away.
        try files.syncDirectory(directory)
      } catch {
        throw ServiceError("\(error)")
      }
    } else {
      state = ClusterState(cluster: newCluster)
      do {
        try save(state)
      } catch {
        throw ServiceError("\(error)")
      }
    }
  }

  /// Changes the state; the change is on the disk when this returns.
  /// - Throws: when it could not be saved. Then the state is what it was before; a crash may still
  ///   bring the change to light, which is harmless: nobody was told of it.
  mutating func update<Result>(
    _ change: (inout ClusterState) -> Result
  ) throws(SystemError) -> Result {
    var changed = state
    let result = change(&changed)
    if changed != state {
      try save(changed)
      state = changed
    }
    return result
  }

  private func save(_ state: ClusterState) throws(SystemError) {
    guard let directory else { return }
    try SealedFile.replace(
      Self.name, in: directory, content: state.encoded, magic: Self.magic,
      version: Self.version, files: files, syncs: true)
  }
}
