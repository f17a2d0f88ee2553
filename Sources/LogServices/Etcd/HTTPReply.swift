/// A reply of an HTTP/1.1 server, put together from the bytes received so far.
struct HTTPReply: Hashable, Sendable {
  /// `200`
  var status: Int
  var body: [UInt8]

  /// What the bytes received so far are.
  enum Progress: Hashable, Sendable {
    case incomplete
    case complete(HTTPReply)
    /// No reply of HTTP/1, or one that contradicts itself; with the reason.
    case malformed(String)
  }

  /// Bytes of the longest reply, its head included.
  static let limit = 4 << 20
  private static let headLimit = 16 << 10

  /// - Parameter isEnd: the server has closed its side, which ends a body that has no length.
  static func read(_ bytes: [UInt8], isEnd: Bool) -> Progress {
    guard bytes.count <= limit else { return .malformed("a reply of more than \(limit) bytes") }
    guard let head = Head(bytes) else {
      if bytes.count > headLimit { return .malformed("a head of more than \(headLimit) bytes") }
      return isEnd ? .malformed("the reply ends in its head") : .incomplete
    }
    guard let status = head.status else { return .malformed("this is no reply of HTTP/1") }
    let rest = bytes[head.end...]
    if head.isChunked {
      switch Chunks.read(rest) {
      case .complete(let body): return .complete(HTTPReply(status: status, body: body))
      case .malformed: return .malformed("a chunk that is none")
      case .incomplete:
        return isEnd ? .malformed("the reply ends in a chunk") : .incomplete
      }
    }
    guard let length = head.length else {
      return isEnd ? .complete(HTTPReply(status: status, body: Array(rest))) : .incomplete
    }
    guard length <= limit else { return .malformed("a body of \(length) bytes") }
    if rest.count >= length {
      return .complete(HTTPReply(status: status, body: Array(rest.prefix(length))))
    }
    return isEnd ? .malformed("\(rest.count) bytes came of \(length)") : .incomplete
  }
}

/// The status line and the headers that say where the body ends.
private struct Head {
  /// nil when the first line is no status line.
  var status: Int?
  var length: Int?
  var isChunked = false
  /// Where the body begins.
  var end: Int

  /// nil when its blank line is not there yet.
  init?(_ bytes: [UInt8]) {
    guard let end = Self.end(of: bytes) else { return nil }
    self.end = end
    let lines = String(decoding: bytes[..<end], as: UTF8.self)
      .split(omittingEmptySubsequences: true) { $0.isNewline }
    let words = lines.first?.split(separator: " ") ?? []
    if words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3 {
      status = Int(words[1])
    }
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let value = parts[1].drop { $0 == " " }.lowercased()
      switch parts[0].lowercased() {
      case "content-length": length = Int(value).flatMap { $0 >= 0 ? $0 : nil }
      case "transfer-encoding": isChunked = value == "chunked"
      default: break
      }
    }
  }

  private static func end(of bytes: [UInt8]) -> Int? {
    let blank = Array("\r\n\r\n".utf8)
    guard bytes.count >= blank.count else { return nil }
    return (0...bytes.count - blank.count)
      .first { bytes[$0..<$0 + blank.count].elementsEqual(blank) }
      .map { $0 + blank.count }
  }
}

/// A body in chunks, each after a line with its length in hexadecimal; one of length 0 ends it.
private enum Chunks {
  case incomplete
  case complete([UInt8])
  case malformed

  static func read(_ bytes: ArraySlice<UInt8>) -> Chunks {
    var body: [UInt8] = []
    var rest = bytes
    while true {
      guard let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) else {
        return rest.count > 32 ? .malformed : .incomplete
      }
      // What follows a semicolon is an extension, which nobody needs.
      let digits = rest[..<lineEnd].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\r") }
      guard digits.count <= 8,
        let length = Int(String(decoding: digits, as: UTF8.self), radix: 16), length >= 0
      else { return .malformed }
      if length == 0 { return .complete(body) }
      let content = rest[(lineEnd + 1)...]
      guard content.count >= length + 2 else { return .incomplete }
      body += content.prefix(length)
      rest = content.dropFirst(length + 2)
    }
  }
}
