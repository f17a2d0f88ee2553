import RulesAnalysis
import RulesLanguage

/// Conditions as statements, each part in a constant of its own, so that a selected mutant can leave one
/// out: of an `and` it counts as true then, of an `or` as false.
struct MutatedConditions {
  private let scope: Scope
  private let naming: SwiftNaming
  /// What was written so far, to stand before the values are used.
  private(set) var lines: [String] = []
  private var count = 0
  /// Defines are worked out once.
  private var defines: [FactReference: String] = [:]

  init(_ scope: Scope, _ naming: SwiftNaming) {
    self.scope = scope
    self.naming = naming
  }

  /// Writes a condition.
  /// - Returns: the name of the constant that has its value.
  mutating func write(_ condition: MutableCondition) -> String {
    switch condition {
    case .atom(let condition): return define(scope.swift(condition, naming).text)
    case .all(let parts): return join(parts, "&&")
    case .any(let parts): return join(parts, "||")
    case .not(let part):
      let inner = write(part)
      return define("!\(inner)")
    case .define(let key, let definition):
      if let known = defines[key] { return known }
      let written = write(definition)
      defines[key] = written
      return written
    }
  }

  private mutating func join(_ parts: [MutableCondition.Part], _ sign: String) -> String {
    let values = parts.map { part in
      let own = write(part.condition)
      return define(
        sign == "&&"
          ? "mutants.has(\(part.number)) || \(own)" : "!mutants.has(\(part.number)) && \(own)")
    }
    return values.isEmpty
      ? define(sign == "&&" ? "true" : "false") : define(values.joined(separator: " \(sign) "))
  }

  private mutating func define(_ expression: String) -> String {
    count += 1
    let name = "c\(count)"
    lines.append("let \(name): Bool = \(expression)")
    return name
  }
}
