/// A place in a document as the protocol counts: from 0, lines ended by `\n`, `\r\n` or `\r`.
struct TextPosition: Hashable, Comparable, Sendable {
  var line: Int
  /// Code units of the encoding that client and server agreed on, from the start of the line.
  var character: Int

  static func < (a: Self, b: Self) -> Bool { (a.line, a.character) < (b.line, b.character) }
}

/// From one place to another; `end` is behind the last character.
struct TextRange: Hashable, Sendable {
  var start: TextPosition
  var end: TextPosition
}

/// What `TextPosition.character` counts.
enum PositionEncoding: String, Sendable {
  case utf8 = "utf-8"
  case utf16 = "utf-16"

  /// UTF-8 when the client can count bytes, which needs no conversion; else what every client can.
  init(offered: [String]) { self = offered.contains(Self.utf8.rawValue) ? .utf8 : .utf16 }

  /// Code units of the scalar that starts with this byte; 0 for the further bytes of one.
  func units(at byte: UInt8) -> Int {
    switch self {
    case .utf8: 1
    case .utf16: byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1
    }
  }
}
