import Glibc

/// Why a trace was not written.
public struct TraceError: Error, CustomStringConvertible, Sendable {
  /// The file or folder.
  public let path: String
  /// `ENOSPC`, ...
  public let code: Int32

  public var description: String { "cannot write \(path): \(String(cString: strerror(code)))" }
}

extension PoolCore {
  /// Writes the newest firings to a file, `rulesc replay`'s input. Whoever reads the file meanwhile
  /// finds the old content or the new one.
  public func writeTrace(to path: String) throws(TraceError) {
    let temporary = "\(path).\(getpid()).tmp"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw TraceError(path: path, code: errno) }
    var failure: Int32?
    if !writeAll(Array(traceText.utf8), to: file) { failure = errno }
    if close(file) != 0 { failure = failure ?? errno }
    if failure == nil, rename(temporary, path) != 0 { failure = errno }
    if let failure {
      unlink(temporary)
      throw TraceError(path: path, code: failure)
    }
  }
}

extension Pool {
  /// Writes the newest firings to a file, `rulesc replay`'s input: between two turns, on the pool's
  /// thread, which takes some milliseconds.
  /// - Throws: `TraceError`; `PoolError.shutDown` after `shutdown`.
  public func writeTrace(to path: String) throws {
    guard let core = loop.core else { throw PoolError.shutDown }
    try core.writeTrace(to: path)
  }
}
