/// Cuts a stream of bytes into the messages of the base protocol: `Content-Length: N`, an empty
/// line, N bytes. Pure: bytes go in with `append`, bodies come out of `next`.
public struct MessageReader: Sendable {
  /// Bytes of one header block; real ones have about 30.
  public static let largestHeader = 4096
  /// Bytes of one body. A document has at most 4 MB (`DocumentStore`), and JSON at worst six times
  /// as many.
  public static let largestBody = 32 << 20

  /// What comes out.
  public enum Item: Hashable, Sendable {
    case body([UInt8])
    /// A message that was skipped; the stream goes on behind it.
    case unusable(String)
    /// Where the next message starts cannot be known: the stream must be given up.
    case broken(String)
  }

  private var buffer: [UInt8] = []
  /// Bytes of `buffer` that are done with.
  private var start = 0
  /// Bytes of the header looked at so far, so that a slow header is not read again and again.
  private var searched = 0
  /// The body that is expected next; nil: a header.
  private var bodyLength: Int?
  /// Bytes of an oversized body that are still to come.
  private var skipped = 0
  private var isBroken = false

  public init() {}

  /// Takes what was read.
  public mutating func append(_ bytes: some Collection<UInt8>) {
    if isBroken { return }
    let dropped = min(skipped, bytes.count)
    skipped -= dropped
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer += bytes.dropFirst(dropped)
  }

  /// The next message; nil: more bytes are needed.
  public mutating func next() -> Item? {
    if isBroken { return nil }
    if bodyLength == nil {
      switch readHeader() {
      case nil: return nil
      case .length(let length)?: bodyLength = length
      case .unusable(let reason)?: return .unusable(reason)
      case .broken(let reason)?:
        isBroken = true
        buffer = []
        start = 0
        return .broken(reason)
      }
    }
    guard let length = bodyLength, buffer.count - start >= length else { return nil }
    let body = Array(buffer[start..<(start + length)])
    start += length
    bodyLength = nil
    return .body(body)
  }

  // MARK: Header

  private enum Header {
    case length(Int)
    case unusable(String)
    case broken(String)
  }

  /// Reads a header block and moves behind it; nil: it is not complete.
  private mutating func readHeader() -> Header? {
    var end = start + searched
    let lineEnds: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    while end + 4 <= buffer.count, end - start <= Self.largestHeader,
      !buffer[end...].starts(with: lineEnds)
    { end += 1 }
    guard end - start <= Self.largestHeader else {
      return .broken("a header has more than \(Self.largestHeader) bytes")
    }
    guard end + 4 <= buffer.count else {
      searched = end - start
      return nil
    }
    let block = buffer[start..<end]
    start = end + 4
    searched = 0
    return parseHeader(block)
  }

  private mutating func parseHeader(_ block: ArraySlice<UInt8>) -> Header {
    var length: Int?
    for line in String(decoding: block, as: UTF8.self).split(separator: "\r\n") {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { return .broken("a header line has no `:`") }
      guard parts[0].lowercased() == "content-length" else { continue }
      let digits = parts[1].trimmingSpaces
      guard length == nil, !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
        let value = Int(digits)
      else { return .broken("Content-Length is not one number") }
      length = value
    }
    guard let length else { return .broken("a header has no Content-Length") }
    guard length <= Self.largestBody else {
      let inBuffer = min(length, buffer.count - start)
      start += inBuffer
      skipped = length - inBuffer
      return .unusable("a message has more than \(Self.largestBody >> 20) MB")
    }
    return .length(length)
  }
}

/// One message as it goes over the wire.
public func frame(_ body: String) -> String {
  "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

extension Substring {
  /// Without the spaces and tabs around it.
  fileprivate var trimmingSpaces: Substring {
    var text = self
    while text.first == " " || text.first == "\t" { text.removeFirst() }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
