import RulesLanguage

/// The language's definition, word for word and as slow as that is: every state is written down.
/// Written without the analyser's code, so that the two can be compared.
struct NaiveScope {
  enum Value: Hashable {
    case bool(Bool)
    case name(String)
    case int(Int)
  }
  typealias Facts = [FactReference: Value]
  struct Atom: Hashable { var related: String, name: String }
  /// A quantifier by its each and its body's value in every combination of facts (a number for
  /// each such table).
  struct Meaning: Hashable { var each: String, table: Int }
  struct State: Hashable {
    var facts: Facts
    var related: [Atom: Value]
    var quantifiers: [Meaning: Bool]
  }
  enum Class: Hashable {
    case rule(Int)
    case goal, wait, unhandled, overlap
  }

  let program: Program
  let task: TaskModel
  let each: EachModel?
  var foreignTask: TaskModel?
  var foreignEach: EachModel?

  init(_ program: Program, _ task: TaskModel, _ each: EachModel?) {
    self.program = program
    self.task = task
    self.each = each
    if case .each(let task, let name)? = each?.element {
      foreignTask = program.tasks.first { $0.name == task }
      foreignEach = foreignTask?.eaches.first { $0.name == name }
    }
  }

  var clauses: [ClauseModel] { (each?.body ?? task.body).clauses }

  // MARK: Values

  static func assignments(_ variable: VariableModel, _ owner: FactReference.Owner) -> [Facts] {
    switch variable.kind {
    case .bool:
      return [false, true].map { [FactReference(owner, variable.name): .bool($0)] }
    case .enumeration:
      return ["red", "green", "blue"].map { [FactReference(owner, variable.name): .name($0)] }
    case .integer(let domain):
      return domain.intervals.map {
        [FactReference(owner, variable.name): .int($0.lower ?? $0.upper ?? 0)]
      }
    case .chain(let members, let links):
      var ranks: [[Int]] = [[0]]
      for link in links {
        ranks = ranks.flatMap { so in
          let last = so[so.count - 1]
          return (link == .less ? [last + 1] : [last, last + 1]).map { so + [$0] }
        }
      }
      return ranks.map { rank in
        Facts(
          uniqueKeysWithValues: zip(members, rank).map {
            (FactReference(owner, key($0, in: variable)), Value.int($1))
          })
      }
    }
  }

  /// Two chains may have the same number: it is a member of each.
  static func key(_ member: String, in variable: VariableModel) -> String {
    member.first?.isNumber == true ? "\(member) of \(variable.name)" : member
  }

  /// The ranks of two members of one chain, of which one may be a number.
  private func rank(_ fact: FactReference, beside other: FactReference, _ facts: Facts) -> Value? {
    guard fact.name.first?.isNumber == true else { return facts[fact] }
    let body: ScopeBody? =
      switch other.owner {
      case .task: task.body
      case .element: each?.body
      case .foreignTask: foreignTask?.body
      case .foreignElement: foreignEach?.body
      }
    let chain = body?.variables.first {
      if case .chain(let members, _) = $0.kind { return members.contains(other.name) }
      return false
    }
    return chain.flatMap { facts[FactReference(other.owner, Self.key(fact.name, in: $0))] }
  }

  static func product(_ factors: [[Facts]]) -> [Facts] {
    factors.reduce([[:]]) { states, factor in
      states.flatMap { state in factor.map { state.merging($0) { a, _ in a } } }
    }
  }

  static func all(_ variables: [VariableModel], _ owner: FactReference.Owner) -> [Facts] {
    product(variables.map { assignments($0, owner) })
  }

  /// Every combination of the facts of an instance, foreign ones included.
  func instances(of each: EachModel?) -> [Facts] {
    let scope = NaiveScope(program, task, each)
    return Self.product([
      Self.all(task.body.variables, .task), Self.all(each?.body.variables ?? [], .element),
      Self.all(scope.foreignTask?.body.variables ?? [], .foreignTask),
      Self.all(scope.foreignEach?.body.variables ?? [], .foreignElement),
    ])
  }

  // MARK: Conditions

  static func holds(_ x: Int, _ relation: Condition.Relation, _ y: Int) -> Bool {
    switch relation {
    case .equal: x == y
    case .notEqual: x != y
    case .less: x < y
    case .lessOrEqual: x <= y
    case .greater: x > y
    case .greaterOrEqual: x >= y
    }
  }

  func holds(
    _ condition: Condition, _ facts: Facts, _ related: [Atom: Value] = [:],
    _ quantifiers: [Meaning: Bool] = [:]
  ) -> Bool {
    func holds(_ part: Condition) -> Bool { self.holds(part, facts, related, quantifiers) }
    switch condition {
    case .constant(let value): return value
    case .fact(let fact): return facts[fact] == .bool(true)
    case .isIn(let fact, let values):
      guard case .name(let value)? = facts[fact] else { return false }
      return values.contains(value)
    case .compare(let a, let relation, let b):
      guard case .int(let x)? = rank(a, beside: b, facts),
        case .int(let y)? = rank(b, beside: a, facts)
      else { return false }
      return Self.holds(x, relation, y)
    case .compareNumber(let fact, let relation, let number):
      guard case .int(let x)? = facts[fact] else { return false }
      return Self.holds(x, relation, number)
    case .define(let owner, let name):
      let foreign = foreignTask.map { NaiveScope(program, $0, foreignEach) }
      switch owner {
      case .task: return holds(define(task.body, name))
      case .element: return holds(define(each?.body, name))
      case .foreignTask:
        return foreign?.holds(define(foreignTask?.body, name), Self.foreign(facts)) ?? false
      case .foreignElement:
        return foreign?.holds(define(foreignEach?.body, name), Self.foreign(facts)) ?? false
      }
    case .related(let name, let property):
      return related[Atom(related: name, name: property)] == .bool(true)
    case .relatedIn(let name, let property, let values):
      guard case .name(let value)? = related[Atom(related: name, name: property)]
      else { return false }
      return values.contains(value)
    case .not(let part): return !holds(part)
    case .and(let parts): return parts.allSatisfy(holds)
    case .or(let parts): return parts.contains(where: holds)
    case .oneOf(let parts): return parts.filter(holds).count == 1
    case .quantified(let quantifier, let each, let body):
      switch quantifier {
      case .all: return quantifiers[meaning(each, body)] ?? false
      case .some: return !(quantifiers[meaning(each, .not(body))] ?? true)
      case .none: return quantifiers[meaning(each, .not(body))] ?? false
      }
    }
  }

  func holds(_ condition: Condition, _ state: State) -> Bool {
    holds(condition, state.facts, state.related, state.quantifiers)
  }

  private func define(_ body: ScopeBody?, _ name: String) -> Condition {
    body?.defines.first { $0.name == name }?.condition ?? .constant(false)
  }

  /// The foreign facts, in the words of their own task.
  static func foreign(_ facts: Facts) -> Facts {
    var own: Facts = [:]
    for (fact, value) in facts {
      if fact.owner == .foreignTask { own[FactReference(.task, fact.name)] = value }
      if fact.owner == .foreignElement { own[FactReference(.element, fact.name)] = value }
    }
    return own
  }

  /// Tables once made; a table is asked for in every state.
  final class Meanings {
    var made: [Condition: Meaning] = [:]
    var tables: [[Bool]] = []
  }
  private let meanings = Meanings()

  func meaning(_ each: String, _ body: Condition) -> Meaning {
    let key = Condition.quantified(.all, each: each, body)
    if let made = meanings.made[key] { return made }
    let model = task.eaches.first { $0.name == each }
    let scope = NaiveScope(program, task, model)
    let table = instances(of: model).map { scope.holds(body, $0) }
    if !meanings.tables.contains(table) { meanings.tables.append(table) }
    let meaning = Meaning(each: each, table: meanings.tables.firstIndex(of: table) ?? -1)
    meanings.made[key] = meaning
    return meaning
  }

  // MARK: Consistency

  /// Whether all `always` of an instance hold, its foreign part's included.
  func isConsistent(_ facts: Facts) -> Bool {
    let own = task.body.always + (each?.body.always ?? [])
    guard own.allSatisfy({ holds($0.condition, facts) }) else { return false }
    guard let foreignTask else { return true }
    return NaiveScope(program, foreignTask, foreignEach).isConsistent(Self.foreign(facts))
  }

  struct Mentioned {
    var facts: Set<FactReference> = []
    /// With the number of values: 3 for an enum.
    var related: [Atom: Int] = [:]
    var quantifiers: Set<Meaning> = []
    var bodies: [Meaning: Condition] = [:]
  }

  func mention(_ condition: Condition, _ found: inout Mentioned) {
    switch condition {
    case .constant: break
    case .fact(let fact), .isIn(let fact, _), .compareNumber(let fact, _, _):
      found.facts.insert(fact)
    case .compare(let a, _, let b): found.facts.formUnion([a, b])
    case .related(let name, let property):
      found.related[Atom(related: name, name: property)] = 2
    case .relatedIn(let name, let property, _):
      found.related[Atom(related: name, name: property)] = 3
    case .not(let part): mention(part, &found)
    case .and(let parts), .or(let parts), .oneOf(let parts):
      for part in parts { mention(part, &found) }
    case .define(let owner, let name):
      switch owner {
      case .task: mention(define(task.body, name), &found)
      case .element: mention(define(each?.body, name), &found)
      case .foreignTask, .foreignElement:
        guard let foreignTask else { return }
        var inside = Mentioned()
        let body = owner == .foreignTask ? foreignTask.body : foreignEach?.body
        NaiveScope(program, foreignTask, foreignEach).mention(define(body, name), &inside)
        for fact in inside.facts {
          let owner: FactReference.Owner =
            fact.owner == .task ? .foreignTask : .foreignElement
          found.facts.insert(FactReference(owner, fact.name))
        }
      }
    case .quantified(let quantifier, let eachName, let body):
      let universal = quantifier == .all ? body : .not(body)
      let meaning = meaning(eachName, universal)
      found.quantifiers.insert(meaning)
      found.bodies[meaning] = universal
      if eachName == each?.name {
        var inside = Mentioned()
        mention(body, &inside)
        found.facts.formUnion(
          inside.facts.filter { $0.owner == .foreignTask || $0.owner == .foreignElement })
      }
    }
  }
}
