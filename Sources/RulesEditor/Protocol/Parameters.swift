import RulesOutput

/// Reading of what clients send. Whatever is missing or of another type is `invalidParams`.
extension JSONValue {
  /// A member that must be there.
  func member(_ name: String) throws(ResponseError) -> JSONValue {
    guard let value = self[name] else {
      throw ResponseError(.invalidParams, "the parameter `\(name)` is missing")
    }
    return value
  }

  func string(_ name: String) throws(ResponseError) -> String {
    guard let text = try member(name).asString else {
      throw ResponseError(.invalidParams, "the parameter `\(name)` is not a string")
    }
    return text
  }

  func integer(_ name: String) throws(ResponseError) -> Int {
    guard let number = try member(name).asInteger else {
      throw ResponseError(.invalidParams, "the parameter `\(name)` is not a whole number")
    }
    return number
  }

  func elements(_ name: String) throws(ResponseError) -> [JSONValue] {
    guard case .array(let values) = try member(name) else {
      throw ResponseError(.invalidParams, "the parameter `\(name)` is not an array")
    }
    return values
  }

  var asString: String? {
    if case .string(let text) = self { text } else { nil }
  }

  var asInteger: Int? {
    if case .number(let text) = self { Int(text) } else { nil }
  }

  /// The elements of an array; none for anything else.
  var asArray: [JSONValue] {
    if case .array(let values) = self { values } else { [] }
  }

  /// `textDocument.uri`
  func documentURI() throws(ResponseError) -> String {
    try member("textDocument").string("uri")
  }

  func position() throws(ResponseError) -> TextPosition {
    try TextPosition(try member("position"))
  }
}

extension TextPosition {
  init(_ value: JSONValue) throws(ResponseError) {
    line = try value.integer("line")
    character = try value.integer("character")
  }

  var json: JSONValue { ["line": .integer(line), "character": .integer(character)] }
}

extension TextRange {
  init(_ value: JSONValue) throws(ResponseError) {
    start = try TextPosition(try value.member("start"))
    end = try TextPosition(try value.member("end"))
  }

  var json: JSONValue { ["start": start.json, "end": end.json] }
}
