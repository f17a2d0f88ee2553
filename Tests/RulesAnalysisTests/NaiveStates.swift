import RulesLanguage

extension NaiveScope {
  /// Every consistent state with its class, and the number of all states.
  func states() -> (abstract: Int, consistent: [State: Class]) {
    var mentioned = Mentioned()
    for always in task.body.always + (each?.body.always ?? []) {
      mention(always.condition, &mentioned)
    }
    for clause in clauses {
      mention(clause.condition, &mentioned)
      guard case .wait(let causes, _) = clause.kind else { continue }
      for cause in causes { mention(condition(of: cause), &mentioned) }
    }
    for event in (each?.body ?? task.body).events { mention(event.condition, &mentioned) }
    func visible(_ variables: [VariableModel], _ owner: FactReference.Owner) -> [VariableModel] {
      variables.filter { variable in
        Self.assignments(variable, owner)[0].keys.contains { mentioned.facts.contains($0) }
      }
    }
    let facts = Self.product([
      Self.all(task.body.variables, .task), Self.all(each?.body.variables ?? [], .element),
      Self.all(visible(foreignTask?.body.variables ?? [], .foreignTask), .foreignTask),
      Self.all(visible(foreignEach?.body.variables ?? [], .foreignElement), .foreignElement),
    ])
    let colors: [Value] = [.name("red"), .name("green"), .name("blue")]
    let atoms = valuations(
      mentioned.related.mapValues { $0 == 2 ? [.bool(false), .bool(true)] : colors })
    let quantifiers = valuations(
      Dictionary(uniqueKeysWithValues: mentioned.quantifiers.map { ($0, [false, true]) }))
    let realizable = realizableValuations(mentioned)
    let keys = Set(facts[0].keys)
    let extendable = Set(
      instances(of: each).filter(isConsistent).map { $0.filter { keys.contains($0.key) } })

    var consistent: [State: Class] = [:]
    for fact in facts where extendable.contains(fact) {
      for valuation in quantifiers where isRealizable(valuation, fact, mentioned, realizable) {
        for atom in atoms {
          let state = State(facts: fact, related: atom, quantifiers: valuation)
          consistent[state] = classify(state)
        }
      }
    }
    return (facts.count * atoms.count * quantifiers.count, consistent)
  }

  private func valuations<Key: Hashable, Choice>(
    _ domains: [Key: [Choice]]
  ) -> [[Key: Choice]] {
    domains.reduce([[:]]) { so, next in
      so.flatMap { valuation in
        next.value.map { value in valuation.merging([next.key: value]) { a, _ in a } }
      }
    }
  }

  /// What a cause waits for.
  func condition(of cause: Cause) -> Condition {
    switch cause {
    case .event: return .constant(true)
    case .related(let related, let name): return .related(related, name)
    case .name(let name):
      let bodies: [(FactReference.Owner, ScopeBody?)] = [
        (.element, each?.body), (.task, task.body),
      ]
      for (owner, body) in bodies {
        if body?.defines.contains(where: { $0.name == name }) == true {
          return .define(owner, name)
        }
        if body?.variables.contains(where: { $0.name == name }) == true {
          return .fact(FactReference(owner, name))
        }
      }
      return .constant(true)
    }
  }

  /// For each each and each choice of task facts, the valuations that its sets of instances give,
  /// each with the bodies' values in the instances of the set.
  private struct Realizable: Hashable {
    var each: String
    var taskFacts: Facts
    var valuation: [Meaning: Bool]
    /// How the bodies are in one member of the set, by meaning; empty: in any member.
    var member: [Meaning: Bool]
  }

  private func realizableValuations(_ mentioned: Mentioned) -> Set<Realizable> {
    var found: Set<Realizable> = []
    for model in task.eaches {
      let bodies = mentioned.bodies.filter { $0.key.each == model.name }
      guard !bodies.isEmpty else { continue }
      let scope = NaiveScope(program, task, model)
      let instances = instances(of: model).filter(scope.isConsistent)
      let byTask = Dictionary(grouping: instances) { $0.filter { $0.key.owner == .task } }
      for (taskFacts, members) in byTask {
        // Instances that agree on all bodies are as good as one.
        let kinds = Set(members.map { member in bodies.mapValues { scope.holds($0, member) } })
        let list = Array(kinds)
        for subset in 1..<(1 << list.count) {
          let set = list.indices.filter { subset & (1 << $0) != 0 }.map { list[$0] }
          let valuation = bodies.keys.reduce(into: [Meaning: Bool]()) { valuation, key in
            valuation[key] = set.allSatisfy { $0[key] == true }
          }
          for member in [[:]] + set {
            found.insert(
              Realizable(
                each: model.name, taskFacts: taskFacts, valuation: valuation, member: member))
          }
        }
      }
    }
    return found
  }

  private func isRealizable(
    _ valuation: [Meaning: Bool], _ facts: Facts, _ mentioned: Mentioned,
    _ realizable: Set<Realizable>
  ) -> Bool {
    let taskFacts = facts.filter { $0.key.owner == .task }
    for model in task.eaches {
      let bodies = mentioned.bodies.filter { $0.key.each == model.name }
      guard !bodies.isEmpty else { continue }
      let part = valuation.filter { $0.key.each == model.name }
      let here = model.name == each?.name ? bodies.mapValues { holds($0, facts) } : nil
      let wanted = Realizable(
        each: model.name, taskFacts: taskFacts, valuation: part, member: here ?? [:])
      if !realizable.contains(wanted) { return false }
    }
    return true
  }

  /// The clauses that hold and are not overruled.
  func winners(_ state: State) -> [Int] {
    let holding = clauses.indices.filter {
      holds(clauses[$0].condition, state)
    }
    return holding.filter { clause in
      !holding.contains { $0 != clause && isOver($0, clause, []) }
    }
  }

  func classify(_ state: State) -> Class {
    let winners = winners(state)
    var rules: [Int] = []
    var hasWait = false
    var hasGoal = false
    for winner in winners {
      switch clauses[winner].kind {
      case .rule: rules.append(winner)
      case .wait: hasWait = true
      case .goal: hasGoal = true
      }
    }
    if rules.count > 1 || (!rules.isEmpty && (hasWait || hasGoal)) { return .overlap }
    if let rule = rules.first { return .rule(rule) }
    return hasGoal ? .goal : hasWait ? .wait : .unhandled
  }

  /// Whether clause `a` is over clause `b`, perhaps through others.
  private func isOver(_ a: Int, _ b: Int, _ seen: Set<Int>) -> Bool {
    clauses.indices.contains { next in
      guard !seen.contains(next) else { return false }
      var isNamed = clauses[a].over.contains(clauses[next].name)
      if case .goal = clauses[next].kind, clauses[a].over.contains("goal") { isNamed = true }
      return isNamed && (next == b || isOver(next, b, seen.union([next])))
    }
  }
}
