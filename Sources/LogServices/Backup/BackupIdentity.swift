import RulesNetwork

/// What a backup's directory remembers of itself. In two files with the same content, so that one that
/// cannot be read does not keep all replicas from being used.
package struct BackupIdentity: Hashable {
  static let names = ["identity", "identity.copy"]
  private static let magic: UInt64 = 0x7469_746e_6564_4952
  /// Of the format of the content.
  private static let version: UInt32 = 2

  /// The cluster that it belongs to.
  var cluster: UInt64
  /// Names the directory; random.
  var directory: UInt64
  /// How often a backup was started from it.
  var incarnation: UInt64

  /// What is found in a directory.
  struct Found {
    /// nil: the directory has belonged to no cluster yet.
    var identity: BackupIdentity?
    /// What is wrong with one of the two files.
    var problem: String?
  }

  /// - Throws: when neither file can be used, and there is one.
  static func find(in directory: String, files: FileSystem) throws(ServiceError) -> Found {
    var found = Found()
    for name in names {
      do throws(ServiceError) {
        guard let identity = try read("\(directory)/\(name)", files: files) else { continue }
        // Of two that differ, a start did not come further than to the first.
        if identity.incarnation >= found.identity?.incarnation ?? 0 { found.identity = identity }
      } catch {
        found.problem = "\(error)"
      }
    }
    if found.identity == nil, let problem = found.problem {
      throw ServiceError(problem, .wrongDirectory)
    }
    return found
  }

  /// Whether a backup can be started in a directory, as far as its identity is concerned.
  package static func isUsable(in directory: String, files: FileSystem) -> Bool {
    (try? find(in: directory, files: files)) != nil
  }

  private static func read(
    _ path: String, files: FileSystem
  ) throws(ServiceError) -> BackupIdentity? {
    let content = try SealedFile.read(path, magic: magic, version: version, files: files)
    guard let content else { return nil }
    do {
      var reader = WireReader(content)
      let identity = BackupIdentity(
        cluster: try reader.uint64(), directory: try reader.uint64(),
        incarnation: try reader.uint64())
      try reader.finish()
      return identity
    } catch {
      throw ServiceError("\(path) is damaged: \(error)")
    }
  }

  /// When this returns, both files are on the disk.
  func save(
    in directory: String, files: FileSystem, spare: SpareRoom, syncs: Bool
  ) throws(SystemError) {
    var writer = WireWriter()
    writer.uint64(cluster)
    writer.uint64(self.directory)
    writer.uint64(incarnation)
    for name in Self.names {
      let bytes = SealedFile.seal(writer.bytes, magic: Self.magic, version: Self.version)
      let draft = try spare.used { () throws(SystemError) in
        try SealedFile.draft(bytes, for: "\(directory)/\(name)", files: files)
      }
      try draft.publish(in: directory, syncs: syncs)
      try? spare.take()
    }
  }
}
