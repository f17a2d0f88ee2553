// No shadowing: which names of one task must differ from each other.

extension Resolver {
  mutating func checkDuplicates(_ task: TaskSyntax, _ index: Int) {
    let outer = declaredNames(task.body) + task.body.relateds.map(\.name)
    var all = outer + task.body.eaches.map(\.name) + actionNames(task.body)
    for each in task.body.eaches { all += actionNames(each.body) }
    let taken = reportRepeats(all, in: "task `\(task.name.text)`")

    // Many eaches may range over the same one.
    var clashes: [ScopeID: [NameSyntax]] = [:]
    for (number, each) in task.body.eaches.enumerated() {
      let scope = ScopeID(task: index, each: number)
      if let other = foreign[scope], clashes[other] == nil {
        clashes[other] = outer.filter { declares(other, $0) }
      }
      let inner = declaredNames(each.body)
      _ = reportRepeats(inner, in: "each `\(each.name.text)`")
      for name in inner {
        guard let other = taken[name.text] else { continue }
        report(
          "duplicate-name", at: max(name.position, other),
          "`\(name.text)` is a name of task `\(task.name.text)` and of its each"
            + " `\(each.name.text)`",
          notes: [.init("note", "it stands here first", at: min(name.position, other))])
      }
      checkForeign(
        each, scope, inner: inner, clashes: foreign[scope].flatMap { clashes[$0] } ?? [])
    }
    _ = reportRepeats(task.parameters.map(\.name), in: "the parameters of `\(task.name.text)`")
  }

  /// The facts and defines of another task that an each brings into sight must be new names.
  private mutating func checkForeign(
    _ each: EachSyntax, _ scope: ScopeID, inner: [NameSyntax], clashes: [NameSyntax]
  ) {
    guard let other = foreign[scope] else { return }
    for name in inner where declares(other, name) {
      report(
        "duplicate-name", at: name.position,
        "`\(name.text)` is already a name of `\(each.element.text)`, over which the each ranges")
    }
    for name in clashes {
      report(
        "duplicate-name", at: each.name.position,
        "the each brings `\(name.text)` of `\(each.element.text)` into sight, and task"
          + " `\(taskTrees[scope.task].name.text)` has a name `\(name.text)` of its own")
    }
  }

  /// An each or its task has a fact or a define of this name.
  private func declares(_ each: ScopeID, _ name: NameSyntax) -> Bool {
    [each, ScopeID(task: each.task, each: nil)].contains { scope in
      switch tables[scope]?.meanings[name.text] {
      case .fact?, .define?: true
      default: false
      }
    }
  }

  /// Facts and defines.
  private func declaredNames(_ body: BodySyntax) -> [NameSyntax] {
    let facts = body.facts.flatMap { fact in
      switch fact.declaration {
      case .names(let names, _): names
      case .chain(let terms, _): terms.filter { $0.kind == .name }.map(\.name)
      }
    }
    return facts + body.defines.map(\.name)
  }

  /// Rules, waits and events.
  private func actionNames(_ body: BodySyntax) -> [NameSyntax] {
    func names(_ items: [ClauseItemSyntax]) -> [NameSyntax] {
      items.flatMap { item in
        switch item {
        case .group(let group): names(group.items)
        case .clause(let clause):
          if case .goal = clause.kind { [NameSyntax]() } else { [clause.name] }
        }
      }
    }
    return names(body.clauses) + body.events.map(\.name)
  }

  /// Reports every name that stands a second time; returns where each stands first.
  private mutating func reportRepeats(
    _ names: [NameSyntax], in owner: String
  ) -> [String: SourcePosition] {
    var first: [String: SourcePosition] = [:]
    for name in names.sorted(by: { $0.position < $1.position }) {
      if first[name.text] == nil {
        first[name.text] = name.position
      } else {
        report(
          "duplicate-name", at: name.position, "`\(name.text)` is already a name in \(owner)",
          notes: [.init("note", "it stands here first", at: first[name.text])])
      }
    }
    return first
  }
}
