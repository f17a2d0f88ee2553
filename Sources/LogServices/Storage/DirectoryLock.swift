import RulesNetwork

/// A process's claim on its directory. Ends when it is released, and with the process.
package final class DirectoryLock: Sendable {
  /// The file in the directory that is locked.
  package static let name = "lock"
  private let file: FileDescriptor
  private let files: FileSystem

  /// Makes the directory if it is missing and claims it.
  package init(_ directory: String, files: FileSystem) throws(ServiceError) {
    do throws(SystemError) {
      let isNew = try files.makeDirectory(directory)
      // What is synced in it later must not vanish with its own name, which whoever made the directory may not
      // have come to sync.
      do throws(SystemError) {
        try files.syncDirectory("\(directory)/..")
      } catch {
        // Who may not look there has not made it either.
        if isNew || !SystemErrorCode.isDenied(error.errno) { throw error }
      }
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
