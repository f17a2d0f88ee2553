// Printing JSON. Nothing is sorted and nothing is rounded: equal values give equal text.

extension JSONValue {
  /// The value for people: members and elements on lines of their own, two spaces deeper, except
  /// where a whole array or object fits into the line. Ends without a line end.
  ///
  /// - Parameter columns: what a line should not exceed; a long string or number does.
  public func prettyText(columns: Int = 100) -> String {
    var printer = PrettyPrinter(columns: columns)
    printer.print(self, indent: 0, used: 0)
    return printer.text
  }

  /// The value on one line, without any space: for other programs.
  public var compactText: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let digits): digits
    case .string(let text): jsonQuoted(text)
    case .array(let elements): "[" + elements.map(\.compactText).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { jsonQuoted($0.name) + ":" + $0.value.compactText }.joined(separator: ",")
        + "}"
    }
  }

  /// A whole number of any size, exact.
  public static func integer(_ number: some BinaryInteger) -> JSONValue {
    .number(String(number))
  }

  /// A whole number, or `null`.
  public static func integer(_ number: (some BinaryInteger)?) -> JSONValue {
    number.map { .number(String($0)) } ?? .null
  }

  /// A list of strings.
  public static func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
}

private struct PrettyPrinter {
  let columns: Int
  var text = ""

  /// - Parameter used: the columns of the line that are taken: by its indentation, by the name in
  ///   front of the value, and by what must follow it.
  mutating func print(_ value: JSONValue, indent: Int, used: Int) {
    if let line = singleLine(value, room: columns - used) {
      text += line
      return
    }
    let inner = String(repeating: " ", count: indent + 2)
    switch value {
    case .array(let elements):
      text += "[\n"
      for (index, element) in elements.enumerated() {
        text += inner
        print(element, indent: indent + 2, used: indent + 3)
        text += index == elements.count - 1 ? "\n" : ",\n"
      }
      text += String(repeating: " ", count: indent) + "]"
    case .object(let members):
      text += "{\n"
      for (index, member) in members.enumerated() {
        let name = jsonQuoted(member.name) + ": "
        text += inner + name
        print(member.value, indent: indent + 2, used: indent + 3 + name.count)
        text += index == members.count - 1 ? "\n" : ",\n"
      }
      text += String(repeating: " ", count: indent) + "}"
    case .null, .bool, .number, .string: text += value.compactText
    }
  }

  /// The value on one line, nil as soon as that gets longer than there is room.
  private func singleLine(_ value: JSONValue, room: Int) -> String? {
    var line: String
    switch value {
    case .null, .bool, .number, .string: return value.compactText
    case .array(let elements):
      line = "["
      for element in elements {
        if line.count > 1 { line += ", " }
        guard let part = singleLine(element, room: room - line.count - 1) else { return nil }
        line += part
        guard line.count < room else { return nil }
      }
      line += "]"
    case .object(let members):
      guard !members.isEmpty else { return "{}" }
      line = "{"
      for member in members {
        line += (line.count > 1 ? ", " : " ") + jsonQuoted(member.name) + ": "
        guard let part = singleLine(member.value, room: room - line.count - 2) else { return nil }
        line += part
        guard line.count < room else { return nil }
      }
      line += " }"
    }
    return line.count <= room ? line : nil
  }
}

private func jsonQuoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case "\u{8}": result += "\\b"
    case "\u{C}": result += "\\f"
    case "\u{0}"..<" ":
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
