import Foundation
import RulesOutput
import Testing

/// A text with the cursor in it, written as `|`, which no rules file contains.
struct MarkedText {
  let text: String
  let position: JSONValue

  init(_ marked: String) throws {
    let parts = marked.split(separator: "|", omittingEmptySubsequences: false)
    try #require(parts.count == 2, "one cursor")
    text = parts.joined()
    let lines = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
    position = [
      "line": .integer(lines.count - 1), "character": .integer(lines.last?.utf16.count ?? 0),
    ]
  }
}

extension EditorSession {
  /// Opens the text as `/a.rules` and sends a request about its cursor.
  mutating func ask(
    _ method: String, _ marked: String, _ more: [JSONValue.Member] = []
  ) throws -> JSONValue {
    try request(method, try parameters(marked, more))
  }

  /// As `ask`, but the request must fail.
  mutating func askInVain(
    _ method: String, _ marked: String, _ more: [JSONValue.Member] = []
  ) throws -> String {
    try refusal(method, try parameters(marked, more))
  }

  private mutating func parameters(
    _ marked: String, _ more: [JSONValue.Member]
  ) throws -> JSONValue {
    let marked = try MarkedText(marked)
    try open("/a.rules", marked.text)
    return .object(
      [
        .init("textDocument", ["uri": "file:///a.rules"]),
        .init("position", marked.position),
      ] + more)
  }
}

/// `a.rules 3:5-3:9`, from 1.
func place(_ location: JSONValue?) -> String {
  let file = text(location?["uri"]).split(separator: "/").last ?? ""
  return "\(file) \(range(location?["range"]))"
}

/// `3:5-3:9`, from 1.
func range(_ value: JSONValue?) -> String {
  func position(_ value: JSONValue?) -> String {
    "\(number(value?["line"]) + 1):\(number(value?["character"]) + 1)"
  }
  return "\(position(value?["start"]))-\(position(value?["end"]))"
}

/// The text after some edits of the protocol, none of which overlap.
func applying(_ edits: JSONValue?, to text: String) -> String {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  func offset(_ position: JSONValue?) -> Int {
    let line = number(position?["line"])
    let before = lines.prefix(line).reduce(0) { $0 + $1.utf16.count + 1 }
    return before + number(position?["character"])
  }
  var units = Array(text.utf16)
  let sorted = elements(edits).sorted {
    offset($0["range"]?["start"]) > offset($1["range"]?["start"])
  }
  for edit in sorted {
    let start = offset(edit["range"]?["start"])
    let end = min(units.count, offset(edit["range"]?["end"]))
    units.replaceSubrange(start..<end, with: RulesEditorTests.text(edit["newText"]).utf16)
  }
  return String(decoding: units, as: UTF16.self)
}

/// The rules of Figure 2 with what makes them complete, as files below `/rules/`.
///
/// Without what the pool explores: nothing here is about it, and it takes longer than all else.
func flagshipRules() throws -> [String: String] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  var files: [String: String] = [:]
  for name in ["LogReplication", "Segment", "ServerFailure"] {
    let url = root.appending(path: "Tests/Fixtures/Figure2/\(name).rules")
    files["/rules/\(name).rules"] = try String(contentsOf: url, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("  explore ") }.joined(separator: "\n")
  }
  return files
}
