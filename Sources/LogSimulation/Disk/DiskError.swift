import Glibc

/// Error numbers of a disk that storage itself does not tell apart.
enum DiskError {
  static let badDescriptor = EBADF
  static let tooManyFiles = EMFILE
  static let full = ENOSPC
}
