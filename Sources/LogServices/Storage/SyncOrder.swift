import PlantedBugs
import RulesNetwork

/// What is to be on the disk next: files, one after the other, and then the names in a directory.
package struct SyncOrder: Sendable {
  package var files: [FileDescriptor] = []
  package var directory: String?

  var isEmpty: Bool { files.isEmpty && directory == nil }

  /// Returns once all of it is on the disk.
  /// - Throws: what failed first. Not tried again: what the kernel shows is not what is on the disk then.
  package func run(on system: FileSystem) throws(SystemError) {
    for file in files {
      if planted(.b43), (try? system.sync(file)) != nil { continue }
      try system.sync(file)
    }
    if let directory { try system.syncDirectory(directory) }
  }
}

/// Who syncs while the pool of a backup goes on: one order at a time.
package struct Syncer: Sendable {
  /// Begins one. The backup's pool is told of its end: `BackupService.syncEnded`.
  package var begin: @Sendable (SyncOrder) -> Void
  /// Has the disk begin with what an order later waits for: advice, also about a file that was closed
  /// meanwhile. Not more often than the store has uncertified bytes for.
  package var startWriting: @Sendable (FileDescriptor, Range<Int>) -> Void
  /// Closes files once the order under way has ended, whoever is still there then.
  package var closeLater: @Sendable ([FileDescriptor]) -> Void

  package init(
    begin: @escaping @Sendable (SyncOrder) -> Void,
    startWriting: @escaping @Sendable (FileDescriptor, Range<Int>) -> Void = { _, _ in },
    closeLater: @escaping @Sendable ([FileDescriptor]) -> Void
  ) {
    self.begin = begin
    self.startWriting = startWriting
    self.closeLater = closeLater
  }
}
