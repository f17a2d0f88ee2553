import RulesAnalysis
import RulesLanguage

/// Tells whether a condition that is no part of the rules holds in a state of a scope.
struct StateCondition {
  enum Truth: Equatable {
    case yes
    case no
    /// The states do not say: why.
    case undecided(String)
  }

  private struct Undecided: Error { var reason: String }

  let scope: Scope
  let space: StateSpace

  init(_ scope: Scope, _ space: StateSpace) {
    self.scope = scope
    self.space = space
  }

  /// Every part is looked at, so that what cannot be told is told of every state.
  func truth(of condition: Condition, at state: [Int]) -> Truth {
    guard let expanded = try? scope.expand(condition) else {
      return .undecided("a define of it stands for too much")
    }
    do throws(Undecided) {
      return try holds(expanded, state) ? .yes : .no
    } catch {
      return .undecided(error.reason)
    }
  }

  private func holds(_ condition: Condition, _ state: [Int]) throws(Undecided) -> Bool {
    switch condition {
    case .constant(let value): return value
    case .fact(let fact): return state[try slot(fact)] == 1
    case .isIn(let fact, let values):
      let slot = try slot(fact)
      return values.contains(space.variables[slot].values[state[slot]])
    case .compare(let a, let relation, let b): return try compare(a, relation, b, state)
    case .compareNumber(let fact, let relation, let number):
      return try compare(fact, relation, number, state)
    case .related(let related, let name):
      return state[try slot(RelatedName(related: related, name: name))] == 1
    case .relatedIn(let related, let name, let values):
      let slot = try slot(RelatedName(related: related, name: name))
      return values.contains(space.variables[slot].values[state[slot]])
    case .not(let part): return try !holds(part, state)
    case .and(let parts): return try count(parts, state) == parts.count
    case .or(let parts): return try count(parts, state) > 0
    case .oneOf(let parts): return try count(parts, state) == 1
    case .quantified(let quantifier, let each, let body):
      let (universal, isNegated) = UniversalQuantifier.normalized(quantifier, each, body)
      guard let slot = space.quantifiers[universal] else {
        throw Undecided(
          reason: "no rule, wait or goal of \(scope.name) asks for this about all \(each)")
      }
      return (state[slot] == 1) != isNegated
    case .define(_, let name): throw Undecided(reason: "\(name) cannot be looked up")
    }
  }

  private func count(_ parts: [Condition], _ state: [Int]) throws(Undecided) -> Int {
    var count = 0
    for part in parts where try holds(part, state) { count += 1 }
    return count
  }

  private func slot(_ fact: FactReference) throws(Undecided) -> Int {
    guard let slot = space.slots[fact] else {
      throw Undecided(reason: "no rule, wait or goal of \(scope.name) asks for \(fact.name)")
    }
    return slot
  }

  private func slot(_ name: RelatedName) throws(Undecided) -> Int {
    guard let slot = space.related[name] else {
      throw Undecided(reason: "no rule, wait or goal of \(scope.name) asks for \(name.text)")
    }
    return slot
  }

  private func compare(
    _ a: FactReference, _ relation: Condition.Relation, _ b: FactReference, _ state: [Int]
  ) throws(Undecided) -> Bool {
    let slot = try slot(FactReference.isNumber(a.name) ? b : a)
    guard let chain = space.variables[slot].chain,
      let first = chain.members.firstIndex(of: a.name),
      let second = chain.members.firstIndex(of: b.name)
    else { throw Undecided(reason: "\(a.name) and \(b.name) cannot be compared") }
    return chain.holds(first, relation, second, in: state[slot])
  }

  /// An interval decides a comparison if all its numbers agree.
  private func compare(
    _ fact: FactReference, _ relation: Condition.Relation, _ number: Int, _ state: [Int]
  ) throws(Undecided) -> Bool {
    let slot = try slot(fact)
    guard let interval = space.variables[slot].integer?.intervals[state[slot]] else {
      throw Undecided(reason: "\(fact.name) cannot be compared with \(number)")
    }
    var answers: Set<Bool> = []
    if interval.lower.map({ $0 < number }) ?? true {
      answers.insert([.less, .lessOrEqual, .notEqual].contains(relation))
    }
    if interval.upper.map({ $0 > number }) ?? true {
      answers.insert([.greater, .greaterOrEqual, .notEqual].contains(relation))
    }
    if interval.contains(number) {
      answers.insert([.equal, .lessOrEqual, .greaterOrEqual].contains(relation))
    }
    guard answers.count == 1, let answer = answers.first else {
      throw Undecided(
        reason: "\(fact.name) \(relation.rawValue) \(number) divides the numbers \(interval.name),"
          + " which the rules do not tell apart")
    }
    return answer
  }
}
