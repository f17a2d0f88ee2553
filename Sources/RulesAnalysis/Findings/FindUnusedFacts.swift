import RulesLanguage

/// Warnings for facts that no condition of the program mentions.
///
/// - Parameter edits: one for each file.
func findUnusedFacts(_ program: Program, _ edits: [SourceEdits]) -> [Diagnostic] {
  let mentioned = mentionedFacts(program)
  let changed = changedFacts(program)
  return Scope.all(of: program).flatMap { scope in
    scope.body.variables.compactMap { variable -> Diagnostic? in
      let facts = variable.factNames.map {
        GlobalFact(task: scope.task.name, each: scope.each?.name, name: $0)
      }
      guard mentioned.isDisjoint(with: facts) else { return nil }
      var fixes: [Diagnostic.Fix] = []
      if changed.isDisjoint(with: facts),
        let edit = edits[variable.position.file].deletion(of: variable)
      {
        fixes = [Diagnostic.Fix("Delete '\(variable.name)'", [edit])]
      }
      return Diagnostic(
        "unused-fact", .warning, at: variable.position,
        "no condition mentions `\(variable.name)`: it only multiplies the states to count",
        fixes: fixes, about: scope.subject)
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
  /// What diagnostics about this scope are about.
  var subject: Diagnostic.Subject {
    Diagnostic.Subject(task: task.name, scope: name)
  }

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

  /// Where the fact that an effect changes is declared.
  func globalFact(_ target: Change.Target) -> GlobalFact? {
    switch target {
    case .fact(let fact): globalFact(fact)
    case .every(let each, let name): GlobalFact(task: task.name, each: each, name: name)
    case .related(let related, let name):
      task.related(related).map { GlobalFact(task: $0.task, each: nil, name: name) }
    }
  }
}

private func mentionedFacts(_ program: Program) -> Set<GlobalFact> {
  var found: Set<GlobalFact> = []
  func add(_ fact: GlobalFact?) {
    if let fact { found.insert(fact) }
  }
  func visit(_ condition: Condition, _ scope: Scope) {
    switch condition {
    case .fact(let fact), .isIn(let fact, _), .compareNumber(let fact, _, _):
      add(scope.globalFact(fact))
    case .compare(let a, _, let b):
      add(scope.globalFact(a))
      add(scope.globalFact(b))
    case .related(let related, let name), .relatedIn(let related, let name, _):
      guard let task = scope.task.related(related)?.task else { return }
      add(GlobalFact(task: task, each: nil, name: name))
    case .quantified(_, let each, let body):
      visit(body, Scope(scope.program, scope.task, scope.task.each(each)))
    default: for part in condition.parts { visit(part, scope) }
    }
  }
  for scope in Scope.all(of: program) {
    let body = scope.body
    for define in body.defines { visit(define.condition, scope) }
    for always in body.always { visit(always.condition, scope) }
    for event in body.events { visit(event.condition, scope) }
    for clause in body.clauses {
      visit(clause.condition, scope)
      for cause in clause.causes {
        if let condition = scope.condition(of: cause) { visit(condition, scope) }
      }
    }
  }
  return found
}
