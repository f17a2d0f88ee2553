extension Resolver {
  /// Fills the name tables of all tasks and eaches, then what each scope sees.
  mutating func collectNames() {
    for (index, task) in taskTrees.enumerated() {
      let scope = ScopeID(task: index, each: nil)
      collectFacts(task.body, scope)
      for related in task.body.relateds { collectRelated(related, scope) }
      for (number, each) in task.body.eaches.enumerated() {
        enter(each.name, .each(number), scope)
        collectFacts(each.body, ScopeID(task: index, each: number))
      }
    }
    for (index, task) in taskTrees.enumerated() {
      for number in task.body.eaches.indices { collectElement(ScopeID(task: index, each: number)) }
    }
    hasDamagedEach = taskTrees.map { $0.body.eaches.contains { $0.body.isDamaged } }
    eachesByName = taskTrees.enumerated().map { index, task in
      var eaches: [String: [Int]] = [:]
      for number in task.body.eaches.indices {
        let table = tables[ScopeID(task: index, each: number)] ?? NameTable()
        for name in table.meanings.keys { eaches[name, default: []].append(number) }
      }
      return eaches
    }
    for (index, task) in taskTrees.enumerated() {
      let scope = ScopeID(task: index, each: nil)
      views[scope] = makeView(scope)
      for number in task.body.eaches.indices {
        let inner = ScopeID(task: index, each: number)
        views[inner] = makeView(inner)
      }
      checkDuplicates(task, index)
    }
  }

  func body(_ scope: ScopeID) -> BodySyntax {
    let task = taskTrees[scope.task]
    return scope.each.map { task.body.eaches[$0].body } ?? task.body
  }

  func view(_ scope: ScopeID) -> View { views[scope] ?? makeView(scope) }

  /// The first meaning of a name stays; that there are two is `checkDuplicates`' business.
  mutating func enter(_ name: NameSyntax, _ meaning: Meaning, _ scope: ScopeID) {
    record(meaning.symbolKind, name, in: scope, isDeclaration: true)
    if tables[scope]?.meanings[name.text] == nil {
      tables[scope, default: NameTable()].meanings[name.text] = meaning
    }
  }

  private mutating func collectFacts(_ body: BodySyntax, _ scope: ScopeID) {
    tables[scope] = NameTable(isDamaged: body.isDamaged)
    for fact in body.facts { resolveFact(fact, scope) }
    for define in body.defines { enter(define.name, .define, scope) }
    for event in body.events { enter(event.name, .event, scope) }
  }

  private mutating func collectRelated(_ related: RelatedSyntax, _ scope: ScopeID) {
    let task = related.task.flatMap { findTask($0) }
    enter(related.name, .related(task: task, isOptional: related.isOptional), scope)
  }

  /// Binds `each x : Task.each` to that each.
  private mutating func collectElement(_ scope: ScopeID) {
    guard let number = scope.each else { return }
    let path = taskTrees[scope.task].body.eaches[number].element
    guard let eachName = path.rest.first else { return }
    tables[scope]?.isDamaged = true
    guard path.rest.count == 1 else {
      return report(
        "type", at: path.position,
        "`\(path.text)` is neither one Swift type nor an each of a task")
    }
    guard let task = findTask(path.first) else { return }
    guard task != scope.task else {
      return report("type", at: path.position, "an each cannot range over an each of its own task")
    }
    let other = taskTrees[task].body
    guard case .each(let index)? = bind(eachName, in: ScopeID(task: task, each: nil)) else {
      if other.isDamaged { return }
      return unknown(
        eachName, "task `\(path.first.text)` has no each called",
        among: .list(other.eaches.map(\.name.text)))
    }
    guard other.eaches[index].element.rest.isEmpty else {
      return report(
        "type", at: eachName.position, "`\(path.text)` itself ranges over another task's each")
    }
    foreign[scope] = ScopeID(task: task, each: index)
    tables[scope]?.isDamaged = taskTrees[scope.task].body.eaches[number].body.isDamaged
  }

  private func makeView(_ scope: ScopeID) -> View {
    func layer(
      _ scope: ScopeID, _ owner: FactReference.Owner, isForeign: Bool = false
    ) -> View.Layer {
      View.Layer(
        table: tables[scope] ?? NameTable(), owner: owner, scope: scope, isForeign: isForeign)
    }
    let task = ScopeID(task: scope.task, each: nil)
    guard scope.each != nil else { return View(scope: scope, layers: [layer(task, .task)]) }
    var layers = [layer(scope, .element), layer(task, .task)]
    if let other = foreign[scope] {
      layers.append(layer(other, .foreignElement, isForeign: true))
      layers.append(
        layer(ScopeID(task: other.task, each: nil), .foreignTask, isForeign: true))
    }
    return View(scope: scope, layers: layers)
  }
}
