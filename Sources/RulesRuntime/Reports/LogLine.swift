import Glibc

extension RuleLog {
  /// Writes lines such as `2026-11-22T16:55:32.123Z error backup-1: message` to standard error, each
  /// with one system call, so that lines of several threads and processes do not mix.
  ///
  /// Control characters of a message are escaped, so that one message is one line and nothing that
  /// came over the wire reaches a terminal as a command.
  public static func standardError(label: String, minimum: Level = .info) -> RuleLog {
    RuleLog(minimum: minimum) { level, message in
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      let line = LogLine(
        seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec), level: level, label: label,
        message: message)
      let bytes = Array(line.text.utf8)
      // A log that cannot be written has nowhere to say so.
      while write(2, bytes, bytes.count) < 0 && errno == EINTR {}
    }
  }
}

/// One line of a log.
struct LogLine {
  /// The longest message that is written whole, in bytes: a write of up to 4,096 bytes to a pipe is
  /// never mixed with another one (PIPE_BUF).
  static let messageLimit = 3_840

  /// Since 1970, UTC.
  var seconds: Int64
  var nanoseconds: Int64
  var level: RuleLog.Level
  var label: String
  var message: String

  /// The line with its line end.
  var text: String {
    "\(timestamp) \(level) \(escaped(label.prefix(100))): \(escaped(message[...]))\n"
  }

  /// `2026-11-22T16:55:32.123Z`, RFC 3339.
  var timestamp: String {
    var seconds = Int(seconds)
    var date = tm()
    gmtime_r(&seconds, &date)
    let day = "\(1900 + Int(date.tm_year))-\(two(date.tm_mon + 1))-\(two(date.tm_mday))"
    let milliseconds = String(1_000 + nanoseconds / 1_000_000).dropFirst()
    return "\(day)T\(two(date.tm_hour)):\(two(date.tm_min)):\(two(date.tm_sec)).\(milliseconds)Z"
  }

  private func two(_ value: Int32) -> String {
    value < 10 ? "0\(value)" : "\(value)"
  }

  private func escaped(_ text: Substring) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.properties.generalCategory == .control:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
      if result.utf8.count > Self.messageLimit { return result + "..." }
    }
    return result
  }
}
