extension Resolver {
  mutating func resolvePools() -> [PoolModel] {
    var pooled: Set<String> = []
    return trees.flatMap(\.pools).map { resolvePool($0, &pooled) }
  }

  private mutating func resolvePool(
    _ syntax: PoolSyntax, _ pooled: inout Set<String>
  ) -> PoolModel {
    var entries: [PoolModel.Entry] = []
    for entry in syntax.entries {
      if !pooled.insert(entry.task.text).inserted {
        report(
          "duplicate-name", at: entry.task.position,
          "task `\(entry.task.text)` already belongs to a pool")
      }
      if let entry = resolveEntry(entry) { entries.append(entry) }
    }
    return PoolModel(
      name: syntax.name.text, entries: entries,
      explorations: syntax.explores.map { resolveExplore($0) }, policies: resolvePolicies(syntax),
      position: syntax.name.position)
  }

  private mutating func resolveEntry(_ syntax: PoolSyntax.Entry) -> PoolModel.Entry? {
    guard let task = findTask(syntax.task) else { return nil }
    let links = syntax.links.map { left, right in
      checkLink(left, inTask: task)
      checkLink(right, inTask: task)
      return (left.text, right.text)
    }
    return PoolModel.Entry(task: syntax.task.text, links: links)
  }

  /// Both sides of `links` relate a task to another instance of itself.
  private mutating func checkLink(_ name: NameSyntax, inTask task: Int) {
    switch lookUp(name, inTask: task, "nothing") {
    case nil: break
    case .related(let other, _)?:
      if let other, other != task {
        report(
          "type", at: name.position,
          "`\(name.text)` is a `\(taskTrees[other].name.text)`; a link leads to the same task")
      }
    case let meaning?:
      report("type", at: name.position, "`\(name.text)` is \(meaning.kind), not a related task")
    }
  }

  private mutating func resolvePolicies(
    _ syntax: PoolSyntax
  ) -> [PoolModel.Policy: PoolModel.Severity] {
    var policies: [PoolModel.Policy: PoolModel.Severity] = [:]
    for policy in syntax.policies {
      if policies.updateValue(policy.severity, forKey: policy.kind) != nil {
        report(
          "duplicate-name", at: policy.position,
          "pool `\(syntax.name.text)` has two policies for `\(policy.kind.rawValue)`")
      }
    }
    return policies
  }
}
