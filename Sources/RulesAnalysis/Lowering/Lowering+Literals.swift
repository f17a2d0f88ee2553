import RulesLanguage

extension Lowering {
  /// That a variable has one of the permitted values.
  typealias VariableLiteral = (variable: Int, permitted: [Bool])

  /// The literal that an expanded condition is, if it is one: a comparison, or `not` of one.
  func signedLiteral(
    _ condition: Condition, in frame: Frame
  ) throws(AnalysisFailure) -> VariableLiteral? {
    switch condition {
    case .constant, .and, .or, .oneOf: return nil
    case .not(let part):
      guard let literal = try signedLiteral(part, in: frame) else { return nil }
      return (literal.variable, literal.permitted.map { !$0 })
    default: return try literal(condition, in: frame)
    }
  }

  /// The literal of a condition that is not made of others.
  func literal(
    _ condition: Condition, in frame: Frame
  ) throws(AnalysisFailure) -> VariableLiteral {
    switch condition {
    case .fact(let fact): return (try slot(of: fact, in: frame), [false, true])
    case .isIn(let fact, let values):
      let slot = try slot(of: fact, in: frame)
      return (slot, layout.variables[slot].values.map { values.contains($0) })
    case .compare(let a, let relation, let b):
      return try comparison(a, relation, b, in: frame)
    case .compareNumber(let fact, let relation, let number):
      return try comparison(fact, relation, number, in: frame)
    case .related(let task, let name):
      return (try slot(of: RelatedName(related: task, name: name)), [false, true])
    case .relatedIn(let task, let name, let values):
      let slot = try slot(of: RelatedName(related: task, name: name))
      return (slot, layout.variables[slot].values.map { values.contains($0) })
    case .quantified(let quantifier, let each, let body):
      let (universal, isNegated) = UniversalQuantifier.normalized(quantifier, each, body)
      guard let slot = quantifiers[universal] else {
        throw .unsupported("a quantifier over \(each) in this place")
      }
      return (slot, [isNegated, !isNegated])
    case .define(_, let name): throw .inconsistent("the define '\(name)' was not expanded")
    case .constant, .not, .and, .or, .oneOf:
      throw .inconsistent("a condition made of others is taken for a comparison")
    }
  }

  /// Two members of one chain; one of them may be the chain's number.
  private func comparison(
    _ a: FactReference, _ relation: Condition.Relation, _ b: FactReference, in frame: Frame
  ) throws(AnalysisFailure) -> VariableLiteral {
    let slot = try slot(of: FactReference.isNumber(a.name) ? b : a, in: frame)
    guard let chain = layout.variables[slot].chain,
      let i = chain.members.firstIndex(of: a.name), let j = chain.members.firstIndex(of: b.name)
    else {
      throw .inconsistent("'\(a.name)' is compared with '\(b.name)', they are in no chain together")
    }
    return (slot, (0..<chain.count).map { chain.holds(i, relation, j, in: $0) })
  }

  /// An Int and a number: every number that the program mentions cuts the number line, so that an
  /// interval satisfies the comparison wholly or not at all.
  private func comparison(
    _ fact: FactReference, _ relation: Condition.Relation, _ number: Int, in frame: Frame
  ) throws(AnalysisFailure) -> VariableLiteral {
    let slot = try slot(of: fact, in: frame)
    guard let domain = layout.variables[slot].integer else {
      throw .inconsistent("'\(fact.name)' is compared with \(number) and is no Int")
    }
    var permitted: [Bool] = []
    for interval in domain.intervals {
      guard let holds = interval.satisfies(relation, number) else {
        throw .inconsistent(
          "'\(fact.name) \(relation.rawValue) \(number)' divides the interval \(interval.name)")
      }
      permitted.append(holds)
    }
    return (slot, permitted)
  }

  private func slot(of fact: FactReference, in frame: Frame) throws(AnalysisFailure) -> Int {
    guard let slot = frame.slots[fact] else {
      throw .unsupported("the fact '\(fact.name)' in this place")
    }
    return slot
  }

  private func slot(of name: RelatedName) throws(AnalysisFailure) -> Int {
    guard let slot = related[name] else {
      throw .unsupported("'\(name.text)' in this place")
    }
    return slot
  }
}

extension IntegerDomain.Interval {
  /// Whether all its numbers are in the relation to `number`; nil: some are, some are not.
  package func satisfies(_ relation: Condition.Relation, _ number: Int) -> Bool? {
    let isBelow = upper.map { $0 < number } ?? false
    let isAbove = lower.map { $0 > number } ?? false
    switch relation {
    case .less:
      return isBelow ? true : (lower.map { $0 >= number } ?? false) ? false : nil
    case .lessOrEqual:
      return (upper.map { $0 <= number } ?? false) ? true : isAbove ? false : nil
    case .equal:
      return isBelow || isAbove ? false : lower == number && upper == number ? true : nil
    case .greater: return satisfies(.lessOrEqual, number).map { !$0 }
    case .greaterOrEqual: return satisfies(.less, number).map { !$0 }
    case .notEqual: return satisfies(.equal, number).map { !$0 }
    }
  }
}
