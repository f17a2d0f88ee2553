import ReplicatedLog

/// What a coordinator's directory says of its logs, for whoever looks at it from outside while no
/// coordinator runs there.
package enum StoredCluster {
  /// The marks of all logs, by log.
  /// - Returns: empty when there is no cluster.
  package static func marks(
    in directory: String, files: FileSystem
  ) throws(ServiceError) -> [UInt64: LogMark] {
    guard let content = try FileStorage.read(directory, files: files) else { return [:] }
    do {
      let logs = try ClusterState(decoding: content).logs.values
      return Dictionary(uniqueKeysWithValues: logs.map { ($0.log, $0.mark) })
    } catch {
      throw ServiceError("\(FileStorage.path(in: directory)) is damaged: \(error)")
    }
  }
}
