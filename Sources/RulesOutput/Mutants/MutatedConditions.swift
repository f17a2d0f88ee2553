import RulesAnalysis
import RulesLanguage

/// Conditions as statements, each part in a constant of its own, so that a selected mutant can leave one
/// out: of an `and` it counts as true then, of an `or` as false.
struct MutatedConditions {
  /// The clause or define that a condition belongs to, for the list.
  struct Place {
    var clause: String
    var position: SourcePosition
  }

  private let scope: Scope
  private let naming: SwiftNaming
  private let mutants: MutantList
  private let prefix: String
  /// What was written so far, to stand before the values are used.
  private(set) var lines: [String] = []
  private var count = 0
  /// Defines are worked out once: their mutants are the same wherever they are used.
  private var defines: [FactReference: String] = [:]

  /// - Parameter prefix: what the constants' names begin with.
  init(_ scope: Scope, _ naming: SwiftNaming, _ mutants: MutantList, prefix: String = "c") {
    self.scope = scope
    self.naming = naming
    self.mutants = mutants
    self.prefix = prefix
  }

  /// Writes a whole condition.
  /// - Returns: the name of the constant that has its value.
  mutating func write(_ condition: Condition, of place: Place) -> String {
    if case .constant = condition { return value(of: condition, place) }
    return value(of: .and(condition.conjuncts), place)
  }

  private mutating func value(of condition: Condition, _ place: Place) -> String {
    switch condition {
    case .and(let parts): return join(parts, "&&", place)
    case .or(let parts): return join(parts, "||", place)
    case .not(let part):
      let inner = value(of: part, place)
      return define("!\(inner)")
    case .define(let owner, let name):
      let key = FactReference(owner, name)
      if let known = defines[key] { return known }
      guard naming.define(owner, name) == nil, let definition = scope.definition(owner, name) else {
        break
      }
      let position = (owner == .element ? scope.each?.body : scope.task.body)?.define(name)?
        .position
      let written = write(
        definition,
        of: Place(clause: "\(scope.name) \(name)", position: position ?? place.position))
      defines[key] = written
      return written
    default: break
    }
    return define(scope.swift(condition, naming).text)
  }

  private mutating func join(_ parts: [Condition], _ sign: String, _ place: Place) -> String {
    let values = parts.map { part in
      let change = conditionText(part, in: scope)
      let number = mutants.add(.dropped, place.clause, change, at: place.position)
      let own = value(of: part, place)
      return define(
        sign == "&&" ? "mutants.has(\(number)) || \(own)" : "!mutants.has(\(number)) && \(own)")
    }
    return values.isEmpty
      ? define(sign == "&&" ? "true" : "false") : define(values.joined(separator: " \(sign) "))
  }

  private mutating func define(_ expression: String) -> String {
    count += 1
    let name = "\(prefix)\(count)"
    lines.append("let \(name): Bool = \(expression)")
    return name
  }
}

extension Condition {
  /// The parts that all have to hold; those of groups around a clause are apart in it.
  fileprivate var conjuncts: [Condition] {
    switch self {
    case .constant(true): []
    case .and(let parts): parts.flatMap(\.conjuncts)
    default: [self]
    }
  }
}
