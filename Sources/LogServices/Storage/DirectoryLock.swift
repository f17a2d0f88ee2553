import RulesNetwork

/// A process's claim on its directory. Ends when it is released, and with the process.
package final class DirectoryLock: Sendable {
  /// The file in the directory that is locked.
  package static let name = "lock"
  private let file: FileDescriptor
  private let files: FileSystem

  /// Makes the directory if it is missing and claims it.
  package init(_ directory: String, files: FileSystem) throws(ServiceError) {
    do {
      // What is synced in it later must not vanish with its own name.
      if try files.makeDirectory(directory) { try files.syncDirectory("\(directory)/..") }
      file = try files.lock("\(directory)/\(Self.name)")
    } catch {
      if error.errno == SystemErrorCode.wouldBlock {
        throw ServiceError("directory \(directory) is in use by another process", .inUse)
      }
      throw ServiceError("\(error)")
    }
    self.files = files
  }

  deinit { files.close(file) }
}
