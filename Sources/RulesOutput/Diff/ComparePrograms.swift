import RulesAnalysis

/// Compares two versions of a rules program: which states does the new one decide differently?
///
/// Scopes, facts and clauses are matched by name, a clause whose name is gone by its states. What
/// is decided is the class of a state and the clauses that make it so; of what a clause does then,
/// its `do`, `then` and `for` are compared as written.
///
/// - Throws: when a scope is too large to be compared.
public func comparePrograms(_ old: Analysis, _ new: Analysis) throws -> RulesDifference {
  var difference = RulesDifference()
  for scope in new.scopes {
    guard let former = old.scopes.first(where: { $0.name == scope.name }) else {
      difference.added.append(.init(name: scope.name, states: scope.counts.consistent))
      continue
    }
    difference.scopes.append(try compareScopes(former, scope))
  }
  difference.removed = old.scopes.filter { former in
    !new.scopes.contains { $0.name == former.name }
  }.map { .init(name: $0.name, states: $0.counts.consistent) }
  return difference
}
