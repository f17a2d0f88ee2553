import RulesLanguage

/// Warnings for facts that no condition of the program mentions.
func findUnusedFacts(_ program: Program) -> [Diagnostic] {
  let mentioned = mentionedFacts(program)
  return Scope.all(of: program).flatMap { scope in
    scope.body.variables.compactMap { variable -> Diagnostic? in
      var names = [variable.name]
      if case .chain(let members, _) = variable.kind { names = members }
      let isUsed = names.contains { name in
        mentioned.contains(GlobalFact(task: scope.task.name, each: scope.each?.name, name: name))
      }
      return isUsed
        ? nil
        : Diagnostic(
          "unused-fact", .warning, at: variable.position,
          "no condition mentions '\(variable.name)': it only multiplies the states to count")
    }
  }
}

/// A fact by its place in the program.
struct GlobalFact: Hashable, Sendable {
  var task: String
  var each: String?
  var name: String
}

extension Scope {
  /// Where a fact that this scope sees is declared.
  func globalFact(_ fact: FactReference) -> GlobalFact? {
    switch fact.owner {
    case .task: GlobalFact(task: task.name, each: nil, name: fact.name)
    case .element: each.map { GlobalFact(task: task.name, each: $0.name, name: fact.name) }
    case .foreignTask:
      foreign.map { GlobalFact(task: $0.task.name, each: nil, name: fact.name) }
    case .foreignElement:
      foreign.map { GlobalFact(task: $0.task.name, each: $0.each.name, name: fact.name) }
    }
  }
}

private func mentionedFacts(_ program: Program) -> Set<GlobalFact?> {
  var found: Set<GlobalFact?> = []
  func visit(_ condition: Condition, _ scope: Scope) {
    switch condition {
    case .fact(let fact), .isIn(let fact, _): found.formUnion([scope.globalFact(fact)])
    case .compare(let a, _, let b): found.formUnion([scope.globalFact(a), scope.globalFact(b)])
    case .related(let related, let name):
      guard let task = scope.task.related(related)?.task else { return }
      found.insert(GlobalFact(task: task, each: nil, name: name))
    case .quantified(_, let each, let body):
      visit(body, Scope(scope.program, scope.task, scope.task.each(each)))
    default: for part in condition.parts { visit(part, scope) }
    }
  }
  for scope in Scope.all(of: program) {
    let body = scope.body
    let causes = body.clauses.flatMap(\.causes).compactMap(scope.condition(of:))
    let conditions =
      body.defines.map(\.condition) + body.always.map(\.condition) + body.events.map(\.condition)
      + body.clauses.map(\.condition) + causes
    for condition in conditions { visit(condition, scope) }
  }
  return found
}
