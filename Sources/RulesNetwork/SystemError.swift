internal import Glibc

/// A failed system call.
public struct SystemError: Error, Hashable, CustomStringConvertible, Sendable {
  /// What was called and on what: `bind 127.0.0.1:80`.
  public var call: String
  /// 0 when the call has no `errno`; then `call` says everything.
  public var errno: Int32

  public init(call: String, errno: Int32) {
    self.call = call
    self.errno = errno
  }

  /// `bind 127.0.0.1:80: Permission denied`
  public var description: String {
    errno == 0 ? call : "\(call): \(String(cString: strerror(errno)))"
  }
}
