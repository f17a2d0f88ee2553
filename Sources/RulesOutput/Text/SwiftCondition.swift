import RulesAnalysis
import RulesLanguage

/// How the names of a scope are written in some place of the generated code.
struct SwiftNaming {
  /// A fact: `now.header`, `$0.header`, `finalized`.
  var fact: (FactReference) -> String
  /// A name of a related task.
  var related: (RelatedName) -> SwiftExpression
  /// A quantifier over an each.
  var quantifier: (UniversalQuantifier) -> SwiftExpression
  /// A define of the task that may be called by its name; nil: expand it.
  var define: (FactReference.Owner, String) -> String?
}

extension Scope {
  /// A condition of this scope in Swift; `isNegated`: its opposite, with the `not` pushed down to
  /// the single comparisons.
  func swift(
    _ condition: Condition, _ naming: SwiftNaming, isNegated: Bool = false
  ) -> SwiftExpression {
    func part(_ condition: Condition) -> SwiftExpression {
      swift(condition, naming, isNegated: isNegated)
    }
    func named(_ name: String) -> SwiftExpression { .atom(isNegated ? "!\(name)" : name) }
    switch condition {
    case .constant(let holds): return .atom(holds != isNegated ? "true" : "false")
    case .fact(let fact): return named(naming.fact(fact))
    case .isIn(let fact, let values):
      return membership(
        naming.fact(fact), values, of: enumValues(of: fact), isNegated: isNegated)
    case .compare(let a, let relation, let b):
      let sign = (isNegated ? relation.opposite : relation).rawValue
      return .atom("\(naming.fact(a)) \(sign) \(naming.fact(b))")
    case .compareNumber(let fact, let relation, let number):
      let sign = (isNegated ? relation.opposite : relation).rawValue
      return .atom("\(naming.fact(fact)) \(sign) \(number)")
    case .relatedIn(let related, let name, let values):
      let name = RelatedName(related: related, name: name)
      return membership(
        naming.related(name).partText, values, of: enumValues(of: relatedFact(name)),
        isNegated: isNegated)
    case .define(let owner, let name):
      if let name = naming.define(owner, name) { return named(name) }
      guard let definition = definition(owner, name) else { return named(name) }
      return swift(definition, naming, isNegated: isNegated)
    case .related(let related, let name):
      let expression = naming.related(RelatedName(related: related, name: name))
      return isNegated ? .atom("!\(expression.partText)") : expression
    case .not(let inner): return swift(inner, naming, isNegated: !isNegated)
    case .and(let parts): return isNegated ? .any(parts.map(part)) : .all(parts.map(part))
    case .or(let parts): return isNegated ? .all(parts.map(part)) : .any(parts.map(part))
    case .oneOf(let parts):
      let arguments = parts.map { swift($0, naming).text }.joined(separator: ", ")
      return named("oneOf(\(arguments))")
    case .quantified(let quantifier, let each, let body):
      let (universal, isOpposite) = UniversalQuantifier.normalized(quantifier, each, body)
      let expression = naming.quantifier(universal)
      return isNegated != isOpposite ? .atom("!\(expression.partText)") : expression
    }
  }

  /// `x == .a`, `x != .a`, or a comparison for each value.
  private func membership(
    _ name: String, _ values: [String], of domain: [String]?, isNegated: Bool
  ) -> SwiftExpression {
    let all = domain ?? values
    let wanted = isNegated ? all.filter { !values.contains($0) } : values
    let others = all.filter { !wanted.contains($0) }
    if wanted.isEmpty || others.isEmpty { return .atom(wanted.isEmpty ? "false" : "true") }
    if others.count < wanted.count {
      return .all(others.map { .atom("\(name) != .\(swiftName($0))") })
    }
    return .any(wanted.map { .atom("\(name) == .\(swiftName($0))") })
  }

  private func enumValues(of model: VariableModel?) -> [String]? {
    guard case .enumeration(let name)? = model?.kind else { return nil }
    return program.enumeration(name)?.values
  }
}

extension Condition.Relation {
  var opposite: Condition.Relation {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterOrEqual
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    case .greaterOrEqual: .less
    }
  }
}

extension Condition {
  /// The numbers of parts of the `one of` in it.
  var oneOfSizes: Set<Int> {
    var sizes = parts.reduce(into: Set<Int>()) { $0.formUnion($1.oneOfSizes) }
    if case .oneOf(let parts) = self { sizes.insert(parts.count) }
    return sizes
  }
}
