import RulesLanguage

/// Exploration by the language's definition, word for word: every state of every scope is written
/// down, and every move is looked for in every state. Written without the analyser's code, so that
/// the two can be compared.
final class NaiveWorld {
  /// Bool 0 or 1, an enum's index, a number inside the interval, a chain member's rank.
  typealias Facts = [FactReference: Int]

  struct Atom: Hashable { var related: String, name: String }

  struct State: Hashable {
    var facts: Facts
    var related: [Atom: Bool] = [:]
    /// By meaning.
    var quantifiers: [Int: Bool] = [:]
  }

  /// A scope: a task or an each, and what the each ranges over.
  struct Place {
    let task: TaskModel
    let each: EachModel?
    let foreignTask: TaskModel?
    let foreignEach: EachModel?
    let name: String
    let variables: [(FactReference.Owner, VariableModel)]
    /// None or one.
    private let hosts: [Place]

    var body: ScopeBody { each?.body ?? task.body }
    var host: Place? { hosts.first }

    init(
      task: TaskModel, each: EachModel? = nil, foreignTask: TaskModel? = nil,
      foreignEach: EachModel? = nil
    ) {
      (self.task, self.each) = (task, each)
      (self.foreignTask, self.foreignEach) = (foreignTask, foreignEach)
      name = task.name + (each.map { "." + $0.name } ?? "")
      var all: [(FactReference.Owner, VariableModel)] = []
      all += task.body.variables.map { (.task, $0) }
      all += (each?.body.variables ?? []).map { (.element, $0) }
      all += (foreignTask?.body.variables ?? []).map { (.foreignTask, $0) }
      all += (foreignEach?.body.variables ?? []).map { (.foreignElement, $0) }
      variables = all
      hosts = foreignTask.map { [Place(task: $0, each: foreignEach)] } ?? []
    }
  }

  /// What a quantifier says: over which each, and its body in every combination of facts.
  private struct Meaning: Hashable { var task: String, each: String, table: [Bool] }
  private var meanings: [Meaning: Int] = [:]
  private var knownMeanings: [Condition: Int] = [:]
  private(set) var bodies: [Int: (task: String, each: String, body: Condition)] = [:]

  /// What changes make of variables, once found.
  var knownOutcomes: [OutcomeKey: [Facts]] = [:]
  /// Spaces once made, by name.
  var spaces: [String: Space] = [:]
  let program: Program
  let places: [Place]

  init(_ program: Program) {
    self.program = program
    var places: [Place] = []
    for task in program.tasks {
      places.append(Place(task: task))
      for each in task.eaches {
        guard case .each(let host, let name) = each.element else {
          places.append(Place(task: task, each: each))
          continue
        }
        let foreignTask = program.tasks.first { $0.name == host }
        places.append(
          Place(
            task: task, each: each, foreignTask: foreignTask,
            foreignEach: foreignTask?.eaches.first { $0.name == name }))
      }
    }
    self.places = places
  }

  func place(_ task: String, _ each: String?) -> Place? {
    places.first { $0.task.name == task && $0.each?.name == each }
  }

  // MARK: Values

  func assignments(_ model: VariableModel, _ owner: FactReference.Owner) -> [Facts] {
    let key = VariableKey(owner, model)
    if let known = knownAssignments[key] { return known }
    let found = findAssignments(model, owner)
    knownAssignments[key] = found
    return found
  }
  private var knownAssignments: [VariableKey: [Facts]] = [:]

  private func findAssignments(_ model: VariableModel, _ owner: FactReference.Owner) -> [Facts] {
    func single(_ values: some Sequence<Int>) -> [Facts] {
      values.map { [FactReference(owner, model.name): $0] }
    }
    switch model.kind {
    case .bool: return single(0...1)
    case .enumeration(let name):
      return single((program.enums.first { $0.name == name }?.values ?? []).indices)
    case .integer(let domain): return single(domain.intervals.map(Self.sample))
    case .chain(let members, let links):
      var ranks: [[Int]] = [[0]]
      for link in links {
        ranks = ranks.flatMap { so in
          let last = so[so.count - 1]
          return (link == .less ? [last + 1] : [last, last + 1]).map { so + [$0] }
        }
      }
      return ranks.map { rank in
        Facts(uniqueKeysWithValues: zip(members, rank).map { (FactReference(owner, $0), $1) })
      }
    }
  }

  static func sample(_ interval: IntegerDomain.Interval) -> Int {
    interval.lower ?? interval.upper ?? 0
  }

  func combinations(_ variables: [(FactReference.Owner, VariableModel)]) -> [Facts] {
    variables.reduce([[:]]) { so, variable in
      let values = assignments(variable.1, variable.0)
      return so.flatMap { facts in values.map { facts.merging($0) { a, _ in a } } }
    }
  }

  // MARK: Conditions

  func holds(_ condition: Condition, _ state: State, _ place: Place) -> Bool {
    func fact(_ reference: FactReference) -> Int { state.facts[reference] ?? -99 }
    func compare(_ a: Int, _ relation: Condition.Relation, _ b: Int) -> Bool {
      switch relation {
      case .equal: a == b
      case .notEqual: a != b
      case .less: a < b
      case .lessOrEqual: a <= b
      case .greater: a > b
      case .greaterOrEqual: a >= b
      }
    }
    switch condition {
    case .constant(let value): return value
    case .fact(let reference): return fact(reference) == 1
    case .isIn(let reference, let values):
      let names = place.variables.first { $0.0 == reference.owner && $0.1.name == reference.name }
      guard case .enumeration(let type)? = names?.1.kind,
        let all = program.enums.first(where: { $0.name == type })?.values
      else { return false }
      return values.contains(all[fact(reference)])
    case .compare(let a, let relation, let b): return compare(fact(a), relation, fact(b))
    case .compareNumber(let a, let relation, let b): return compare(fact(a), relation, b)
    case .define(let owner, let name):
      let body: ScopeBody?
      switch owner {
      case .task: body = place.task.body
      case .element: body = place.each?.body
      case .foreignTask, .foreignElement:
        guard let host = place.host else { return false }
        let body = owner == .foreignTask ? host.task.body : host.each?.body
        let define = body?.defines.first { $0.name == name }?.condition ?? .constant(false)
        return holds(define, State(facts: Self.hostFacts(state.facts)), host)
      }
      return holds(
        body?.defines.first { $0.name == name }?.condition ?? .constant(false), state, place)
    case .related(let related, let name), .relatedIn(let related, let name, _):
      return state.related[Atom(related: related, name: name)] ?? false
    case .not(let part): return !holds(part, state, place)
    case .and(let parts): return parts.allSatisfy { holds($0, state, place) }
    case .or(let parts): return parts.contains { holds($0, state, place) }
    case .oneOf(let parts): return parts.filter { holds($0, state, place) }.count == 1
    case .quantified(let quantifier, let each, let body):
      switch quantifier {
      case .all: return state.quantifiers[meaning(place.task.name, each, body)] ?? false
      case .some: return !(state.quantifiers[meaning(place.task.name, each, .not(body))] ?? true)
      case .none: return state.quantifiers[meaning(place.task.name, each, .not(body))] ?? false
      }
    }
  }

  /// The facts of what an each ranges over, in its own words.
  static func hostFacts(_ facts: Facts) -> Facts {
    var own: Facts = [:]
    for (fact, value) in facts {
      if fact.owner == .foreignTask { own[FactReference(.task, fact.name)] = value }
      if fact.owner == .foreignElement { own[FactReference(.element, fact.name)] = value }
    }
    return own
  }

  func meaning(_ task: String, _ each: String, _ body: Condition) -> Int {
    let key = Condition.quantified(.all, each: task + "." + each, body)
    if let known = knownMeanings[key] { return known }
    guard let place = place(task, each) else { return -1 }
    let table = combinations(place.variables).map { holds(body, State(facts: $0), place) }
    let meaning = Meaning(task: task, each: each, table: table)
    let number = meanings[meaning] ?? meanings.count
    meanings[meaning] = number
    knownMeanings[key] = number
    if bodies[number] == nil { bodies[number] = (task, each, body) }
    return number
  }

  // MARK: Consistency

  /// Whether the invariants of an instance hold, leaving what it ranges over aside.
  func isPermitted(_ facts: Facts, _ place: Place) -> Bool {
    (place.task.body.always + (place.each?.body.always ?? [])).allSatisfy {
      holds($0.condition, State(facts: facts), place)
    }
  }

  /// The consistent combinations of everything an instance sees.
  func members(_ place: Place) -> [Facts] {
    if let known = knownMembers[place.name] { return known }
    let found = combinations(place.variables).filter { facts in
      guard isPermitted(facts, place) else { return false }
      guard let host = place.host else { return true }
      return isPermitted(Self.hostFacts(facts), host)
    }
    knownMembers[place.name] = found
    return found
  }
  private var knownMembers: [String: [Facts]] = [:]

  /// Whether some set of an each's instances over these task facts gives these quantifiers, with
  /// members of certain kinds in it (a kind: how the bodies are in an instance; one of several).
  func isRealizable(
    _ task: String, _ each: String, _ taskFacts: Facts, _ valuation: [Int: Bool],
    present: [Set<[Int: Bool]>]
  ) -> Bool {
    let key = RealizableKey(
      each: task + "." + each, taskFacts: taskFacts, valuation: valuation, present: present)
    if let known = knownRealizable[key] { return known }
    guard let place = place(task, each) else { return false }
    let kinds = Array(
      Set(
        members(place).filter { facts in
          facts.filter { $0.key.owner == .task } == taskFacts
        }.map { kind(of: $0, place, valuation.keys) }))
    let found = (1..<(1 << kinds.count)).contains { subset in
      let set = kinds.indices.filter { subset & (1 << $0) != 0 }.map { kinds[$0] }
      return present.allSatisfy { options in set.contains { options.contains($0) } }
        && valuation.allSatisfy { key, value in set.allSatisfy { $0[key] == true } == value }
    }
    knownRealizable[key] = found
    return found
  }
  private struct RealizableKey: Hashable {
    var each: String
    var taskFacts: Facts
    var valuation: [Int: Bool]
    var present: [Set<[Int: Bool]>]
  }
  private var knownRealizable: [RealizableKey: Bool] = [:]

  func kind(of facts: Facts, _ place: Place, _ meanings: some Sequence<Int>) -> [Int: Bool] {
    var kind: [Int: Bool] = [:]
    for meaning in meanings {
      kind[meaning] = bodies[meaning].map { holds($0.body, State(facts: facts), place) }
    }
    return kind
  }

  /// The kinds that an instance of which only some facts are seen can be of.
  func kinds(of seen: Facts, _ place: Place, _ meanings: [Int]) -> Set<[Int: Bool]> {
    Set(
      members(place).filter { facts in seen.allSatisfy { facts[$0.key] == $0.value } }
        .map { kind(of: $0, place, meanings) })
  }
}
