import RulesAnalysis
import RulesLanguage

extension CommonSpace {
  /// The variables that the two versions do not have alike.
  func factChanges(old: [StateVariable], new: [StateVariable]) -> [FactChange] {
    variables.compactMap { variable in
      switch (variable.old, variable.new) {
      case (nil, _): FactChange(kind: .added, name: variable.meaning.name, detail: "")
      case (_, nil): FactChange(kind: .removed, name: variable.meaning.name, detail: "")
      case (let oldView?, let newView?):
        change(variable.meaning, old[oldView.variable], new[newView.variable])
      }
    }
  }

  private func change(
    _ meaning: StateVariable, _ old: StateVariable, _ new: StateVariable
  ) -> FactChange? {
    guard old.values != new.values else { return nil }
    let detail: String
    if old.chain != nil || new.chain != nil {
      detail = "was \(old.name)"
    } else if case .fact(_, let model) = new.origin, case .integer = model.kind {
      detail = "was \(old.values.joined(separator: ", ")), is \(new.values.joined(separator: ", "))"
    } else {
      let added = new.values.filter { !old.values.contains($0) }
      let removed = old.values.filter { !new.values.contains($0) }
      // Another order of the same values changes no decision.
      if added.isEmpty && removed.isEmpty { return nil }
      detail = [
        added.isEmpty ? nil : "added \(added.joined(separator: ", "))",
        removed.isEmpty ? nil : "removed \(removed.joined(separator: ", "))",
      ].compactMap { $0 }.joined(separator: "; ")
    }
    return FactChange(kind: .changed, name: new.name, detail: detail)
  }
}
