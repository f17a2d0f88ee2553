import RulesLanguage

/// A rule or event, and the facts it may change.
struct Changer {
  /// One fact, and the way to the instance that has it.
  struct Change: Hashable {
    var fact: GlobalFact
    /// From the task (or, for another task's each, the element) to the task of the fact; empty: the
    /// task's own.
    var steps: [WakeUp.Step]
    /// Whether it belongs to an element that the scope only visits.
    var isForeign: Bool
  }

  var scope: Scope
  var name: String
  var position: SourcePosition
  var isEvent: Bool
  /// Each once, in text order.
  var changes: [Change]

  /// `Segment.R3`
  var qualifiedName: String { scope.task.name + "." + name }

  /// The rules, then the events of a scope.
  static func all(of scope: Scope) -> [Changer] {
    let rules = scope.clauses.compactMap { clause -> Changer? in
      guard case .rule(_, let effects) = clause.kind else { return nil }
      return Changer(
        scope: scope, name: clause.name, position: clause.position, isEvent: false,
        changes: changes(effects, scope))
    }
    let events = scope.body.events.map {
      Changer(
        scope: scope, name: $0.name, position: $0.position, isEvent: true,
        changes: changes($0.effects, scope))
    }
    return rules + events
  }

  private static func changes(_ effects: [Effect], _ scope: Scope) -> [Change] {
    var found: [Change] = []
    for case .changes(let changes) in effects {
      for target in changes.map(\.target) {
        guard let fact = scope.globalFact(target) else { continue }
        var change = Change(fact: fact, steps: [], isForeign: false)
        switch target {
        case .fact(let reference):
          change.isForeign =
            reference.owner == .foreignTask || reference.owner == .foreignElement
          if change.isForeign { change.steps = [.owner(task: fact.task)] }
        case .every: break
        case .related(let name, _):
          let isOptional = scope.task.related(name)?.isOptional ?? false
          change.steps = [.related(name, isOptional: isOptional)]
        }
        if !found.contains(change) { found.append(change) }
      }
    }
    return found
  }
}

/// All rules and events of a program, and who of them changes a fact.
struct Changers {
  let all: [Changer]
  private var byFact: [GlobalFact: [(changer: Int, change: Changer.Change)]] = [:]

  init(_ program: Program) {
    all = Scope.all(of: program).flatMap(Changer.all(of:))
    for (index, changer) in all.enumerated() {
      for change in changer.changes { byFact[change.fact, default: []].append((index, change)) }
    }
  }

  /// In text order.
  func changing(_ fact: GlobalFact) -> [(changer: Changer, change: Changer.Change)] {
    (byFact[fact] ?? []).map { (all[$0.changer], $0.change) }
  }
}

/// For each clause of a scope the rules and events that wake it, sorted by name: what a wait waits
/// for comes about only through these. Empty for rules and goals.
func wakes(of scope: Scope, _ changers: Changers) -> [[String]] {
  scope.clauses.map { clause in
    var names: Set<String> = []
    for cause in clause.causes {
      if case .event(let event) = cause { names.insert(scope.task.name + "." + event) }
      guard let condition = scope.condition(of: cause) else { continue }
      for dependency in dependencies(of: condition, in: scope) {
        names.formUnion(changers.changing(dependency.fact).map(\.changer.qualifiedName))
      }
    }
    return names.sorted()
  }
}
