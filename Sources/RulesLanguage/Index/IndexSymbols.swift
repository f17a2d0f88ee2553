/// Finds every name of the files given and of those they import, bound as `compile` binds them.
///
/// - Parameter load: as for `compile`.
/// - Returns: all that could be bound, also when some text is in error.
public func indexSymbols(
  _ files: [SourceFile], load: (_ path: String) -> SourceFile?
) -> SymbolIndex {
  let loaded = loadFiles(files, load: load)
  var resolver = Resolver(trees: loaded.trees)
  resolver.records.isOn = true
  _ = resolver.resolve(files: loaded.files)
  var seen: Set<SymbolIndex.Occurrence> = []
  let occurrences = resolver.records.occurrences
    .filter { seen.insert($0).inserted }
    .sorted { a, b in
      // A declaration before a use at one place, so that the order is fixed.
      (a.range.start, a.isDeclaration ? 0 : 1, a.symbol.name)
        < (b.range.start, b.isDeclaration ? 0 : 1, b.symbol.name)
    }
  var index = SymbolIndex(files: loaded.files, occurrences: occurrences)
  index.scopes = resolver.scopesOfNames()
  index.types = resolver.typesOfNames(occurrences)
  return index
}

extension Resolver {
  /// Where names can be seen, outer scopes before the scopes in them.
  fileprivate func scopesOfNames() -> [SymbolIndex.NamedScope] {
    var scopes: [SymbolIndex.NamedScope] = []
    for (index, task) in taskTrees.enumerated() {
      let scope = ScopeID(task: index, each: nil)
      scopes.append(namedScope(scope, task.body))
      for (number, each) in task.body.eaches.enumerated() {
        scopes.append(namedScope(ScopeID(task: index, each: number), each.body))
      }
    }
    return scopes
  }

  private func namedScope(_ scope: ScopeID, _ body: BodySyntax) -> SymbolIndex.NamedScope {
    let view = view(scope)
    let symbols = view.names.compactMap { name in
      view.lookUp(name).map { found in
        SymbolIndex.Symbol(
          found.meaning.symbolKind, name, in: self.name(of: found.layer.scope))
      }
    }
    return SymbolIndex.NamedScope(name: name(of: scope), range: body.range, symbols: symbols)
  }

  /// What each fact and related that is declared may be compared with or leads to.
  fileprivate func typesOfNames(
    _ occurrences: [SymbolIndex.Occurrence]
  ) -> SymbolIndex.Types {
    var types = SymbolIndex.Types()
    for occurrence in occurrences where occurrence.isDeclaration {
      types.members[occurrence.symbol.container, default: []].append(occurrence.symbol)
    }
    for (index, task) in taskTrees.enumerated() {
      let eaches = task.body.eaches.indices.map { Optional($0) }
      for each in [nil] + eaches { addTypes(of: ScopeID(task: index, each: each), to: &types) }
    }
    return types
  }

  private func addTypes(of scope: ScopeID, to types: inout SymbolIndex.Types) {
    let container = name(of: scope)
    for (name, meaning) in tables[scope]?.meanings ?? [:] {
      let symbol = SymbolIndex.Symbol(meaning.symbolKind, name, in: container)
      switch meaning {
      case .fact(.enumeration(let index)):
        types.values[symbol] = enums[index].values.map {
          SymbolIndex.Symbol(.value, $0, in: enums[index].name)
        }
      case .fact(.member(let chain)):
        types.values[symbol] = chains[chain].members
          .filter { $0 != name && Int($0) == nil }
          .map { SymbolIndex.Symbol(.fact, $0, in: container) }
      case .related(let task?, _): types.containers[symbol] = taskTrees[task].name.text
      case .each: types.containers[symbol] = "\(container).\(name)"
      case .fact, .define, .related, .event: break
      }
    }
  }
}
