import Glibc

/// The process's own output streams. Writes go straight to the descriptor: nothing is lost in a
/// buffer when the process ends.
struct Console: Sendable {
  var output: Int32 = STDOUT_FILENO
  var errors: Int32 = STDERR_FILENO

  /// Whether stdout is a terminal, so that lines may be rewritten in place.
  var isTerminal: Bool { isatty(output) == 1 }

  /// Columns of the terminal at stdout; 80 when it does not say.
  var width: Int {
    var size = winsize()
    guard ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes text to stdout.
  /// - Returns: false when nobody can read it any more (a closed pipe, a full disk).
  @discardableResult
  func write(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: output) == nil }
  }

  /// Writes a line to stdout.
  @discardableResult
  func line(_ text: String = "") -> Bool { write(text + "\n") }

  /// Writes a line to stderr.
  func report(_ text: String) {
    var text = text + "\n"
    // What cannot be written to stderr has no other place to go.
    _ = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: errors) }
  }
}

/// Writes all bytes, however many calls that takes.
/// - Returns: nil, or the errno that stopped it.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
  var rest = bytes
  while !rest.isEmpty {
    let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
    if written < 0 {
      if errno == EINTR { continue }
      return errno
    }
    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
  }
  return nil
}

/// `No such file or directory`, for the number a system call left behind.
func systemMessage(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }
