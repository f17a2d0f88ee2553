import RulesAnalysis
import RulesLanguage

/// Proves of as many mutants as possible that they change nothing.
struct MutantProofs {
  private let program: Program
  private let scopes: [String: ScopeAnalysis]

  init(_ program: Program, _ analysis: Analysis) {
    self.program = program
    scopes = Dictionary(uniqueKeysWithValues: analysis.scopes.map { ($0.name, $0) })
  }

  /// Notes each proof in the list. What cannot be analysed is not proved.
  func prove(_ list: MutantList) {
    for (name, clauses) in list.decisions {
      prove(list, Set(clauses.flatMap(\.numbers)), name) { same, number throws(AnalysisFailure) in
        try same.proof(clauses, without: number)
      }
    }
    for (name, condition) in list.values {
      prove(list, Set(condition.numbers), name) { same, number throws(AnalysisFailure) in
        try same.proof(condition, without: number)
      }
    }
    for hiding in list.hidings { list.note(proof(hiding), of: hiding.number) }
    for waking in list.wakeUps {
      let isNeedless = try? isNeedless(waking.wakeUp, of: waking.rule, in: waking.scope)
      list.note(isNeedless == true ? .reachable : nil, of: waking.number)
    }
  }

  private func prove(
    _ list: MutantList, _ numbers: Set<Int>, _ scope: String,
    _ proof: (inout SameDecisions, Int) throws(AnalysisFailure) -> RuleMutant.Sameness?
  ) {
    guard let scope = scopes[scope] else { return }
    var same = SameDecisions(scope)
    for number in numbers.sorted() { list.note(try? proof(&same, number), of: number) }
  }

  // MARK: An assignment that is not seen

  private func proof(_ hiding: MutantList.Hiding) -> RuleMutant.Sameness? {
    guard let analysis = scopes[hiding.scope], let firings = firings(of: analysis) else {
      return nil
    }
    let partition = analysis.partition
    let variable = partition.space.variables[hiding.variable]
    // The values of numbers are not part of a state, only how they compare.
    guard variable.chain == nil, variable.integer == nil, let fact = variable.facts.first,
      !isSeenElsewhere(fact, from: partition.scope)
    else { return nil }
    var same = SameDecisions(analysis)
    return try? same.proof(thatNobodyMisses: hiding.variable, of: hiding.rule, firings)
  }

  /// Whether another scope of the task reads the same object's fact.
  private func isSeenElsewhere(_ fact: FactReference, from scope: Scope) -> Bool {
    guard fact.owner != .element else { return false }
    return scopes.values.contains { other in
      other.name != scope.name && other.partition.scope.task.name == scope.task.name
        && (fact.owner != .task || other.partition.space.slots[fact] != nil)
    }
  }

  private func firings(of analysis: ScopeAnalysis) -> ReachedFirings? {
    ReachedFirings(analysis, others: scopes.mapValues(\.partition))
  }

  // MARK: A wake-up

  /// Whether nothing that is woken is enabled by what the rule changes: it makes nothing true, and
  /// nothing false, that lets a rule fire there.
  private func isNeedless(
    _ wakeUp: WakeUp, of rule: Int, in name: String
  ) throws(AnalysisFailure) -> Bool {
    guard let analysis = scopes[name], let (task, related) = target(of: wakeUp, name),
      let firings = firings(of: analysis)
    else { return false }
    var flips = Flips(analysis, rule, of: task, firings)
    let woken = scopes.values.filter { $0.partition.scope.task.name == related.task.name }
      .sorted { $0.name < $1.name }
    guard !woken.isEmpty else { return false }
    for scope in woken {
      var changes: [(variable: Int, value: Int)] = []
      for (name, variable) in scope.partition.space.related where name.related == related.name {
        guard scope.partition.space.variables[variable].isBool,
          let condition = Scope(program, task, nil).condition(of: .name(name.name)),
          let flip = try flips.directions(of: condition)
        else { return false }
        if flip.canRise { changes.append((variable, 1)) }
        if flip.canFall { changes.append((variable, 0)) }
      }
      var same = SameDecisions(scope)
      guard try same.isEnabled(by: changes) == false else { return false }
    }
    return true
  }

  /// The task whose facts are changed, and the related under which the woken tasks see it; nil for longer
  /// ways, and for a wake-up of the changed task itself.
  private func target(
    of wakeUp: WakeUp, _ scope: String
  ) -> (task: TaskModel, related: (task: TaskModel, name: String))? {
    var steps = wakeUp.steps[...]
    var task = program.task(wakeUp.task)
    if case .owner(let owner)? = steps.first {
      task = program.task(owner)
      steps = steps.dropFirst()
    }
    guard let task, steps.count == 1, case .related(let way, _)? = steps.first else { return nil }
    let links = program.pools.flatMap(\.entries).filter { $0.task == task.name }.compactMap(\.links)
    guard let link = links.first(where: { $0.0 == way || $0.1 == way }),
      task.related(way)?.task == task.name
    else { return nil }
    return (task, (task, link.0 == way ? link.1 : link.0))
  }
}
