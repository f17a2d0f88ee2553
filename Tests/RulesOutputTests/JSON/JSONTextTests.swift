import Foundation
import RulesOutput
import Testing

@Suite("JSON text")
struct JSONTextTests {
  @Test("escapes what RFC 8259 says, and nothing else")
  func escapes() {
    let text = "\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}é😀\u{2028}"
    #expect(
      JSONValue.string(text).compactText
        == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7F}é😀\u{2028}\"")
  }

  @Test("prints counts of 128 bits exactly")
  func large() {
    #expect(
      JSONValue.integer(UInt128.max).compactText == "340282366920938463463374607431768211455")
    #expect(JSONValue.integer(nil as Int?).compactText == "null")
  }

  @Test("keeps members in their order, and puts what fits on one line")
  func pretty() {
    let value = JSONValue.object([
      .init("b", .array([.integer(1), .integer(2)])), .init("a", .object([])),
      .init("c", .strings(["a long text", "another long text"])),
    ])
    #expect(
      value.prettyText(columns: 30) == """
        {
          "b": [1, 2],
          "a": {},
          "c": [
            "a long text",
            "another long text"
          ]
        }
        """)
    #expect(value.prettyText() == value.prettyText(columns: 78))
    #expect(!value.prettyText().contains("\n"))
  }

  @Test("no line is longer than asked for, where it could be shorter")
  func width() {
    for seed in 0..<200 as Range<UInt64> {
      var maker = RandomJSON(seed: seed)
      let value = maker.value(depth: 4)
      for line in value.prettyText(columns: 40).split(separator: "\n") where line.count > 40 {
        let text = line.drop { $0 == " " }
        #expect(!text.hasPrefix("[") && !text.hasPrefix("{"), "seed \(seed): \(line)")
      }
    }
  }

  @Test("another JSON reader reads back random values")
  func readBack() throws {
    for seed in 0..<200 as Range<UInt64> {
      var maker = RandomJSON(seed: seed)
      let value = maker.value(depth: 4)
      for text in [value.compactText, value.prettyText(columns: 30)] {
        let object = try JSONSerialization.jsonObject(
          with: Data(text.utf8), options: .fragmentsAllowed)
        #expect(equal(object, value), "seed \(seed): \(text)")
        #expect(try JSONValue(parsing: Array(text.utf8)) == value, "seed \(seed)")
      }
    }
  }

  private func equal(_ object: Any, _ value: JSONValue) -> Bool {
    switch value {
    case .null: return object is NSNull
    case .bool(let bool): return (object as? Bool) == bool
    case .number(let digits): return (object as? NSNumber).map { "\($0)" } == digits
    case .string(let text): return (object as? String) == text
    case .array(let elements):
      guard let objects = object as? [Any], objects.count == elements.count else { return false }
      return zip(objects, elements).allSatisfy(equal)
    case .object(let members):
      guard let objects = object as? [String: Any] else { return false }
      return objects.count == members.count
        && members.allSatisfy { member in
          objects[member.name].map { equal($0, member.value) } ?? false
        }
    }
  }
}

/// Random values; equal seeds give equal values.
struct RandomJSON {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

  mutating func value(depth: Int) -> JSONValue {
    switch number(depth == 0 ? 4 : 7) {
    case 0: return .null
    case 1: return .bool(number(2) == 0)
    case 2: return .integer(number(2_000_000) - 1_000_000)
    case 3: return .string(text())
    case 4, 5: return .array((0..<number(5)).map { _ in value(depth: depth - 1) })
    default:
      return .object(
        (0..<number(5)).map { index in .init("\(text())\(index)", value(depth: depth - 1)) })
    }
  }

  private mutating func text() -> String {
    let letters = Array("ab \"\\\n\t\u{1}/é😀{}[],:")
    return String((0..<number(8)).map { _ in letters[number(letters.count)] })
  }

  private mutating func number(_ count: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    state &+= 0x2545_f491_4f6c_dd1d
    return Int(state >> 16) % count
  }
}
