extension Resolver {
  /// Binds the tasks and eaches of one `explore` and bounds its counts.
  mutating func resolveExplore(_ syntax: ExploreSyntax) -> PoolModel.Exploration {
    var seen: Set<String> = []
    var parts: [PoolModel.Exploration.Part] = []
    for part in syntax.parts {
      if !seen.insert(part.task.text).inserted {
        report(
          "duplicate-name", at: part.task.position,
          "`\(part.task.text)` is explored already; say how many with `*`")
      }
      if let part = resolvePart(part) { parts.append(part) }
    }
    var exploration = PoolModel.Exploration(parts: parts, position: syntax.position)
    if let budget = syntax.budget {
      if budget.value < 1 {
        report("type", at: budget.position, "a budget is one state or more")
      }
      exploration.budget = budget.value
    }
    return exploration
  }

  private mutating func resolvePart(
    _ syntax: ExploreSyntax.Part
  ) -> PoolModel.Exploration.Part? {
    checkCount(syntax.count)
    for element in syntax.elements { checkCount(element.count) }
    guard let task = findTask(syntax.task) else { return nil }
    var seen: Set<String> = []
    for (each, _) in syntax.elements {
      if !seen.insert(each.text).inserted {
        report("duplicate-name", at: each.position, "`\(each.text)` is counted twice")
      }
      checkElement(each, inTask: task)
    }
    return PoolModel.Exploration.Part(
      task: syntax.task.text, count: syntax.count?.value ?? 1,
      elements: syntax.elements.map { ($0.each.text, $0.count.value) },
      position: syntax.task.position)
  }

  private mutating func checkCount(_ count: CountSyntax?) {
    guard let count, !(1...Limits.exploredInstances).contains(count.value) else { return }
    report(
      "type", at: count.position,
      "an `explore` has from 1 to \(Limits.exploredInstances) instances of one thing")
  }

  private mutating func checkElement(_ name: NameSyntax, inTask task: Int) {
    switch lookUp(name, inTask: task, "no each") {
    case .each(let number)?:
      guard !taskTrees[task].body.eaches[number].element.rest.isEmpty else { return }
      report(
        "type", at: name.position,
        "each `\(name.text)` has exactly the explored instances of what it ranges over; leave its"
          + " count out")
    case let meaning?:
      report("type", at: name.position, "`\(name.text)` is \(meaning.kind), not an each")
    case nil: break
    }
  }
}
