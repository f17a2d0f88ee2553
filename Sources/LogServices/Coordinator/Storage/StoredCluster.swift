import ReplicatedLog

/// What a coordinator's directory says of its logs, for whoever looks at it from outside while no
/// coordinator runs there.
package enum StoredCluster {
  /// What it knows of each log, by log.
  /// - Returns: empty when there is no cluster.
  package static func logs(
    in directory: String, files: FileSystem
  ) throws(ServiceError) -> [UInt64: LogOwnership] {
    guard let content = try FileStorage.read(directory, files: files) else { return [:] }
    do {
      let logs = try ClusterState(decoding: content).logs.values
      return Dictionary(uniqueKeysWithValues: logs.map { ($0.log, $0) })
    } catch {
      throw ServiceError("\(FileStorage.path(in: directory)) is damaged: \(error)")
    }
  }
}
