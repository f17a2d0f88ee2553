import RulesLanguage

/// A name of a related task that a scope looks at, `prior.closed`.
package struct RelatedName: Hashable, Sendable {
  /// The related task's name here.
  package var related: String
  /// A fact or define of it.
  package var name: String

  package init(related: String, name: String) {
    self.related = related
    self.name = name
  }

  /// As the rules write it.
  package var text: String { related + "." + name }
}

/// `all each: body`, the one form that every quantifier is brought to.
package struct UniversalQuantifier: Hashable, Sendable {
  /// Whose elements.
  package var each: String
  /// What all of them satisfy; without defines.
  package var body: Condition

  package init(each: String, body: Condition) {
    self.each = each
    self.body = body
  }

  /// The universal quantifier in this one, and whether this one is its negation: `some e: c` is
  /// `not all e: not c`, `none e: c` is `all e: not c`.
  package static func normalized(
    _ quantifier: Condition.Quantifier, _ each: String, _ body: Condition
  ) -> (UniversalQuantifier, isNegated: Bool) {
    switch quantifier {
    case .all: (UniversalQuantifier(each: each, body: body), false)
    case .some: (UniversalQuantifier(each: each, body: .not(body)), true)
    case .none: (UniversalQuantifier(each: each, body: .not(body)), false)
    }
  }
}

/// What expanded conditions of a scope are about, beyond the scope's own facts.
struct Mentions {
  var facts: Set<FactReference> = []
  var related: Set<RelatedName> = []
  /// In text order, each once.
  var quantifiers: [UniversalQuantifier] = []
  private var knownQuantifiers: Set<UniversalQuantifier> = []

  init() {}

  mutating func add(_ condition: Condition) {
    switch condition {
    case .fact(let fact), .isIn(let fact, _), .compareNumber(let fact, _, _): facts.insert(fact)
    case .compare(let a, _, let b): facts.formUnion([a, b])
    case .related(let related, let name), .relatedIn(let related, let name, _):
      self.related.insert(.init(related: related, name: name))
    case .quantified(let quantifier, let each, let body):
      let (universal, _) = UniversalQuantifier.normalized(quantifier, each, body)
      if knownQuantifiers.insert(universal).inserted { quantifiers.append(universal) }
    default: for part in condition.parts { add(part) }
    }
  }

  /// Everything that the clauses, causes, events and `always` of a scope mention.
  init(of scope: Scope) throws(AnalysisFailure) {
    for always in scope.always {
      let condition = try scope.expand(always.condition)
      guard condition.mentionsOnlyFacts else {
        throw .unsupported("an always of \(scope.name) that is not about facts only")
      }
      add(condition)
    }
    for clause in scope.clauses {
      add(try scope.expand(clause.condition))
      for cause in clause.causes {
        guard let condition = scope.condition(of: cause) else { continue }
        add(try scope.expand(condition))
      }
    }
    for event in scope.body.events { add(try scope.expand(event.condition)) }
  }
}

extension ClauseModel {
  /// What a wait waits for; empty for a rule or goal.
  package var causes: [Cause] {
    if case .wait(let causes, _) = kind { return causes }
    return []
  }
}

extension Scope {
  /// The condition that a cause waits for; nil for an event.
  package func condition(of cause: Cause) -> Condition? {
    switch cause {
    case .event: return nil
    case .related(let related, let name): return .related(related, name)
    case .name(let name):
      let bodies: [(FactReference.Owner, ScopeBody?)] = [
        (.element, each?.body), (.task, task.body),
        (.foreignElement, foreign?.each.body), (.foreignTask, foreign?.task.body),
      ]
      for (owner, body) in bodies {
        if body?.define(name) != nil { return .define(owner, name) }
        if body?.variable(name) != nil { return .fact(FactReference(owner, name)) }
      }
      return nil
    }
  }
}
