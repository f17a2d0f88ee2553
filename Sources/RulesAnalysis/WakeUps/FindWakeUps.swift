import RulesLanguage

/// Who must wake whom, and what is missing to say so.
struct WakeUps {
  var wakeUps: [WakeUp] = []
  /// Waits that nobody could wake, in text order.
  var problems: [Diagnostic] = []
  private var known: [Key: Int] = [:]

  private struct Key: Hashable {
    var scope: String
    var clause: String
    var steps: [WakeUp.Step]
  }

  init(_ program: Program, _ changers: Changers) {
    for changer in changers.all {
      for change in changer.changes where !change.steps.isEmpty {
        guard let task = program.task(change.fact.task) else { continue }
        guard !changer.isEvent || !change.isForeign else {
          problems.append(eventProblem(changer, task))
          break
        }
        add(changer, change.steps, "\(changer.name) changed its \(changer.changed(change))")
      }
    }
    for scope in Scope.all(of: program) {
      for wait in scope.clauses {
        for cause in wait.causes { addWakeUps(of: wait, for: cause, in: scope, changers) }
      }
    }
  }

  private mutating func addWakeUps(
    of wait: ClauseModel, for cause: Cause, in scope: Scope, _ changers: Changers
  ) {
    guard let condition = scope.condition(of: cause) else { return }
    let reason = "\(wait.name) there waits for \(cause.text)"
    for dependency in dependencies(of: condition, in: scope) {
      var missing: Diagnostic?
      for (changer, change) in changers.changing(dependency.fact) {
        if dependency.path.isEmpty {
          // A task that fires is evaluated again, and a task of which something else was changed was
          // woken above; only who visits has no name for its visitors.
          let isOwn = changer.scope.task.name == scope.task.name
          if dependency.isForeign && !isOwn {
            missing = missing ?? visitorProblem(wait, cause, scope, changer)
          }
          continue
        }
        guard !dependency.isForeign, let back = stepsBack(dependency.path, from: scope) else {
          missing = missing ?? linkProblem(wait, cause, scope, dependency)
          continue
        }
        if !(changer.isEvent && change.isForeign) { add(changer, change.steps + back, reason) }
      }
      if let missing, !problems.contains(missing) { problems.append(missing) }
    }
  }

  private mutating func add(_ changer: Changer, _ steps: [WakeUp.Step], _ reason: String) {
    let key = Key(scope: changer.scope.name, clause: changer.name, steps: steps)
    guard let index = known[key] else {
      known[key] = wakeUps.count
      wakeUps.append(
        WakeUp(
          task: changer.scope.task.name, each: changer.scope.each?.name, clause: changer.name,
          steps: steps, reasons: [reason]))
      return
    }
    if !wakeUps[index].reasons.contains(reason) { wakeUps[index].reasons.append(reason) }
  }
}

extension Changer {
  /// What of another task it changed, in its own words: `e`, `prior`.
  fileprivate func changed(_ change: Change) -> String {
    if case .related(let name, _)? = change.steps.first { return name }
    return scope.foreign?.each.name ?? change.fact.task
  }
}

/// The way from the task at the end of a path of relateds back to its start: each related's
/// inverse, as a pool's `where a links b` declares it. Nil if a link is missing.
private func stepsBack(_ path: [RelatedModel], from scope: Scope) -> [WakeUp.Step]? {
  var task = scope.task
  var back: [WakeUp.Step] = []
  for related in path {
    guard related.task == task.name else { return nil }
    let links = scope.program.pools.flatMap(\.entries).filter { $0.task == task.name }
      .compactMap(\.links)
    guard let link = links.first(where: { $0.0 == related.name || $0.1 == related.name }),
      let inverse = task.related(link.0 == related.name ? link.1 : link.0),
      let next = scope.program.task(related.task)
    else { return nil }
    back.insert(.related(inverse.name, isOptional: inverse.isOptional), at: 0)
    task = next
  }
  return back
}

private func linkProblem(
  _ wait: ClauseModel, _ cause: Cause, _ scope: Scope, _ dependency: Dependency
) -> Diagnostic {
  let names = dependency.path.map(\.name).joined(separator: ".")
  let waiting = scope.task.name
  let changed = dependency.fact.task
  let isOneTask = dependency.path.allSatisfy { $0.task == waiting }
  return Diagnostic(
    "wake-up", at: wait.position,
    "nobody can wake \(wait.name): when \(cause.text) becomes true, nothing leads from that "
      + "\(changed) back to the \(waiting) whose \(names) it is",
    notes: [
      isOneTask
        ? Diagnostic.Note(
          "add",
          "to a pool: task \(waiting) where \(dependency.path[0].name) links "
            + inverseCandidates(of: dependency.path[0], scope.task))
        : Diagnostic.Note(
          "note",
          "this version follows links between tasks of one kind only: make the cause an "
            + "event of \(waiting)")
    ])
}

/// The relateds that could be the way back from a related.
private func inverseCandidates(of related: RelatedModel, _ task: TaskModel) -> String {
  let names = task.relateds.filter { $0.task == task.name && $0.name != related.name }.map(\.name)
  return names.isEmpty ? "INVERSE" : names.joined(separator: " or ")
}

private func visitorProblem(
  _ wait: ClauseModel, _ cause: Cause, _ scope: Scope, _ changer: Changer
) -> Diagnostic {
  Diagnostic(
    "wake-up", at: wait.position,
    "nobody can wake \(wait.name): \(changer.name) of \(changer.scope.name) changes what "
      + "\(cause.text) depends on, and nothing leads from there to the \(scope.task.name)",
    notes: [
      Diagnostic.Note("note", "\(changer.name) is here", at: changer.position),
      Diagnostic.Note("add", "wait for an event of \(scope.task.name) instead"),
    ])
}

private func eventProblem(_ changer: Changer, _ task: TaskModel) -> Diagnostic {
  Diagnostic(
    "unsupported", at: changer.position,
    "event \(changer.name) changes facts of \(task.name), which this version cannot wake from an "
      + "event: declare the event in \(task.name), or make the change in a rule")
}

extension Cause {
  /// As the rules write it: `reply`, `prior.closed`.
  package var text: String {
    switch self {
    case .event(let name), .name(let name): name
    case .related(let related, let name): "\(related).\(name)"
    }
  }
}
