/// The part of an HTTP/1 request that a monitoring server looks at: its first line.
struct MonitoringRequest: Hashable, Sendable {
  /// `GET`
  var method: String
  /// Without a query: `/metrics`.
  var path: String

  /// What the bytes received so far are.
  enum Progress: Hashable, Sendable {
    /// The blank line after the head is still to come.
    case incomplete
    case complete(MonitoringRequest)
    /// No HTTP request, or one of another major version.
    case malformed
  }

  /// Bytes of the longest head.
  static let limit = 8 << 10

  /// Looks for a whole head; what follows it is ignored. Lines may end without a carriage return.
  static func read(_ bytes: [UInt8]) -> Progress {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
    // What stands after the last line feed is no line yet.
    guard let end = lines.dropLast().firstIndex(where: \.isEmpty) else {
      return bytes.count < limit ? .incomplete : .malformed
    }
    guard end > 0 else { return .malformed }
    let words = lines[0].split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 3, !words[0].isEmpty, words[1].hasPrefix("/"),
      words[2].hasPrefix("HTTP/1.")
    else { return .malformed }
    let path = words[1].prefix { $0 != "?" }
    return .complete(MonitoringRequest(method: words[0], path: String(path)))
  }
}
