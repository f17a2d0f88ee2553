import RulesLanguage

extension NaiveWorld {
  /// The state space of a scope, every consistent state written down.
  struct Space {
    var place: Place
    var facts: Set<FactReference> = []
    var related: Set<Atom> = []
    var quantifiers: Set<Int> = []
    var states: Set<State> = []
    /// The consistent combinations of facts, quantifiers left aside.
    var extendable: Set<Facts> = []
  }

  func space(of place: Place) -> Space {
    var space = Space(place: place)
    for always in place.task.body.always + (place.each?.body.always ?? []) {
      mention(always.condition, &space)
    }
    for clause in place.body.clauses {
      mention(clause.condition, &space)
      guard case .wait(let causes, _) = clause.kind else { continue }
      for cause in causes { self.condition(of: cause, place).map { mention($0, &space) } }
    }
    for event in place.body.events { mention(event.condition, &space) }
    for meaning in space.quantifiers {
      guard let quantified = bodies[meaning], quantified.each == place.each?.name else { continue }
      mention(quantified.body, &space)
    }

    let visible = place.variables.filter { owner, model in
      owner == .task || owner == .element
        || assignments(model, owner)[0].keys.contains { space.facts.contains($0) }
    }
    let keys = Set(visible.flatMap { assignments($0.1, $0.0)[0].keys })
    space.facts = keys
    space.extendable = Set(members(place).map { $0.filter { keys.contains($0.key) } })
    for facts in space.extendable {
      for quantifiers in valuations(space.quantifiers)
      where isRealizable(quantifiers, facts, space) {
        for related in valuations(space.related) {
          space.states.insert(State(facts: facts, related: related, quantifiers: quantifiers))
        }
      }
    }
    return space
  }

  func valuations<Key: Hashable>(_ keys: Set<Key>) -> [[Key: Bool]] {
    keys.reduce([[:]]) { so, key in
      so.flatMap { valuation in
        [false, true].map { value in valuation.merging([key: value]) { a, _ in a } }
      }
    }
  }

  /// Whether quantifiers can have these values, the instance being in the set if it is one of it.
  func isRealizable(_ valuation: [Int: Bool], _ facts: Facts, _ space: Space) -> Bool {
    let place = space.place
    return place.task.eaches.allSatisfy { each in
      let own = valuation.filter { bodies[$0.key]?.each == each.name }
      guard !own.isEmpty else { return true }
      var present: [Set<[Int: Bool]>] = []
      if each.name == place.each?.name { present = [kinds(of: facts, place, Array(own.keys))] }
      return isRealizable(
        place.task.name, each.name, facts.filter { $0.key.owner == .task }, own, present: present)
    }
  }

  func condition(of cause: Cause, _ place: Place) -> Condition? {
    switch cause {
    case .event: return nil
    case .related(let related, let name): return .related(related, name)
    case .name(let name):
      for (owner, body) in [
        (FactReference.Owner.element, place.each?.body), (.task, place.task.body),
        (.foreignElement, place.foreignEach?.body), (.foreignTask, place.foreignTask?.body),
      ] {
        if body?.defines.contains(where: { $0.name == name }) == true {
          return .define(owner, name)
        }
        if body?.variables.contains(where: { $0.name == name }) == true {
          return .fact(FactReference(owner, name))
        }
      }
      return nil
    }
  }

  func mention(_ condition: Condition, _ space: inout Space) {
    switch condition {
    case .constant: break
    case .fact(let fact), .isIn(let fact, _), .compareNumber(let fact, _, _):
      space.facts.insert(fact)
    case .compare(let a, _, let b): space.facts.formUnion([a, b])
    case .related(let related, let name), .relatedIn(let related, let name, _):
      space.related.insert(Atom(related: related, name: name))
    case .not(let part): mention(part, &space)
    case .and(let parts), .or(let parts), .oneOf(let parts):
      for part in parts { mention(part, &space) }
    case .define(let owner, let name):
      let place = space.place
      switch owner {
      case .task, .element:
        let body = owner == .task ? place.task.body : place.each?.body
        body?.defines.first { $0.name == name }.map { mention($0.condition, &space) }
      case .foreignTask, .foreignElement:
        guard let host = place.host else { return }
        var inside = Space(place: host)
        let body = owner == .foreignTask ? host.task.body : host.each?.body
        body?.defines.first { $0.name == name }.map { mention($0.condition, &inside) }
        for fact in inside.facts {
          space.facts.insert(
            FactReference(fact.owner == .task ? .foreignTask : .foreignElement, fact.name))
        }
      }
    case .quantified(let quantifier, let each, let body):
      let universal = quantifier == .all ? body : .not(body)
      space.quantifiers.insert(meaning(space.place.task.name, each, universal))
    }
  }

  // MARK: Classes

  enum Class: Hashable {
    case rule(Int)
    case goal
    case wait
    case unhandled
    case overlap
  }

  func winners(_ state: State, _ place: Place) -> [Int] {
    let clauses = place.body.clauses
    let holding = clauses.indices.filter { holds(clauses[$0].condition, state, place) }
    return holding.filter { clause in
      !holding.contains { $0 != clause && isOver($0, clause, clauses, []) }
    }
  }

  private func isOver(_ a: Int, _ b: Int, _ clauses: [ClauseModel], _ seen: Set<Int>) -> Bool {
    clauses.indices.contains { next in
      guard !seen.contains(next) else { return false }
      var isNamed = clauses[a].over.contains(clauses[next].name)
      if case .goal = clauses[next].kind, clauses[a].over.contains("goal") { isNamed = true }
      return isNamed && (next == b || isOver(next, b, clauses, seen.union([next])))
    }
  }

  func classify(_ state: State, _ place: Place) -> Class {
    var rules: [Int] = []
    var hasWait = false
    var hasGoal = false
    for winner in winners(state, place) {
      switch place.body.clauses[winner].kind {
      case .rule: rules.append(winner)
      case .wait: hasWait = true
      case .goal: hasGoal = true
      }
    }
    if rules.count > 1 || (!rules.isEmpty && (hasWait || hasGoal)) { return .overlap }
    if let rule = rules.first { return .rule(rule) }
    return hasGoal ? .goal : hasWait ? .wait : .unhandled
  }
}
