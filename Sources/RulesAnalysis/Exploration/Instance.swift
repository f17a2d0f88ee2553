import RulesLanguage

/// One instance of a scope - this replica, some other one, the third one of an `explore` - and what
/// its names mean: which variable of a diagram, or which other instance.
struct Instance {
  let scope: Scope
  /// The variable of each fact that it sees; chain members share theirs.
  var facts: [FactReference: Int] = [:]
  /// Names of related tasks that are variables of their own.
  var related: [RelatedName: Int] = [:]
  /// Quantifiers that are variables of their own, without defines in them.
  var quantifiers: [UniversalQuantifier: Int] = [:]
  /// Related tasks that are instances too.
  var neighbours: [String: Neighbour] = [:]
  /// The instances of the task's eaches, for quantifiers that are no variables.
  var elements: [String: [Int]] = [:]

  enum Neighbour {
    case instance(Int)
    /// There is no such task: its `absent` names are true, all else is false.
    case absent
    /// None of the explored ones: its names are variables.
    case environment
  }

  init(_ scope: Scope) { self.scope = scope }

  /// Sees a variable's facts under its own owner, or as what its each ranges over.
  mutating func bind(_ variable: StateVariable, to index: Int) {
    for fact in variable.facts { facts[fact] = index }
  }

  /// The variable that a declaration of this scope is.
  func slot(_ owner: FactReference.Owner, _ model: VariableModel) -> Int? {
    model.memberNames.lazy.compactMap { self.facts[FactReference(owner, $0)] }.first
  }
}

extension VariableModel {
  /// The fact's name, or the members of the chain (a number among them too).
  var memberNames: [String] {
    if case .chain(let members, _) = kind { return members }
    return [name]
  }
}

/// Conditions of several instances as functions of one diagram.
struct InstanceLowering {
  var diagram: DecisionDiagram
  let variables: [StateVariable]
  var instances: [Instance]
  /// Names of related instances being lowered: one that is met again depends on itself.
  private var open: [OpenName] = []
  private struct OpenName: Equatable { var instance: Int, name: String }

  init(_ variables: [StateVariable], _ instances: [Instance]) {
    self.variables = variables
    self.instances = instances
    diagram = DecisionDiagram(domainSizes: variables.map(\.values.count))
  }

  /// The node of a condition as an instance's scope writes it.
  mutating func lower(
    _ condition: Condition, for instance: Int
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    try lowerExpanded(try instances[instance].scope.expand(condition), for: instance)
  }

  mutating func lowerExpanded(
    _ condition: Condition, for instance: Int
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    switch condition {
    case .constant(let holds): return holds ? DecisionDiagram.always : DecisionDiagram.never
    case .fact(let fact):
      return try diagram.literal(try slot(of: fact, instance), in: [1])
    case .isIn(let fact, let values):
      return try literal(try slot(of: fact, instance), values)
    case .compare(let a, let relation, let b):
      return try lowerComparison(a, relation, b, instance)
    case .compareNumber(let fact, let relation, let number):
      return try lowerComparison(fact, relation, number, instance)
    case .define(_, let name): throw .unsupported("the define '\(name)' was not expanded")
    case .related(let related, let name):
      return try lowerRelated(related, name, ["true"], instance)
    case .relatedIn(let related, let name, let values):
      return try lowerRelated(related, name, values, instance)
    case .not(let part): return try diagram.not(try lowerExpanded(part, for: instance))
    case .and(let parts):
      var all = DecisionDiagram.always
      for part in parts { all = try diagram.and(all, try lowerExpanded(part, for: instance)) }
      return all
    case .or(let parts):
      var any = DecisionDiagram.never
      for part in parts { any = try diagram.or(any, try lowerExpanded(part, for: instance)) }
      return any
    case .oneOf(let parts):
      var none = DecisionDiagram.always
      var one = DecisionDiagram.never
      for part in parts {
        let holds = try lowerExpanded(part, for: instance)
        let fails = try diagram.not(holds)
        one = try diagram.or(try diagram.and(one, fails), try diagram.and(none, holds))
        none = try diagram.and(none, fails)
      }
      return one
    case .quantified(let quantifier, let each, let body):
      let (universal, isNegated) = UniversalQuantifier.normalized(quantifier, each, body)
      let all = try lowerUniversal(universal, instance)
      return isNegated ? try diagram.not(all) : all
    }
  }

  private mutating func lowerUniversal(
    _ quantifier: UniversalQuantifier, _ instance: Int
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    if let slot = instances[instance].quantifiers[quantifier] {
      return try diagram.literal(slot, in: [1])
    }
    guard let elements = instances[instance].elements[quantifier.each] else {
      throw .unsupported("a quantifier over \(quantifier.each) in this place")
    }
    var all = DecisionDiagram.always
    for element in elements {
      all = try diagram.and(all, try lowerExpanded(quantifier.body, for: element))
    }
    return all
  }

  private mutating func lowerRelated(
    _ related: String, _ name: String, _ values: [String], _ instance: Int
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    if let slot = instances[instance].related[RelatedName(related: related, name: name)] {
      return try literal(slot, values)
    }
    switch instances[instance].neighbours[related] {
    case .absent:
      let isTrue = instances[instance].scope.task.related(related)?.absent.contains(name) ?? false
      return isTrue ? DecisionDiagram.always : DecisionDiagram.never
    case .instance(let neighbour):
      let opened = OpenName(instance: neighbour, name: name)
      guard !open.contains(opened) else { throw .unsupported("'\(name)' depends on itself") }
      open.append(opened)
      defer { open.removeLast() }
      let scope = instances[neighbour].scope
      guard let condition = scope.condition(of: .name(name)) else { break }
      if case .fact(let fact) = condition, scope.enumValues(of: fact) != nil {
        return try lowerExpanded(.isIn(fact, values: values), for: neighbour)
      }
      return try lower(condition, for: neighbour)
    case .environment, nil: break
    }
    throw .unsupported("'\(related).\(name)' in this place")
  }

  private mutating func lowerComparison(
    _ a: FactReference, _ relation: Condition.Relation, _ b: FactReference, _ instance: Int
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let facts = instances[instance].facts
    // A number may be a member of several chains; the other side says of which.
    guard let slot = facts[Int(a.name) == nil ? a : b], let chain = variables[slot].chain,
      let i = chain.members.firstIndex(of: a.name), let j = chain.members.firstIndex(of: b.name)
    else {
      throw .unsupported("comparing '\(a.name)' with '\(b.name)', which are in no chain together")
    }
    return try diagram.literal(
      slot, in: (0..<chain.count).filter { chain.holds(i, relation, j, in: $0) })
  }

  private mutating func lowerComparison(
    _ fact: FactReference, _ relation: Condition.Relation, _ number: Int, _ instance: Int
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let slot = try slot(of: fact, instance)
    guard case .fact(_, let model) = variables[slot].origin, case .integer(let domain) = model.kind
    else { throw .unsupported("comparing '\(fact.name)' with a number") }
    // No mentioned number lies inside an interval, so each of its numbers compares alike.
    let intervals = domain.intervals
    return try diagram.literal(
      slot,
      in: intervals.indices.filter {
        relation.holds(intervals[$0].lower ?? intervals[$0].upper ?? 0, number)
      })
  }

  private mutating func literal(
    _ slot: Int, _ values: [String]
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let names = variables[slot].values
    return try diagram.literal(slot, in: names.indices.filter { values.contains(names[$0]) })
  }

  private func slot(of fact: FactReference, _ instance: Int) throws(AnalysisFailure) -> Int {
    guard let slot = instances[instance].facts[fact] else {
      throw .unsupported("the fact '\(fact.name)' in this place")
    }
    return slot
  }
}

extension Condition.Relation {
  /// Whether `a relation b`.
  fileprivate func holds(_ a: Int, _ b: Int) -> Bool {
    switch self {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }
}

extension InstanceLowering {
  /// Where an instance's invariants hold, and those of what its each ranges over.
  mutating func always(of instance: Int) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let scope = instances[instance].scope
    var all = DecisionDiagram.always
    for always in scope.always {
      all = try diagram.and(all, try lower(always.condition, for: instance))
    }
    guard let foreign = scope.foreignScope else { return all }
    for always in foreign.always {
      let condition = try foreign.expand(always.condition).seenFromVisitor
      all = try diagram.and(all, try lowerExpanded(condition, for: instance))
    }
    return all
  }

  /// Where a clause of an instance wins, as far as its condition and those of the clauses over it
  /// say.
  mutating func wins(
    _ clause: Int, of instance: Int, _ overrulers: [Set<Int>]
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let clauses = instances[instance].scope.clauses
    var node = try lower(clauses[clause].condition, for: instance)
    for other in overrulers[clause].sorted() {
      let holds = try lower(clauses[other].condition, for: instance)
      node = try diagram.and(node, try diagram.not(holds))
    }
    return node
  }
}
