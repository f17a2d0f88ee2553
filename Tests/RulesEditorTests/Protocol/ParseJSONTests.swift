import RulesOutput
import Testing

@Suite("JSON: parsing")
struct ParseJSONTests {
  private func parse(_ text: String) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8))
  }

  private func failure(_ text: String) -> JSONError? {
    do {
      _ = try parse(text)
      return nil
    } catch let error as JSONError {
      return error
    } catch {
      return nil
    }
  }

  @Test("every kind of value is read, with white space anywhere between")
  func values() throws {
    let text = " { \"a\" : [ 1 , -2.5e+3 , true , false , null ] ,\r\n\t\"b\" : { } , \"c\":[] } "
    #expect(
      try parse(text)
        == ["a": [1, .number("-2.5e+3"), true, false, .null], "b": [:], "c": []])
  }

  @Test("a number keeps its digits, however many")
  func numbers() throws {
    for text in ["0", "-0", "10", "0.50", "1E9", "340282366920938463463374607431768211456"] {
      #expect(try parse(text) == .number(text))
    }
  }

  @Test("escapes stand for their characters")
  func escapes() throws {
    #expect(try parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\uDE00""#) == "\"\\/\u{8}\u{C}\n\r\tAé😀")
  }

  @Test("half of a surrogate pair is the replacement character")
  func surrogates() throws {
    #expect(try parse(#""\ud83d""#) == "\u{FFFD}")
    #expect(try parse(#""\ude00x""#) == "\u{FFFD}x")
    #expect(try parse(#""\ud83d\u0041""#) == "\u{FFFD}A")
    #expect(try parse(#""\ud83d\n""#) == "\u{FFFD}\n")
    #expect(try parse(#""\ud83d\ud83d\ude00""#) == "\u{FFFD}😀")
  }

  @Test(
    "what is not JSON is refused at its place",
    arguments: [
      ("", 0, "expected a value"),
      ("  ", 2, "expected a value"),
      ("tru", 0, "expected a value"),
      ("01", 1, "expected nothing after the value"),
      ("1.", 2, "expected a value"),
      ("-", 1, "expected a value"),
      ("+1", 0, "expected a value"),
      ("[1,]", 3, "expected a value"),
      ("[1 2]", 3, "expected `,` or `]` in an array"),
      ("{\"a\":1,}", 7, "expected a member's name in quotes"),
      ("{\"a\" 1}", 5, "expected `:` after a member's name"),
      ("{\"a\":1", 6, "expected `,` or `}` in an object"),
      ("\"a", 0, "a string has no closing quote"),
      ("\"a\nb\"", 2, "a control character in a string is not escaped"),
      ("\"\\x\"", 1, "unknown escape in a string"),
      ("\"\\u12g4\"", 5, "expected four hexadecimal digits after `\\u`"),
      ("1 1", 2, "expected nothing after the value"),
      ("'a'", 0, "expected a value"),
    ])
  func refused(text: String, offset: Int, message: String) {
    #expect(failure(text)?.message == message)
    #expect(failure(text)?.offset == offset)
  }

  @Test("bytes that are not UTF-8 are refused")
  func encoding() {
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0xFF]) }
  }

  @Test("depth is bounded, so no text overflows the stack")
  func depth() throws {
    let most = JSONValue.largestDepth
    let deepest = String(repeating: "[", count: most) + String(repeating: "]", count: most)
    #expect(throws: Never.self) { try parse(deepest) }
    let failure = failure(String(repeating: "[{\"a\":", count: 500_000))
    #expect(failure?.message == "nested more than \(most) levels deep")
  }

  @Test("what is printed is read back as it was, and random bytes never crash the parser")
  func random() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let value = JSONValue.random(depth: 4, using: &generator)
      for text in [value.compactText, value.prettyText()] {
        #expect(try parse(text) == value, "seed \(seed)")
      }
      var bytes = Array(value.compactText.utf8)
      for _ in 0..<3 where !bytes.isEmpty {
        bytes[Int.random(in: bytes.indices, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      _ = try? JSONValue(parsing: bytes)
    }
  }
}

extension JSONValue {
  /// Any value, a few levels deep.
  fileprivate static func random(depth: Int, using generator: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &generator) {
    case 0: return .null
    case 1: return .bool(.random(using: &generator))
    case 2: return .integer(Int.random(in: -1000...1000, using: &generator))
    case 3:
      let scalars = ["a", "\"", "\\", "\n", "\u{1}", "é", "😀", "/", "\u{7F}", "\u{2028}"]
      let count = Int.random(in: 0..<6, using: &generator)
      return .string(
        (0..<count).map { _ in scalars.randomElement(using: &generator) ?? "" }.joined())
    case 4:
      let count = Int.random(in: 0..<4, using: &generator)
      return .array((0..<count).map { _ in random(depth: depth - 1, using: &generator) })
    default:
      let count = Int.random(in: 0..<4, using: &generator)
      return .object(
        (0..<count).map { Member("m\($0)", random(depth: depth - 1, using: &generator)) })
    }
  }
}
