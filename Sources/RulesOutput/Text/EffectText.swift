import RulesLanguage

/// The alternatives of a `then` in the words of the rules: `server = chosen or stay after 100 ms`;
/// `stay` where there are none. A `forget` is shown as what it means, `= any`.
package func effectsText(_ effects: [Effect]) -> String {
  effects.isEmpty ? "stay" : effects.map(effectText).joined(separator: " or ")
}

private func effectText(_ effect: Effect) -> String {
  switch effect {
  case .stay(nil): "stay"
  case .stay(let milliseconds?): "stay after \(durationText(milliseconds))"
  case .changes(let changes):
    changes.map { "\(targetText($0.target)) = \(valueText($0.value))" }.joined(separator: ", ")
  }
}

private func targetText(_ target: Change.Target) -> String {
  switch target {
  case .fact(let fact): fact.name
  case .every(let each, let fact): "\(each).\(fact)"
  case .related(let related, let fact): "\(related).\(fact)"
  }
}

private func valueText(_ value: Change.Value) -> String {
  switch value {
  case .exactly(let value): value
  case .any: "any"
  case .anyOf(let values): "any { \(values.joined(separator: ", ")) }"
  case .range(let from, let includesFrom, let to, let includesTo):
    "any in \(includesFrom ? "[" : "(")\(from), \(to)\(includesTo ? "]" : ")")"
  }
}

/// In the largest unit that is exact.
private func durationText(_ milliseconds: Int) -> String {
  if milliseconds > 0, milliseconds % 60_000 == 0 { return "\(milliseconds / 60_000) min" }
  if milliseconds > 0, milliseconds % 1_000 == 0 { return "\(milliseconds / 1_000) s" }
  return "\(milliseconds) ms"
}
