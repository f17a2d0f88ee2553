import RulesLanguage

extension Scope {
  /// The condition without defines, as seen from this scope.
  package func expand(_ condition: Condition) throws(AnalysisFailure) -> Condition {
    switch condition {
    case .constant, .fact, .isIn, .compare, .compareNumber, .related, .relatedIn: return condition
    case .not(let part): return .not(try expand(part))
    case .and(let parts): return .and(try expand(parts))
    case .or(let parts): return .or(try expand(parts))
    case .oneOf(let parts): return .oneOf(try expand(parts))
    case .define(let owner, let name): return try expandDefine(owner, name)
    case .quantified(let quantifier, let eachName, let body):
      guard let quantified = task.each(eachName) else {
        throw .unsupported("a quantifier over '\(eachName)', which is no each of \(task.name)")
      }
      let expanded = try Scope(program, task, quantified).expand(body)
      guard expanded.mentionsOnlyFacts else {
        throw .unsupported("a quantifier over \(eachName) whose condition is not about facts only")
      }
      return .quantified(quantifier, each: eachName, expanded)
    }
  }

  private func expand(_ conditions: [Condition]) throws(AnalysisFailure) -> [Condition] {
    var expanded: [Condition] = []
    for condition in conditions { expanded.append(try expand(condition)) }
    return expanded
  }

  private func expandDefine(
    _ owner: FactReference.Owner, _ name: String
  ) throws(AnalysisFailure) -> Condition {
    guard let definition = definition(owner, name) else {
      throw .unsupported("the define '\(name)' as seen from \(self.name)")
    }
    let isForeign = owner == .foreignTask || owner == .foreignElement
    guard !isForeign || definition.mentionsOnlyFacts else {
      throw .unsupported("the define '\(name)' of another task, which is not about facts only")
    }
    return try expand(definition)
  }

  /// The condition of a define in this scope's words; defines in it are not expanded.
  package func definition(_ owner: FactReference.Owner, _ name: String) -> Condition? {
    switch owner {
    case .task: task.body.define(name)?.condition
    case .element: each?.body.define(name)?.condition
    case .foreignTask: foreign?.task.body.define(name)?.condition.seenFromVisitor
    case .foreignElement: foreign?.each.body.define(name)?.condition.seenFromVisitor
    }
  }
}

extension Condition {
  /// The conditions that this one is made of; empty for an atom.
  package var parts: [Condition] {
    switch self {
    case .constant, .fact, .isIn, .compare, .compareNumber, .define, .related, .relatedIn: []
    case .not(let part), .quantified(_, _, let part): [part]
    case .and(let parts), .or(let parts), .oneOf(let parts): parts
    }
  }

  /// Whether there is no quantifier and no related in it, what its defines mention left aside.
  var mentionsOnlyFacts: Bool {
    switch self {
    case .quantified, .related, .relatedIn: false
    default: parts.allSatisfy(\.mentionsOnlyFacts)
    }
  }

  /// A condition of a task and its each, in the words of a scope that ranges over that each.
  package var seenFromVisitor: Condition {
    switch self {
    case .constant, .related, .relatedIn, .quantified: self
    case .define(let owner, let name):
      .define(owner == .task ? .foreignTask : .foreignElement, name)
    case .fact(let fact): .fact(fact.seenFromVisitor)
    case .isIn(let fact, let values): .isIn(fact.seenFromVisitor, values: values)
    case .compare(let a, let relation, let b):
      .compare(a.seenFromVisitor, relation, b.seenFromVisitor)
    case .compareNumber(let fact, let relation, let number):
      .compareNumber(fact.seenFromVisitor, relation, number)
    case .not(let part): .not(part.seenFromVisitor)
    case .and(let parts): .and(parts.map(\.seenFromVisitor))
    case .or(let parts): .or(parts.map(\.seenFromVisitor))
    case .oneOf(let parts): .oneOf(parts.map(\.seenFromVisitor))
    }
  }
}

extension FactReference {
  var seenFromVisitor: FactReference {
    FactReference(owner == .task ? .foreignTask : .foreignElement, name)
  }
}
