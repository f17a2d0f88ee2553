import Glibc

/// Why a profile was not written.
public struct ProfileError: Error, CustomStringConvertible, Sendable {
  /// What was tried, and on which path.
  var attempt: String
  var errno: Int32

  public var description: String { "\(attempt): \(String(cString: strerror(errno)))" }
}

extension RulesProfile {
  /// Writes the profile into a directory, which is made if only its last part is missing: a file of
  /// its own for each process, replaced when the process writes again.
  ///
  /// It is written under another name first, so that who reads the directory never finds half a file.
  /// - Returns: the path of the file.
  @discardableResult
  public func write(to directory: String) throws(ProfileError) -> String {
    let name = "\(program)-\(processID)-\(ProcessStart.hexadecimal).rulesprofile"
    let path = "\(directory)/\(name)"
    // Two threads may write at once: each has its own name.
    let temporary = "\(directory)/.\(name).\(PoolThread.current)"
    if mkdir(directory, 0o777) != 0, errno != EEXIST {
      throw ProfileError(attempt: "cannot make \(directory)", errno: errno)
    }
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw ProfileError(attempt: "cannot write \(path)", errno: errno) }
    var failure: Int32?
    if !writeAll(Array(text.utf8), to: file) { failure = errno }
    if close(file) != 0, failure == nil { failure = errno }
    if failure == nil, rename(temporary, path) != 0 { failure = errno }
    if let failure {
      unlink(temporary)
      throw ProfileError(attempt: "cannot write \(path)", errno: failure)
    }
    return path
  }
}

/// Writes every byte; false, with `errno`, when it cannot.
func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return false }
  }
  return true
}

/// Tells processes apart that had the same number one after the other.
private enum ProcessStart {
  /// Nanoseconds since 1970 when it was first asked for.
  static let hexadecimal: String = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return String(UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec), radix: 16)
  }()
}
