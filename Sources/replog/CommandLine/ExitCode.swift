import Glibc

/// How the process ends. The numbers are part of the command's contract.
enum ExitCode: Int32, Sendable {
  case success = 0
  /// It ran, and found something wrong (records lost, a server that failed).
  case failure = 1
  /// Bad usage, unreadable input, a port in use: nothing was begun.
  case usage = 2
  /// The directory must not be used: damaged, another cluster's, or an older copy.
  case wrongDirectory = 65
  /// Nobody answers where a coordinator should be, or another process has the directory.
  case unavailable = 69
  /// The disk failed; what is on it is not known.
  case diskFailed = 74
  /// The cluster declared this backup dead, or another coordinator may lead: started again, it joins
  /// as a new server, or stands by.
  case declaredDead = 75
  /// SIGINT or SIGTERM, after everything was cleaned up.
  case interrupted = 130

  /// Ends the process at once, on whatever thread.
  func exit() -> Never { _exit(rawValue) }
}

/// Ends a verb with one line on stderr.
struct CommandFailure: Error, Sendable, CustomStringConvertible {
  var message: String
  var code: ExitCode

  var description: String { message }

  init(_ message: String, code: ExitCode = .usage) {
    self.message = message
    self.code = code
  }
}
