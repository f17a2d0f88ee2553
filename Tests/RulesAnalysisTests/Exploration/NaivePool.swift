import RulesLanguage

/// An `explore` by the language's definition: every instance has its facts, every related task and
/// every quantifier its true value, and no two states are taken for one. Written without the
/// analyser's code, so that the two can be compared.
final class NaivePool {
  typealias Facts = NaiveWorld.Facts
  typealias Atom = NaiveWorld.Atom

  struct Instance {
    var place: NaiveWorld.Place
    /// Its task's instance.
    var home: Int
    /// What it ranges over.
    var host: Int?
  }

  struct State: Hashable {
    /// Each instance's own facts.
    var facts: [Facts]
    /// For each task instance what it sees of related tasks that are not explored.
    var atoms: [Int: [Atom: Bool]]
  }

  struct Edge {
    var target: State
    var isDependable: Bool
    var isEnvironment: Bool
  }

  struct Result {
    var initial = 0
    var steps: [State: Int] = [:]
    var transitions = 0
    var goal = 0
    var unhandled = 0
    var overlap = 0
    var stuck = 0
    var stalls = 0
  }

  let world: NaiveWorld
  private(set) var instances: [Instance] = []

  /// - Parameter counts: instances of each task in text order, and of its own eaches.
  init(_ program: Program, _ counts: [(task: Int, elements: Int)]) {
    world = NaiveWorld(program)
    for (task, count) in zip(program.tasks, counts) {
      for _ in 0..<count.task {
        guard let place = world.place(task.name, nil) else { continue }
        let home = instances.count
        instances.append(Instance(place: place, home: home))
        for each in task.eaches {
          guard let place = world.place(task.name, each.name) else { continue }
          if place.foreignEach == nil {
            for _ in 0..<(each.name == "e" ? count.elements : 1) {
              instances.append(Instance(place: place, home: home))
            }
          } else {
            for host in instances.indices where instances[host].place.name == place.host?.name {
              instances.append(Instance(place: place, home: home, host: host))
            }
          }
        }
      }
    }
    // Quantifiers must be known before they are asked for.
    for place in world.places {
      var space = NaiveWorld.Space(place: place)
      for condition in conditions(of: place) { world.mention(condition, &space) }
    }
  }

  private func conditions(of place: NaiveWorld.Place) -> [Condition] {
    let body = place.body
    let causes = body.clauses.flatMap { clause -> [Cause] in
      if case .wait(let causes, _) = clause.kind { return causes }
      return []
    }
    return body.clauses.map(\.condition) + body.events.map(\.condition)
      + causes.compactMap { world.condition(of: $0, place) }
      + place.task.body.defines.map(\.condition) + (place.each?.body.defines ?? []).map(\.condition)
  }

  // MARK: What an instance sees

  /// Who a related of an instance is; nil: not explored.
  private func neighbour(_ related: String, of instance: Int) -> Int? {
    let home = instances[instance].home
    let task = instances[home].place.task.relateds.first { $0.name == related }?.task
    let others = instances.indices.filter {
      instances[$0].place.each == nil && instances[$0].place.task.name == task && $0 != home
    }
    return others.count == 1 ? others[0] : nil
  }

  private func view(_ instance: Int, _ state: State) -> NaiveWorld.State {
    let me = instances[instance]
    var view = NaiveWorld.State(facts: state.facts[me.home])
    view.facts.merge(state.facts[instance]) { own, _ in own }
    if let host = me.host {
      for facts in [state.facts[instances[host].home], state.facts[host]] {
        for (fact, value) in facts {
          let owner = fact.owner == .task ? FactReference.Owner.foreignTask : .foreignElement
          view.facts[FactReference(owner, fact.name)] = value
        }
      }
    }
    for (meaning, quantified) in world.bodies where quantified.task == me.place.task.name {
      view.quantifiers[meaning] = instances.indices.allSatisfy { element in
        let other = instances[element]
        guard other.home == me.home, other.place.each?.name == quantified.each else { return true }
        return world.holds(quantified.body, bareView(element, state), other.place)
      }
    }
    view.related = state.atoms[me.home] ?? [:]
    for atom in atoms(of: me.home) {
      guard let other = neighbour(atom.related, of: instance) else { continue }
      let there = instances[other].place
      let condition = world.condition(of: .name(atom.name), there) ?? .constant(false)
      view.related[atom] = world.holds(condition, bareTaskView(other, state), there)
    }
    return view
  }

  /// Facts only: what bodies of quantifiers speak of.
  private func bareView(_ instance: Int, _ state: State) -> NaiveWorld.State {
    let me = instances[instance]
    var view = NaiveWorld.State(facts: state.facts[me.home])
    view.facts.merge(state.facts[instance]) { own, _ in own }
    guard let host = me.host else { return view }
    for facts in [state.facts[instances[host].home], state.facts[host]] {
      for (fact, value) in facts {
        let owner = fact.owner == .task ? FactReference.Owner.foreignTask : .foreignElement
        view.facts[FactReference(owner, fact.name)] = value
      }
    }
    return view
  }

  /// Facts and quantifiers: what defines of a related task speak of.
  private func bareTaskView(_ home: Int, _ state: State) -> NaiveWorld.State {
    var view = bareView(home, state)
    for (meaning, quantified) in world.bodies
    where quantified.task == instances[home].place.task.name {
      view.quantifiers[meaning] = instances.indices.allSatisfy { element in
        let other = instances[element]
        guard other.home == home, other.place.each?.name == quantified.each else { return true }
        return world.holds(quantified.body, bareView(element, state), other.place)
      }
    }
    return view
  }

  /// The names of related tasks that the task's clauses, causes and events mention.
  private func atoms(of home: Int) -> Set<Atom> {
    if let known = knownAtoms[home] { return known }
    var found: Set<Atom> = []
    for instance in instances where instance.home == home {
      var space = NaiveWorld.Space(place: instance.place)
      for condition in conditions(of: instance.place) { world.mention(condition, &space) }
      found.formUnion(space.related)
    }
    knownAtoms[home] = found
    return found
  }
  private var knownAtoms: [Int: Set<Atom>] = [:]

  private func freeAtoms(of home: Int) -> [Atom] {
    atoms(of: home).filter { neighbour($0.related, of: home) == nil }
  }

  /// Those that the environment may change.
  private func changingAtoms(of home: Int) -> [Atom] {
    if let known = knownChanging[home] { return known }
    let found = freeAtoms(of: home).filter { world.isChanged($0, instances[home].place) }
    knownChanging[home] = found
    return found
  }
  private var knownChanging: [Int: [Atom]] = [:]

  // MARK: Moves

  private func isPermitted(_ state: State) -> Bool {
    instances.indices.allSatisfy {
      world.isPermitted(bareView($0, state).facts, instances[$0].place)
    }
  }

  private func edges(from state: State) -> [Edge] {
    var found: [Edge] = []
    for instance in instances.indices {
      let place = instances[instance].place
      let view = view(instance, state)
      for action in world.actions(of: place) where world.happens(action, view, place) {
        for effect in action.effects {
          found += outcomes(effect, instance, state).filter(isPermitted).map {
            Edge(target: $0, isDependable: action.isDependable, isEnvironment: false)
          }
        }
      }
    }
    for home in instances.indices where instances[home].home == home {
      for atom in changingAtoms(of: home) {
        let old = state.atoms[home]?[atom] ?? false
        if old, world.isStable(atom, instances[home].place) { continue }
        var target = state
        target.atoms[home]?[atom] = !old
        found.append(Edge(target: target, isDependable: true, isEnvironment: true))
      }
    }
    return found
  }

  private func outcomes(_ effect: Effect, _ instance: Int, _ state: State) -> [State] {
    guard case .changes(let changes) = effect else { return [state] }
    let me = instances[instance]
    var results = [state]
    for other in instances.indices {
      let place = instances[other].place
      let owner: FactReference.Owner = place.each == nil ? .task : .element
      for model in place.body.variables {
        let members = Set(world.assignments(model, owner)[0].keys.map(\.name))
        let own = changes.compactMap { change -> (member: String, value: Change.Value)? in
          guard let (target, name) = target(change.target, me, instance, other, place),
            target == other, members.contains(name)
          else { return nil }
          return (name, change.value)
        }
        guard !own.isEmpty else { continue }
        let old = state.facts[other].filter { members.contains($0.key.name) }
        let new = world.outcomes(model, owner, old, own)
        results = results.flatMap { result in
          new.map { values in
            var result = result
            result.facts[other].merge(values) { _, new in new }
            return result
          }
        }
      }
    }
    for change in changes {
      guard case .related(let related, let name) = change.target,
        neighbour(related, of: instance) == nil
      else { continue }
      let atom = Atom(related: related, name: name)
      guard atoms(of: me.home).contains(atom) else { continue }
      var values = [false, true]
      if case .exactly(let value) = change.value { values = [value == "true"] }
      results = results.flatMap { result in
        values.map { value in
          var result = result
          result.atoms[me.home]?[atom] = value
          return result
        }
      }
    }
    return results
  }

  /// The instance and the fact that a change concerns.
  private func target(
    _ target: Change.Target, _ me: Instance, _ instance: Int, _ other: Int,
    _ place: NaiveWorld.Place
  ) -> (instance: Int, fact: String)? {
    switch target {
    case .fact(let fact):
      switch fact.owner {
      case .task: return (me.home, fact.name)
      case .element: return (instance, fact.name)
      case .foreignTask: return me.host.map { (instances[$0].home, fact.name) }
      case .foreignElement: return me.host.map { ($0, fact.name) }
      }
    case .every(let each, let fact):
      let isOne = instances[other].home == me.home && place.each?.name == each
      return isOne ? (other, fact) : nil
    case .related(let name, let fact):
      return neighbour(name, of: instance).map { ($0, fact) }
    }
  }

  // MARK: Exploring

  private func initialStates() -> [State] {
    var states = [State(facts: instances.map { _ in [:] }, atoms: [:])]
    for (index, instance) in instances.enumerated() {
      let owner: FactReference.Owner = instance.place.each == nil ? .task : .element
      for model in instance.place.body.variables {
        let values = world.assignments(model, owner).filter { facts in
          model.initially.map { world.isInitial(facts, model, $0) } ?? true
        }
        states = states.flatMap { state in
          values.map { value in
            var state = state
            state.facts[index].merge(value) { _, new in new }
            return state
          }
        }
      }
      guard instance.home == index else { continue }
      let valuations = world.valuations(Set(freeAtoms(of: index)))
      states = states.flatMap { state in
        valuations.map { valuation in
          var state = state
          state.atoms[index] = valuation
          return state
        }
      }
    }
    return states.filter(isPermitted)
  }

  /// - Returns: nil if there are more states than the limit.
  func explore(limit: Int) -> Result? {
    var result = Result()
    var level = Set(initialStates())
    result.initial = level.count
    var edges: [State: [Edge]] = [:]
    var steps = 0
    while !level.isEmpty {
      for state in level { result.steps[state] = steps }
      guard result.steps.count <= limit else { return nil }
      var next: Set<State> = []
      for state in level {
        let found = self.edges(from: state)
        edges[state] = found
        next.formUnion(found.map(\.target))
      }
      level = next.filter { result.steps[$0] == nil }
      steps += 1
    }
    result.transitions = edges.reduce(0) { sum, entry in
      sum + Set(entry.value.map(\.target)).subtracting([entry.key]).count
    }
    judge(&result, edges)
    return result
  }

  private func judge(_ result: inout Result, _ edges: [State: [Edge]]) {
    let parts = instances.indices.filter { !instances[$0].place.body.clauses.isEmpty }
    var classes: [State: [NaiveWorld.Class]] = [:]
    var winners: [State: [[Int]]] = [:]
    for state in result.steps.keys {
      let views = parts.map { (view($0, state), instances[$0].place) }
      classes[state] = views.map { world.classify($0.0, $0.1) }
      winners[state] = views.map { world.winners($0.0, $0.1) }
    }
    let hasGoal = parts.map { part in
      instances[part].place.body.clauses.contains {
        if case .goal = $0.kind { return true }
        return false
      }
    }
    func isGoal(_ state: State) -> Bool {
      zip(classes[state] ?? [], hasGoal).allSatisfy { !$1 || $0 == .goal }
    }
    func reach(_ start: State, _ isFollowed: (Edge) -> Bool) -> Set<State> {
      var reached: Set<State> = [start]
      var open = [start]
      while let state = open.popLast() {
        for edge in edges[state] ?? [] where isFollowed(edge) {
          if reached.insert(edge.target).inserted { open.append(edge.target) }
        }
      }
      return reached
    }
    // Backwards, from the goals.
    var sources: [State: [State]] = [:]
    for (state, found) in edges {
      for edge in found where edge.isDependable { sources[edge.target, default: []].append(state) }
    }
    var live = Set(result.steps.keys.filter(isGoal))
    var open = Array(live)
    while let state = open.popLast() {
      for source in sources[state] ?? [] where live.insert(source).inserted { open.append(source) }
    }
    for state in result.steps.keys {
      let here = classes[state] ?? []
      if isGoal(state) { result.goal += 1 }
      if here.contains(.unhandled) { result.unhandled += 1 }
      if here.contains(.overlap) { result.overlap += 1 }
      if !live.contains(state) { result.stuck += 1 }
      guard !isGoal(state), !here.contains(.unhandled), !here.contains(.overlap) else { continue }
      let isStall = reach(state, \.isEnvironment).allSatisfy { other in
        winners[other] == winners[state]
          && !(edges[other] ?? []).contains {
            $0.isDependable && !$0.isEnvironment && $0.target != other
          }
      }
      if isStall { result.stalls += 1 }
    }
  }
}
