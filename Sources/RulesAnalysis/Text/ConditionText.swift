import RulesLanguage

/// A condition in the words of the rules language, as one could paste it.
package func conditionText(_ condition: Condition, in scope: Scope) -> String {
  text(of: condition, in: scope, within: .conjunction)
}

private enum BindingStrength: Int { case alternative, conjunction, unary }

private func text(of condition: Condition, in scope: Scope, within outer: BindingStrength) -> String
{
  func join(_ parts: [Condition], _ separator: String, _ own: BindingStrength) -> String {
    let text = parts.map { RulesAnalysis.text(of: $0, in: scope, within: own) }
      .joined(separator: separator)
    return own.rawValue < outer.rawValue || (outer == .unary && parts.count > 1)
      ? "(\(text))" : text
  }
  switch condition {
  case .constant(let holds): return holds ? "true" : "false"
  case .fact(let fact): return fact.name
  case .isIn(let fact, let values):
    return enumText(fact.name, values, of: scope.enumValues(of: fact) ?? values)
  case .compare(let a, let relation, let b): return "\(a.name) \(relation.rawValue) \(b.name)"
  case .compareNumber(let fact, let relation, let number):
    return "\(fact.name) \(relation.rawValue) \(number)"
  case .relatedIn(let related, let name, let values):
    let type = scope.task.related(related).flatMap { scope.program.task($0.task) }?.body.variable(
      name)
    guard case .enumeration(let enumName)? = type?.kind else { return "\(related).\(name)" }
    return enumText(
      "\(related).\(name)", values, of: scope.program.enumeration(enumName)?.values ?? values)
  case .define(_, let name): return name
  case .related(let related, let name): return "\(related).\(name)"
  case .not(let part):
    if case .isIn(let fact, let values) = part, let all = scope.enumValues(of: fact) {
      return enumText(fact.name, all.filter { !values.contains($0) }, of: all)
    }
    return "not " + text(of: part, in: scope, within: .unary)
  case .and(let parts) where parts.isEmpty: return "true"
  case .or(let parts) where parts.isEmpty: return "false"
  case .and(let parts): return join(parts, ", ", .conjunction)
  case .or(let parts): return join(parts, " or ", .alternative)
  case .oneOf(let parts):
    let texts = parts.map { text(of: $0, in: scope, within: .alternative) }
    return "one of { \(texts.joined(separator: "; ")) }"
  case .quantified(let quantifier, let each, let body):
    let instance = Scope(scope.program, scope.task, scope.task.each(each))
    let bodyText = text(of: body, in: instance, within: .unary)
    return "\(quantifier.rawValue) \(each): \(bodyText)"
  }
}

/// `rpc == ok`, `rpc != ok` or `rpc in { idle, ok }`, the shortest that says it.
func enumText(_ name: String, _ values: [String], of all: [String]) -> String {
  if let value = values.first, values.count == 1 { return "\(name) == \(value)" }
  let others = all.filter { !values.contains($0) }
  if let other = others.first, others.count == 1 { return "\(name) != \(other)" }
  return "\(name) in { \(values.joined(separator: ", ")) }"
}

extension Scope {
  /// The values of an enum fact as seen from this scope, nil if the fact is of another kind.
  package func enumValues(of fact: FactReference) -> [String]? {
    guard case .enumeration(let name)? = variable(of: fact)?.kind else { return nil }
    return program.enumeration(name)?.values
  }

  /// The declaration of a fact as seen from this scope; a chain for its member.
  package func variable(of fact: FactReference) -> VariableModel? {
    switch fact.owner {
    case .task: task.body.variable(fact.name)
    case .element: each?.body.variable(fact.name)
    case .foreignTask: foreign?.task.body.variable(fact.name)
    case .foreignElement: foreign?.each.body.variable(fact.name)
    }
  }
}
