extension Resolver {
  /// What `r.x` names in the related task; reports and returns nil when it names nothing.
  mutating func resolveRelatedPath(
    _ path: PathSyntax, _ view: View
  ) -> (meaning: Meaning, isOptional: Bool)? {
    guard let (meaning, _) = bind(path.first, view) else {
      if !view.isDamaged {
        unknown(path.first, "no related task is called", among: .view(view))
      }
      return nil
    }
    guard case .related(let task, let isOptional) = meaning else {
      report(
        "type", at: path.first.position,
        "`\(path.first.text)` is \(meaning.kind), not a related task")
      return nil
    }
    guard path.rest.count == 1 else {
      report("type", at: path.position, "`\(path.text)` has more than two parts")
      return nil
    }
    guard let task, let target = lookUp(path.rest[0], inTask: task, "nothing") else { return nil }
    return (target, isOptional)
  }

  /// A name that stands directly in another task; reports it when there is none.
  mutating func lookUp(_ name: NameSyntax, inTask task: Int, _ what: String) -> Meaning? {
    let scope = ScopeID(task: task, each: nil)
    if let meaning = bind(name, in: scope) { return meaning }
    let table = tables[scope] ?? NameTable()
    if !table.isDamaged {
      unknown(
        name, "\(what) in task `\(taskTrees[task].name.text)` is called",
        among: .table(table))
    }
    return nil
  }

  mutating func resolveRelated(_ syntax: RelatedSyntax, _ view: View) -> RelatedModel {
    if !syntax.absent.isEmpty, !syntax.isOptional {
      report(
        "type", at: syntax.absent[0].position,
        "`\(syntax.name.text)` is never absent: its type has no `?`",
        fixes: (syntax.task?.range.end).map { [.insert("?", at: $0)] } ?? [])
    }
    if case .related(let task?, _)? = view.lookUp(syntax.name.text)?.meaning {
      for name in syntax.absent { checkAbsent(name, inTask: task) }
    }
    return RelatedModel(
      name: syntax.name.text, task: syntax.task?.text ?? "", isOptional: syntax.isOptional,
      absent: syntax.absent.map(\.text), position: syntax.name.position)
  }

  /// `absent` names conditions of the related task.
  private mutating func checkAbsent(_ name: NameSyntax, inTask task: Int) {
    switch lookUp(name, inTask: task, "nothing") {
    case .fact(.bool)?, .fact(.unusable)?, .define?, nil: break
    case let meaning?:
      report(
        "type", at: name.position,
        "`\(name.text)` is \(meaning.kind), not a Bool fact or a define")
    }
  }
}
