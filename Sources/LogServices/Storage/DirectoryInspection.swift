import ReplicatedLog
import RulesNetwork

/// What a backup's directory holds, read while no backup uses it. Changes nothing in it.
package struct DirectoryInspection: Sendable {
  /// A replica's file.
  package struct Entry: Hashable, Sendable {
    /// In the directory.
    package var file: String
    /// As the file's name says.
    package var key: ReplicaKey
    package var state: ReplicaList.State
    /// Bytes that a backup would serve; 0 when it is corrupt or cannot be read.
    package var certified: UInt32
    /// Why it is so, or which of its certificates does not hold.
    package var problem: String?
  }

  /// nil: the directory has belonged to no cluster yet.
  package var cluster: UInt64?
  /// For each log the lowest epoch that may still write, in the order of the logs.
  package var fences: [(log: UInt64, epoch: UInt32)]
  /// In the order of the names: by log, segment, epoch.
  package var replicas: [Entry]
  /// Files that nobody was told of, because their maker died first.
  package var drafts: [String]
  /// Files that are none of a backup's.
  package var strangers: [String]
  /// What is wrong with the identity or the fences.
  package var problems: [String]

  /// Whether a backup would start here and serve all that is in it.
  package var isSound: Bool {
    problems.isEmpty && replicas.allSatisfy(\.state.isSound)
  }

  /// Reads the whole directory.
  /// - Throws: when it cannot be read, is no backup's, or a backup uses it now.
  package init(_ directory: String, files: FileSystem = .system) throws(ServiceError) {
    let names: [String]
    do { names = try files.list(directory) } catch { throw ServiceError("\(error)") }
    guard names.contains(DirectoryLock.name) else {
      throw ServiceError(
        "\(directory) is no directory of a backup: it has no file \(DirectoryLock.name)")
    }
    let lock = try DirectoryLock(directory, files: files)
    defer { withExtendedLifetime(lock) {} }

    var problems: [String] = []
    do {
      let found = try BackupIdentity.find(in: directory, files: files)
      cluster = found.identity?.cluster
      if let problem = found.problem { problems.append(problem) }
    } catch {
      problems.append("\(error)")
    }
    do { fences = try ReplicaStore.fences(in: directory, files: files).all } catch {
      fences = []
      problems.append("\(error)")
    }
    self.problems = problems
    replicas = names.compactMap { name in
      ReplicaFileName.key(of: name).map { Self.inspect(name, $0, directory, files) }
    }
    drafts = names.filter { ReplicaFileName.key(ofDraft: $0) != nil }
    strangers = names.filter {
      ReplicaFileName.key(of: $0) == nil && ReplicaFileName.key(ofDraft: $0) == nil
        && !ReplicaStore.ownNames.contains($0)
    }
  }

  private static func inspect(
    _ name: String, _ key: ReplicaKey, _ directory: String, _ files: FileSystem
  ) -> Entry {
    do {
      let file = try files.open("\(directory)/\(name)", .existing)
      defer { files.close(file) }
      switch try ReplicaInspection.inspect(file, of: key, files: files) {
      case .corrupt(let reason):
        return Entry(file: name, key: key, state: .corrupt, certified: 0, problem: reason)
      case .unknownVersion(let version):
        return Entry(
          file: name, key: key, state: .corrupt, certified: 0,
          problem: "version \(version) of the format, \(ReplicaHeader.version) is known here")
      case .sound(let sound):
        return Entry(
          file: name, key: key, state: sound.slot?.closed == true ? .closed : .open,
          certified: sound.slot?.certificate.length ?? 0, problem: sound.setback)
      }
    } catch {
      return Entry(file: name, key: key, state: .unreadable, certified: 0, problem: "\(error)")
    }
  }
}
