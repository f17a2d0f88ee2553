import RulesLanguage

/// A fact that a wait's cause depends on, as seen from the waiting task.
struct Dependency: Hashable {
  /// The relateds that lead from the waiting task to the task of the fact; empty: its own.
  var path: [RelatedModel]
  var fact: GlobalFact
  /// Whether the fact belongs to an element that the waiting task only visits.
  var isForeign: Bool

  static func == (a: Self, b: Self) -> Bool {
    a.path.map(\.name) == b.path.map(\.name) && a.fact == b.fact && a.isForeign == b.isForeign
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(path.map(\.name))
    hasher.combine(fact)
  }
}

/// Every fact that a condition of a scope depends on, through defines, relateds and quantifiers.
///
/// A define that depends on itself through relateds (`closed` of the prior's prior ...) would lead
/// on without end; it is followed once per name.
func dependencies(of condition: Condition, in scope: Scope) -> [Dependency] {
  var found: [Dependency] = []
  var visited: Set<String> = []

  func visit(_ condition: Condition, _ scope: Scope, _ path: [RelatedModel], foreign: Bool) {
    switch condition {
    case .fact(let fact), .isIn(let fact, _), .compareNumber(let fact, _, _):
      add(fact, scope, path, foreign)
    case .compare(let a, _, let b):
      add(a, scope, path, foreign)
      add(b, scope, path, foreign)
    case .define(let owner, let name):
      let isForeign = owner == .foreignTask || owner == .foreignElement
      let home = isForeign ? scope.foreignScope : scope
      let isOfTask = owner == .task || owner == .foreignTask
      let body = isOfTask ? home?.task.body : home?.each?.body
      guard let home, let define = body?.define(name) else { return }
      visit(define.condition, home, path, foreign: foreign || isForeign)
    case .related(let name, let property), .relatedIn(let name, let property, _):
      guard let related = scope.task.related(name), let task = scope.program.task(related.task),
        visited.insert("\(scope.task.name).\(name).\(property)").inserted
      else { return }
      let home = Scope(scope.program, task, nil)
      guard let condition = home.condition(of: .name(property)) else { return }
      visit(condition, home, path + [related], foreign: foreign)
    case .quantified(_, let each, let body):
      visit(
        body, Scope(scope.program, scope.task, scope.task.each(each)), path, foreign: foreign)
    case .constant, .not, .and, .or, .oneOf:
      for part in condition.parts { visit(part, scope, path, foreign: foreign) }
    }
  }

  func add(_ fact: FactReference, _ scope: Scope, _ path: [RelatedModel], _ foreign: Bool) {
    guard let global = scope.globalFact(fact) else { return }
    let isForeign = foreign || fact.owner == .foreignTask || fact.owner == .foreignElement
    let dependency = Dependency(path: path, fact: global, isForeign: isForeign)
    if !found.contains(dependency) { found.append(dependency) }
  }

  visit(condition, scope, [], foreign: false)
  return found
}

extension Scope {
  /// The scope that this one ranges over.
  var foreignScope: Scope? { foreign.map { Scope(program, $0.task, $0.each) } }
}
