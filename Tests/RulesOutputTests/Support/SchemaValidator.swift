import Foundation
import RulesOutput

/// The part of JSON Schema that the schemas of `grammar` use; beyond it, the members of an
/// object must come in the order in which the schema lists them.
struct SchemaValidator {
  let root: JSONValue

  static func check() throws -> SchemaValidator { try of("check") }

  /// The schema of one of the reports.
  static func of(_ report: String) throws -> SchemaValidator {
    let url = FlagshipProgram.root.appending(path: "grammar/\(report).schema.json")
    return SchemaValidator(root: try JSONValue(parsing: Array(try Data(contentsOf: url))))
  }

  /// Where a value is not as the schema says; empty if it is.
  func problems(_ value: JSONValue) -> [String] { problems(value, root, "") }

  private func problems(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
    if case .string(let reference)? = schema["$ref"] {
      let name = reference.replacing("#/$defs/", with: "")
      guard let target = root["$defs"]?[name] else { return ["\(place): no \(reference)"] }
      return problems(value, target, place)
    }
    var found: [String] = []
    if let constant = schema["const"], constant != value {
      found.append("\(place): \(value.compactText) is not \(constant.compactText)")
    }
    if case .array(let choices)? = schema["enum"], !choices.contains(value) {
      found.append("\(place): \(value.compactText) is no choice")
    }
    if let type = schema["type"] {
      let types = if case .array(let types) = type { types } else { [type] }
      if !types.contains(.string(typeName(value))) {
        return found + ["\(place): \(value.compactText) is \(typeName(value))"]
      }
    }
    switch value {
    case .array(let elements): found += arrayProblems(elements, schema, place)
    case .object(let members): found += objectProblems(members, schema, place)
    case .number(let digits) where schema["minimum"] == .number("0"):
      if digits.hasPrefix("-") { found.append("\(place): \(digits) is negative") }
    case .number(let digits) where schema["minimum"] == .number("1"):
      if digits.hasPrefix("-") || digits == "0" { found.append("\(place): \(digits) is too small") }
    default: break
    }
    return found
  }

  private func typeName(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool: "boolean"
    case .number(let text): text.allSatisfy { $0.isNumber || $0 == "-" } ? "integer" : "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  private func arrayProblems(
    _ elements: [JSONValue], _ schema: JSONValue, _ place: String
  ) -> [String] {
    var found: [String] = []
    if case .number(let most)? = schema["maxItems"], elements.count > Int(most) ?? 0 {
      found.append("\(place): more than \(most)")
    }
    if case .number(let fewest)? = schema["minItems"], elements.count < Int(fewest) ?? 0 {
      found.append("\(place): fewer than \(fewest)")
    }
    guard let item = schema["items"] else { return found + ["\(place): an array not described"] }
    return found
      + elements.enumerated().flatMap { problems($0.element, item, "\(place)[\($0.offset)]") }
  }

  private func objectProblems(
    _ members: [JSONValue.Member], _ schema: JSONValue, _ place: String
  ) -> [String] {
    var found: [String] = []
    var listed: [String] = []
    if case .object(let properties)? = schema["properties"] { listed = properties.map(\.name) }
    if case .array(let required)? = schema["required"] {
      for name in required where !members.contains(where: { .string($0.name) == name }) {
        found.append("\(place): \(name.compactText) is missing")
      }
    }
    for member in members {
      let inner = "\(place).\(member.name)"
      if let property = schema["properties"]?[member.name] {
        found += problems(member.value, property, inner)
      } else if let others = schema["additionalProperties"], others != .bool(false) {
        found += problems(member.value, others, inner)
      } else {
        found.append("\(inner) is not described")
      }
    }
    let order = members.compactMap { listed.firstIndex(of: $0.name) }
    if order != order.sorted() || Set(members.map(\.name)).count != members.count {
      found.append("\(place): members out of order: \(members.map(\.name))")
    }
    return found
  }
}
