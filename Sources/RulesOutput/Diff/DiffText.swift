/// The difference for a terminal.
public func diffText(_ difference: RulesDifference) -> String {
  var text = ""
  for scope in difference.removed {
    text += "\(scope.name): removed, with its \(stateCount(scope.states))\n"
  }
  for scope in difference.added {
    text += "\(scope.name): added, with \(stateCount(scope.states))\n"
  }
  text += difference.scopes.map(scopeText).joined()
  return text.isEmpty ? "no scope has a rule, wait or goal\n" : text
}

private func scopeText(_ scope: ScopeDifference) -> String {
  let differing = scope.differing
  let verb = differing == 1 ? "is" : "are"
  var text =
    differing == 0
    ? "\(scope.name): all \(stateCount(scope.compared)) are decided alike\n"
    : "\(scope.name): \(grouped(differing)) of \(stateCount(scope.compared)) \(verb) decided "
      + "differently\n"
  let changes = scope.facts.map(line) + scope.clauses.map(line)
  if !changes.isEmpty { text += changes.map { "  \($0)\n" }.joined() }
  for change in scope.decisions {
    text += "\n  \(stateCount(change.states)): \(change.old.text) -> \(change.new.text)\n"
    let width = change.families.map { grouped($0.size).count }.max() ?? 0
    for family in change.families {
      text += "    \(grouped(family.size).padded(to: width, left: true))  \(family.pattern)\n"
    }
    if change.remainder > 0 && !change.families.isEmpty {
      text += "    and \(grouped(change.remainder)) more\n"
    }
  }
  return text
}

private func line(_ fact: FactChange) -> String {
  let detail = fact.detail.isEmpty ? "" : ": \(fact.detail)"
  return fact.kind.rawValue.padded(to: 8) + "fact \(fact.name)\(detail)"
}

private func line(_ clause: ClauseChange) -> String {
  func name(_ kind: String, _ name: String) -> String { kind == name ? kind : "\(kind) \(name)" }
  return switch clause {
  case .added(let kind, let clause, let handles):
    "added   \(name(kind, clause)): handles \(stateCount(handles))"
  case .removed(let kind, let clause, let handles):
    "removed \(name(kind, clause)): handled \(stateCount(handles))"
  case .renamed(let kind, let from, let to):
    "renamed \(name(kind, from)) -> \(to): the same states"
  case .changed(let kind, let clause, let parts):
    "changed \(name(kind, clause)): another \(parts.map { "`\($0)`" }.joined(separator: ", "))"
  }
}
