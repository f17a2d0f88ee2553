import RulesNetwork

/// What a backup's directory remembers of the cluster that it belongs to.
enum BackupIdentity {
  static let name = "identity"
  private static let magic: UInt64 = 0x7469_746e_6564_4952

  /// - Returns: nil when the directory has belonged to none yet.
  static func cluster(in directory: String, files: FileSystem) throws(ServiceError) -> UInt64? {
    let path = "\(directory)/\(name)"
    guard let content = try SealedFile.read(path, magic: magic, files: files) else { return nil }
    do {
      var reader = WireReader(content)
      let cluster = try reader.uint64()
      try reader.finish()
      return cluster
    } catch {
      throw ServiceError("\(path) is damaged: \(error)")
    }
  }

  static func remember(
    _ cluster: UInt64, in directory: String, files: FileSystem, syncs: Bool
  ) throws(SystemError) {
    var writer = WireWriter()
    writer.uint64(cluster)
    try SealedFile.replace(
      name, in: directory, content: writer.bytes, magic: magic, files: files, syncs: syncs)
  }
}
