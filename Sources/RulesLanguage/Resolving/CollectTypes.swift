extension Resolver {
  /// Enters enums, tasks and pools under their names, which are distinct in the program.
  mutating func collectTypes() {
    var declared: [(name: NameSyntax, meaning: TypeMeaning)] = []
    for tree in trees {
      for syntax in tree.enums {
        declared.append((syntax.name, .enumeration(enums.count)))
        if syntax.isDamaged { damagedEnums.insert(enums.count) }
        enums.append(resolveEnum(syntax))
      }
      for syntax in tree.tasks {
        declared.append((syntax.name, .task(taskTrees.count)))
        taskTrees.append(syntax)
      }
      for syntax in tree.pools { declared.append((syntax.name, .pool)) }
    }
    boundTasks()
    declared.sort { $0.name.position < $1.name.position }
    var first: [String: SourcePosition] = [:]
    for (name, meaning) in declared {
      if let kind = meaning.symbolKind { record(kind, name, in: "", isDeclaration: true) }
      if let known = types[name.text] {
        report(
          "duplicate-name", at: name.position,
          "`\(name.text)` is already the name of \(known.kind)",
          notes: first[name.text].map { [.init("note", "it stands here first", at: $0)] } ?? [])
        if known.kind != meaning.kind { types[name.text] = .ambiguous }
      } else {
        types[name.text] = meaning
        first[name.text] = name.position
      }
    }
  }

  /// Refuses a program of too many tasks, or of too many facts; all that is done with each of them
  /// takes time.
  private mutating func boundTasks() {
    if taskTrees.count > Limits.tasks {
      unsupported(
        "a program of more than \(Limits.tasks) tasks", at: taskTrees[Limits.tasks].name.position)
    }
    var facts = 0
    for task in taskTrees {
      for body in [task.body] + task.body.eaches.map(\.body) {
        facts += body.facts.reduce(0) { $0 + $1.count }
      }
      if facts > Limits.facts {
        return unsupported(
          "a program of more than \(Limits.facts) facts", at: task.name.position)
      }
    }
  }

  /// The task of this name; reports it when there is none.
  mutating func findTask(_ name: NameSyntax) -> Int? {
    switch bindType(name) {
    case .task(let task)?: return task
    case .ambiguous?: break
    case let meaning?:
      report("type", at: name.position, "`\(name.text)` is \(meaning.kind), not a task")
    case nil where isDamaged: break
    case nil: unknown(name, "no task is called", among: .tasks)
    }
    return nil
  }

  /// What a name stands for as a type, task or pool; a use of it.
  mutating func bindType(_ name: NameSyntax) -> TypeMeaning? {
    guard let meaning = types[name.text] else { return nil }
    if let kind = meaning.symbolKind { record(kind, name, in: "", isDeclaration: false) }
    return meaning
  }

  private mutating func resolveEnum(_ syntax: EnumSyntax) -> EnumModel {
    var seen: Set<String> = []
    for value in syntax.values {
      record(.value, value, in: syntax.name.text, isDeclaration: true)
      if seen.insert(value.text).inserted { continue }
      report(
        "duplicate-name", at: value.position,
        "`\(value.text)` is already a value of enum `\(syntax.name.text)`")
    }
    if syntax.values.count > Limits.enumValues {
      unsupported("an enum of more than \(Limits.enumValues) values", at: syntax.name.position)
    }
    return EnumModel(
      name: syntax.name.text, values: syntax.values.map(\.text), isExtern: syntax.isExtern,
      doc: syntax.doc, position: syntax.name.position)
  }
}
