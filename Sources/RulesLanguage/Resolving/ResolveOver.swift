/// The names under which `over` finds the clauses of a scope.
enum ClauseNames {
  /// One clause, beside its model.
  struct Entry {
    var isGoal: Bool
    var over: [NameSyntax]
    var position: SourcePosition

    init(_ clause: ClauseSyntax) {
      if case .goal = clause.kind { isGoal = true } else { isGoal = false }
      over = clause.over
      position = clause.name.position
    }
  }
}

extension Resolver {
  /// Binds the `over` lists of one scope and refuses cycles. `over goal` is over all its goals.
  mutating func resolveOver(
    _ clauses: inout [ClauseModel], _ names: [ClauseNames.Entry], _ scope: ScopeID
  ) {
    var indices: [String: Int] = [:]
    for (index, clause) in clauses.enumerated() where !names[index].isGoal {
      indices[clause.name] = indices[clause.name] ?? index
    }
    let goals = clauses.indices.filter { names[$0].isGoal }
    var successors = [[Int]](repeating: [], count: clauses.count)
    for (index, entry) in names.enumerated() {
      for name in entry.over {
        let isGoal = name.text == Keyword.goal.rawValue
        let targets = isGoal ? goals : indices[name.text].map { [$0] } ?? []
        if targets.isEmpty {
          let candidates = indices.keys.sorted()
          unknown(
            name, isGoal ? "the scope has no" : "no rule or wait of the scope is called",
            among: .list(isGoal ? [] : candidates))
        }
        if let target = targets.first, records.isOn {
          let clause = clauses[target]
          let symbol = SymbolIndex.Symbol(
            clause.kind.symbolKind, clause.name, in: self.name(of: scope))
          records.add(symbol, name, isDeclaration: false)
        }
        successors[index] += targets
      }
      clauses[index].over = successors[index].map { clauses[$0].name }
    }
    for component in strongComponents(of: successors) {
      let first = component.min() ?? 0
      guard component.count > 1 || successors[first].contains(first) else { continue }
      let cycle = component.sorted().map { "`\(clauses[$0].name)`" }.joined(separator: ", ")
      report(
        "over-cycle", at: names[first].position,
        component.count == 1
          ? "\(cycle) is over itself" : "\(cycle) are over each other in a cycle",
        notes: component.sorted().dropFirst().prefix(8).map {
          .init("note", "`\(clauses[$0].name)` is here", at: names[$0].position)
        })
    }
  }
}
