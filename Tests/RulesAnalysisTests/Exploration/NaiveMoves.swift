import RulesLanguage

extension NaiveWorld {
  struct Move {
    var clause: String?
    /// The own clause, if it is an own rule.
    var rule: Int?
    /// The own or task-level event's name.
    var event: String?
    var isDependable: Bool
    var isEnvironment = false
    /// For each alternative that is possible in a state its outcomes, whatever they break; nil: the
    /// move is not possible there. `pauses`: the alternative is `stay after`.
    var outcomes: (State) -> [(outcomes: [State], pauses: Bool)]?
  }

  struct Action {
    var name: String
    var index: Int
    var isRule: Bool
    var isDependable: Bool
    var condition: Condition
    var effects: [Effect]
  }

  func actions(of place: Place) -> [Action] {
    var found: [Action] = []
    for (index, clause) in place.body.clauses.enumerated() {
      guard case .rule(_, let effects) = clause.kind else { continue }
      found.append(
        Action(
          name: clause.name, index: index, isRule: true, isDependable: true,
          condition: clause.condition,
          effects: effects.isEmpty ? [.stay(afterMilliseconds: nil)] : effects))
    }
    for (index, event) in place.body.events.enumerated() {
      found.append(
        Action(
          name: event.name, index: index, isRule: false, isDependable: event.isFair,
          condition: event.condition,
          effects: event.effects.isEmpty ? [.stay(afterMilliseconds: nil)] : event.effects))
    }
    return found
  }

  func happens(_ action: Action, _ state: State, _ place: Place) -> Bool {
    action.isRule
      ? winners(state, place).contains(action.index)
      : holds(action.condition, state, place)
  }

  /// What a change concerns, in the words of the explored scope.
  enum Target {
    case fact(FactReference)
    case atom(Atom)
  }

  /// The outcomes of an alternative for an explored scope; `target` says what a change concerns
  /// there, nil: nothing.
  func outcomes(
    _ effect: Effect, _ state: State, _ space: Space, _ target: (Change.Target) -> Target?
  ) -> [State] {
    guard case .changes(let changes) = effect else { return [state] }
    var results = [state]
    for (owner, model) in space.place.variables {
      let members = Array(assignments(model, owner)[0].keys)
      guard members.allSatisfy({ space.facts.contains($0) }) else { continue }
      let own = changes.compactMap { change -> (member: String, value: Change.Value)? in
        guard case .fact(let fact)? = target(change.target), members.contains(fact) else {
          return nil
        }
        return (fact.name, change.value)
      }
      guard !own.isEmpty else { continue }
      let old = state.facts.filter { members.contains($0.key) }
      let new = outcomes(model, owner, old, own)
      results = results.flatMap { result in
        new.map { values in
          var result = result
          result.facts.merge(values) { _, new in new }
          return result
        }
      }
    }
    for change in changes {
      guard case .atom(let atom)? = target(change.target), space.related.contains(atom) else {
        continue
      }
      let values: [Bool]
      switch change.value {
      case .exactly(let value): values = [value == "true"]
      case .anyOf(let all): values = Set(all).map { $0 == "true" }
      default: values = [false, true]
      }
      results = results.flatMap { result in
        values.map { value in
          var result = result
          result.related[atom] = value
          return result
        }
      }
    }
    return results
  }

  // MARK: Own moves

  func ownMoves(_ space: Space) -> [Move] {
    actions(of: space.place).map { action in
      Move(
        clause: action.name, rule: action.isRule ? action.index : nil,
        event: action.isRule ? nil : action.name, isDependable: action.isDependable
      ) { state in
        guard self.happens(action, state, space.place) else { return nil }
        return action.effects.map { effect in
          let outcomes = self.outcomes(effect, state, space) { target in
            switch target {
            case .fact(let fact): .fact(fact)
            case .every: nil
            case .related(let related, let name): .atom(Atom(related: related, name: name))
            }
          }
          var pauses = false
          if case .stay(.some) = effect { pauses = true }
          return (outcomes, pauses)
        }
      }
    }
  }

  // MARK: Moves of others

  func guestMoves(_ space: Space) -> [Move] {
    let here = space.place
    return places.flatMap { guest -> [Move] in
      var found: [Move] = []
      if guest.task.name == here.task.name {
        if guest.name != here.name || here.each != nil {
          found += sameTaskMoves(guest, space)
        }
      } else {
        if guest.foreignTask?.name == here.task.name {
          let isSame = guest.foreignEach?.name == here.each?.name
          found += neighbourMoves(
            guest, space, isDependable: false,
            [.foreignTask: .task, .foreignElement: isSame ? .element : nil])
        }
        if let home = here.foreignTask?.name {
          if home == guest.task.name {
            let isSame = guest.each?.name == here.foreignEach?.name
            found += neighbourMoves(
              guest, space, isDependable: true,
              [.task: .foreignTask, .element: isSame ? .foreignElement : nil])
          }
          if home == guest.foreignTask?.name {
            let isSame = guest.foreignEach?.name == here.foreignEach?.name
            found += neighbourMoves(
              guest, space, isDependable: true,
              [.foreignTask: .foreignTask, .foreignElement: isSame ? .foreignElement : nil])
          }
        }
      }
      for related in guest.task.relateds {
        if related.task == here.task.name {
          found += relatedMoves(guest, space, related.name, .task)
        } else if related.task == here.foreignTask?.name {
          found += relatedMoves(guest, space, related.name, .foreignTask)
        }
      }
      return found
    }
  }

  private func sameTaskMoves(_ guest: Place, _ space: Space) -> [Move] {
    let guestSpace = self.cachedSpace(of: guest)
    let here = space.place
    let isTask = guest.each == nil
    func target(_ target: Change.Target) -> Target? {
      switch target {
      case .fact(let fact): return fact.owner == .task ? .fact(fact) : nil
      case .every(let each, let fact):
        return each == here.each?.name ? .fact(FactReference(.element, fact)) : nil
      case .related(let related, let name):
        return isTask ? .atom(Atom(related: related, name: name)) : nil
      }
    }
    return actions(of: guest).map { action in
      let able = able(action, guestSpace, target)
      return Move(
        clause: action.name, rule: nil, event: action.isRule || !isTask ? nil : action.name,
        isDependable: action.isDependable
      ) { state in
        self.alternatives(action, able, state, space, target) { other in
          other.facts.allSatisfy { $0.key.owner != .task || state.facts[$0.key] == $0.value }
            && other.related.allSatisfy { state.related[$0.key] ?? $0.value == $0.value }
            && other.quantifiers.allSatisfy { state.quantifiers[$0.key] ?? $0.value == $0.value }
            && self.areTogetherRealizable(state, space, other, guestSpace)
        }
      }
    }
  }

  /// Whether one set of instances gives the quantifiers of both states, both instances in it.
  private func areTogetherRealizable(
    _ state: State, _ space: Space, _ other: State, _ guest: Space
  ) -> Bool {
    let task = space.place.task
    let all = state.quantifiers.merging(other.quantifiers) { a, _ in a }
    return task.eaches.allSatisfy { each in
      let own = all.filter { bodies[$0.key]?.each == each.name }
      guard !own.isEmpty else { return true }
      var present: [Set<[Int: Bool]>] = []
      for (facts, place) in [(state.facts, space.place), (other.facts, guest.place)]
      where place.each?.name == each.name {
        present.append(kinds(of: facts, place, Array(own.keys)))
      }
      return isRealizable(
        task.name, each.name, state.facts.filter { $0.key.owner == .task }, own, present: present)
    }
  }

  /// Moves of a scope of another task that sees some of the same facts.
  private func neighbourMoves(
    _ guest: Place, _ space: Space, isDependable: Bool,
    _ owners: [FactReference.Owner: FactReference.Owner?]
  ) -> [Move] {
    let guestSpace = cachedSpace(of: guest)
    func here(_ fact: FactReference) -> FactReference? {
      guard let owner = owners[fact.owner] ?? nil else { return nil }
      return FactReference(owner, fact.name)
    }
    func target(_ target: Change.Target) -> Target? {
      switch target {
      case .fact(let fact): return here(fact).map(Target.fact)
      case .every(let each, let fact):
        guard owners[.task] != nil, each == space.place.foreignEach?.name else { return nil }
        return .fact(FactReference(.foreignElement, fact))
      case .related: return nil
      }
    }
    return actions(of: guest).map { action in
      let able = able(action, guestSpace, target)
      return Move(
        clause: action.name, rule: nil, event: nil,
        isDependable: isDependable && action.isDependable
      ) { state in
        self.alternatives(action, able, state, space, target) { other in
          other.facts.allSatisfy { fact, value in
            guard let fact = here(fact), let known = state.facts[fact] else { return true }
            return known == value
          }
        }
      }
    }
  }

  private func relatedMoves(
    _ guest: Place, _ space: Space, _ related: String, _ owner: FactReference.Owner
  ) -> [Move] {
    let guestSpace = cachedSpace(of: guest)
    let isVisitor = guest.foreignTask?.name == space.place.task.name
    func target(_ target: Change.Target) -> Target? {
      guard case .related(related, let fact) = target else { return nil }
      return .fact(FactReference(owner, fact))
    }
    return actions(of: guest).map { action in
      let able = able(action, guestSpace, target)
      return Move(
        clause: action.name, rule: nil, event: nil,
        isDependable: action.isDependable && !isVisitor
      ) { state in
        self.alternatives(action, able, state, space, target) { _ in true }
      }
    }
  }

  /// For each alternative the guest's states in which it can happen, as far as the guest alone can
  /// see.
  private func able(
    _ action: Action, _ guest: Space, _ target: (Change.Target) -> Target?
  ) -> [[State]] {
    let states = guest.states.filter { happens(action, $0, guest.place) }
    return action.effects.map { effect in
      states.filter { other in
        let hidden = outcomes(effect, other, guest) { change in
          guard target(change) == nil, case .fact(let fact) = change else { return nil }
          return .fact(fact)
        }
        return !hidden.isEmpty
      }
    }
  }

  /// The alternatives that are possible in some of the guest's states that agree.
  private func alternatives(
    _ action: Action, _ able: [[State]], _ state: State, _ space: Space,
    _ target: (Change.Target) -> Target?, agrees: (State) -> Bool
  ) -> [(outcomes: [State], pauses: Bool)]? {
    let found = action.effects.indices.map { index in
      able[index].contains(where: agrees)
        ? outcomes(action.effects[index], state, space, target) : []
    }
    return found.allSatisfy(\.isEmpty) ? nil : found.map { ($0, false) }
  }

  // MARK: The environment

  func environmentMoves(_ space: Space) -> [Move] {
    space.related.filter { isChanged($0, space.place) }.map { atom in
      let isStable = isStable(atom, space.place)
      return Move(clause: nil, isDependable: true, isEnvironment: true) { state in
        let old = state.related[atom] ?? false
        if isStable, old { return nil }
        var state = state
        state.related[atom] = !old
        return [([state], false)]
      }
    }
  }

  /// Whether anything in the program changes what an atom depends on.
  func isChanged(_ atom: Atom, _ place: Place) -> Bool {
    !dependencies(of: .related(atom.related, atom.name), place).isDisjoint(with: changedFacts())
  }

  /// Whether it is promised that the atom, once true, stays so.
  func isStable(_ atom: Atom, _ place: Place) -> Bool {
    let related = place.task.relateds.first { $0.name == atom.related }
    let home = related.flatMap { self.place($0.task, nil) }
    return home?.body.defines.first { $0.name == atom.name }?.isStable
      ?? home?.body.variables.first { $0.name == atom.name }?.isStable ?? false
  }

  private func changedFacts() -> Set<String> {
    var found: Set<String> = []
    for place in places {
      for case .changes(let changes) in actions(of: place).flatMap(\.effects) {
        for change in changes {
          switch change.target {
          case .fact(let fact): found.insert(global(fact, place))
          case .every(let each, let fact): found.insert("\(place.task.name).\(each).\(fact)")
          case .related(let name, let fact):
            let related = place.task.relateds.first { $0.name == name }
            found.insert("\(related?.task ?? "")..\(fact)")
          }
        }
      }
    }
    return found
  }

  private func global(_ fact: FactReference, _ place: Place) -> String {
    switch fact.owner {
    case .task: "\(place.task.name)..\(fact.name)"
    case .element: "\(place.task.name).\(place.each?.name ?? "").\(fact.name)"
    case .foreignTask: "\(place.foreignTask?.name ?? "")..\(fact.name)"
    case .foreignElement:
      "\(place.foreignTask?.name ?? "").\(place.foreignEach?.name ?? "").\(fact.name)"
    }
  }

  private func dependencies(of condition: Condition, _ place: Place) -> Set<String> {
    var found: Set<String> = []
    var visited: Set<String> = []
    func visit(_ condition: Condition, _ place: Place) {
      switch condition {
      case .constant: break
      case .fact(let fact), .isIn(let fact, _), .compareNumber(let fact, _, _):
        found.insert(global(fact, place))
      case .compare(let a, _, let b): found.formUnion([global(a, place), global(b, place)])
      case .define(let owner, let name):
        let isForeign = owner == .foreignTask || owner == .foreignElement
        guard let home = isForeign ? place.host : place else { return }
        let isTask = owner == .task || owner == .foreignTask
        let body = isTask ? home.task.body : home.each?.body
        body?.defines.first { $0.name == name }.map { visit($0.condition, home) }
      case .related(let related, let name), .relatedIn(let related, let name, _):
        guard let model = place.task.relateds.first(where: { $0.name == related }),
          let home = self.place(model.task, nil), visited.insert("\(model.task).\(name)").inserted,
          let definition = self.condition(of: .name(name), home)
        else { return }
        visit(definition, home)
      case .not(let part): visit(part, place)
      case .and(let parts), .or(let parts), .oneOf(let parts):
        for part in parts { visit(part, place) }
      case .quantified(_, let each, let body):
        self.place(place.task.name, each).map { visit(body, $0) }
      }
    }
    visit(condition, place)
    return found
  }
}
