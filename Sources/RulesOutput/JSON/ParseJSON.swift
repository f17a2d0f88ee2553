/// Why a text is not JSON.
public struct JSONError: Error, Hashable, Sendable {
  /// One clause: `expected a value`.
  public var message: String
  /// Bytes before the place, from 0.
  public var offset: Int
}

extension JSONValue {
  /// Arrays and objects inside each other; deeper text is refused, so that none overflows the stack.
  public static let largestDepth = 128

  /// Reads one JSON text, as RFC 8259 defines it: nothing but white space may stand around it.
  ///
  /// Half of a surrogate pair becomes U+FFFD. Members of one name are all kept. Time and memory are
  /// proportional to the number of bytes.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    var parser = JSONParser(bytes: bytes)
    self = try parser.parseText()
  }

  /// The first member of this name; nil when there is none, or this is no object.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }
}

/// Recursive descent over the bytes of one JSON text.
private struct JSONParser {
  let bytes: [UInt8]
  var offset = 0
  var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var byte: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  func error(_ message: String, at place: Int? = nil) -> JSONError {
    JSONError(message: message, offset: place ?? offset)
  }

  mutating func skipWhiteSpace() {
    while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  mutating func parseText() throws(JSONError) -> JSONValue {
    let value = try parseValue()
    guard offset == bytes.count else { throw error("expected nothing after the value") }
    return value
  }

  /// A value and the white space around it.
  mutating func parseValue() throws(JSONError) -> JSONValue {
    skipWhiteSpace()
    let value: JSONValue
    switch byte {
    case UInt8(ascii: "{"): value = try parseObject()
    case UInt8(ascii: "["): value = try parseArray()
    case UInt8(ascii: "\""): value = .string(try parseString())
    case UInt8(ascii: "t"): value = try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): value = try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): value = try parseWord("null", .null)
    default: value = .number(try parseNumber())
    }
    skipWhiteSpace()
    return value
  }

  mutating func enter() throws(JSONError) {
    guard depth < JSONValue.largestDepth else {
      throw error("nested more than \(JSONValue.largestDepth) levels deep")
    }
    depth += 1
    offset += 1
    skipWhiteSpace()
  }

  mutating func parseObject() throws(JSONError) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    if take("}") { return .object([]) }
    var members: [JSONValue.Member] = []
    repeat {
      skipWhiteSpace()
      guard byte == UInt8(ascii: "\"") else { throw error("expected a member's name in quotes") }
      let name = try parseString()
      skipWhiteSpace()
      guard take(":") else { throw error("expected `:` after a member's name") }
      members.append(JSONValue.Member(name, try parseValue()))
    } while take(",")
    guard take("}") else { throw error("expected `,` or `}` in an object") }
    return .object(members)
  }

  mutating func parseArray() throws(JSONError) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    if take("]") { return .array([]) }
    var values: [JSONValue] = []
    repeat { values.append(try parseValue()) } while take(",")
    guard take("]") else { throw error("expected `,` or `]` in an array") }
    return .array(values)
  }

  mutating func parseWord(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    guard bytes[offset...].starts(with: word.utf8) else { throw error("expected a value") }
    offset += word.utf8.count
    return value
  }

  mutating func parseNumber() throws(JSONError) -> String {
    let start = offset
    _ = take("-")
    if !take("0") { try skipDigits() }
    if take(".") { try skipDigits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try skipDigits()
    }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func skipDigits() throws(JSONError) {
    let start = offset
    while let byte, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { offset += 1 }
    if offset == start { throw error("expected a value") }
  }

  // MARK: Strings

  mutating func parseString() throws(JSONError) -> String {
    let start = offset
    offset += 1
    var content: [UInt8] = []
    while let byte {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        guard let text = String(validating: content, as: UTF8.self) else {
          throw error("a string is not UTF-8 text", at: start)
        }
        return text
      case UInt8(ascii: "\\"):
        offset += 1
        content += try parseEscape()
      case ..<0x20:
        throw error("a control character in a string is not escaped")
      default:
        let run = offset
        while let byte = self.byte, byte >= 0x20, byte != 0x22, byte != 0x5C { offset += 1 }
        content += bytes[run..<offset]
      }
    }
    throw error("a string has no closing quote", at: start)
  }

  private mutating func parseEscape() throws(JSONError) -> [UInt8] {
    let letter = byte
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return letter.map { [$0] } ?? []
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return Array(String(Character(try parseScalar())).utf8)
    default: throw error("unknown escape in a string", at: offset - 2)
    }
  }

  /// The scalar of `\u1234`, or of two of them that are a surrogate pair.
  private mutating func parseScalar() throws(JSONError) -> Unicode.Scalar {
    let first = try parseUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let afterFirst = offset
    if first < 0xDC00, take("\\"), take("u") {
      let second = try parseUnit()
      if second >= 0xDC00, second <= 0xDFFF,
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      {
        return scalar
      }
    }
    offset = afterFirst
    return "\u{FFFD}"
  }

  private mutating func parseUnit() throws(JSONError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("expected four hexadecimal digits after `\\u`")
      }
      unit = unit << 4 | UInt32(digit)
      offset += 1
    }
    return unit
  }
}
