import RulesLanguage

/// Why an `explore` could not be done.
enum PoolFailure: Error {
  /// It is not said which instance a name means.
  case unbound(String, SourcePosition)
  /// A define depends on itself through relateds.
  case circular(String)
  case tooLarge(String)
}

/// The instances of an `explore`, the variables that their states are made of, and who is related
/// to whom.
struct PoolInstances {
  let program: Program
  let pool: PoolModel
  let exploration: PoolModel.Exploration
  private(set) var instances: [Instance] = []
  /// `Segment 1`, `Segment 1 replica 1`
  private(set) var names: [String] = []
  private(set) var variables: [StateVariable] = []
  /// For each variable the instance it belongs to.
  private(set) var owners: [Int] = []
  /// For each instance its task's instance.
  private(set) var tasks: [Int] = []
  /// For each instance that visits one of another task's each, that one.
  private var hosts: [Int: Int] = [:]
  /// For each task its instances.
  private var numbered: [String: [Int]] = [:]
  /// For each task instance the names of related tasks that the environment decides.
  private var environment: [Int: Set<RelatedName>] = [:]

  /// More instances have no chance to be explored.
  private static let limit = 1_000

  init(
    _ program: Program, _ pool: PoolModel, _ exploration: PoolModel.Exploration
  ) throws(PoolFailure) {
    self.program = program
    self.pool = pool
    self.exploration = exploration
    for part in exploration.parts {
      guard let task = program.task(part.task) else { continue }
      guard part.count <= Self.limit else { throw .tooLarge("it has too many instances") }
      for _ in 0..<part.count { try addTask(task, part) }
    }
    try addVisitors()
    sortByText()
    bindElements()
  }

  private mutating func addTask(
    _ task: TaskModel, _ part: PoolModel.Exploration.Part
  ) throws(PoolFailure) {
    let number = numbered[task.name, default: []].count + 1
    var instance = Instance(Scope(program, task, nil))
    bind(task.body.variables, .task, to: &instance)
    let index = instances.count
    add(instance, "\(task.name) \(number)", task: index)
    numbered[task.name, default: []].append(index)
    for each in task.eaches {
      guard case .swift = each.element else { continue }
      let count = part.elements.first { $0.each == each.name }?.count ?? 1
      guard instances.count + count <= Self.limit else {
        throw .tooLarge("it has too many instances")
      }
      for element in 0..<count {
        var instance = Instance(Scope(program, task, each))
        instance.facts = instances[index].facts
        bind(each.body.variables, .element, to: &instance)
        add(instance, "\(task.name) \(number) \(each.name) \(element + 1)", task: index)
      }
    }
  }

  /// An each over another task's each has exactly the explored instances of that.
  private mutating func addVisitors() throws(PoolFailure) {
    for part in exploration.parts {
      guard let task = program.task(part.task) else { continue }
      for each in task.eaches {
        let scope = Scope(program, task, each)
        guard let foreign = scope.foreign else { continue }
        guard numbered[foreign.task.name] != nil else {
          throw .unbound(
            "\(scope.name) ranges over \(foreign.task.name).\(foreign.each.name), and no "
              + "\(foreign.task.name) is explored", part.position)
        }
        let hosts = instances.indices.filter {
          instances[$0].scope.name == "\(foreign.task.name).\(foreign.each.name)"
        }
        for (number, home) in (numbered[task.name] ?? []).enumerated()
        where !instances.indices.contains(where: {
          tasks[$0] == home && instances[$0].scope.each?.name == each.name
        }) {
          guard instances.count + hosts.count <= Self.limit else {
            throw .tooLarge("it has too many instances")
          }
          for (element, host) in hosts.enumerated() {
            var instance = Instance(scope)
            instance.facts = instances[home].facts
            for (fact, slot) in instances[host].facts {
              instance.facts[fact.seenFromVisitor] = slot
            }
            bind(each.body.variables, .element, to: &instance)
            self.hosts[instances.count] = host
            add(instance, "\(task.name) \(number + 1) \(each.name) \(element + 1)", task: home)
          }
        }
      }
    }
  }

  private mutating func bind(
    _ models: [VariableModel], _ owner: FactReference.Owner, to instance: inout Instance
  ) {
    for model in models {
      let variable = StateVariable(owner, model, program)
      instance.bind(variable, to: variables.count)
      variables.append(variable)
      owners.append(instances.count)
    }
  }

  private mutating func add(_ instance: Instance, _ name: String, task: Int) {
    instances.append(instance)
    names.append(name)
    tasks.append(task)
  }

  /// Visitors are made last, but belong behind their task.
  private mutating func sortByText() {
    let order = instances.indices.sorted {
      func rank(_ index: Int) -> (Int, Int, Int) {
        let scope = instances[index].scope
        let each = scope.task.eaches.firstIndex { $0.name == scope.each?.name } ?? -1
        return (tasks[index], each, index)
      }
      return rank($0) < rank($1)
    }
    var place = order
    for (new, old) in order.enumerated() { place[old] = new }
    instances = order.map { instances[$0] }
    names = order.map { names[$0] }
    tasks = order.map { place[tasks[$0]] }
    owners = owners.map { place[$0] }
    hosts = Dictionary(
      uniqueKeysWithValues: hosts.map { (place[$0.key], place[$0.value]) })
    numbered = numbered.mapValues { $0.map { place[$0] } }
  }

  private mutating func bindElements() {
    for index in instances.indices {
      for each in instances[index].scope.task.eaches {
        instances[index].elements[each.name] = instances.indices.filter {
          tasks[$0] == tasks[index] && instances[$0].scope.each?.name == each.name
        }
      }
    }
  }
}

// MARK: Symmetry

extension PoolInstances {
  /// Which instances can change places: those of one each in one task. What belongs to one is its
  /// own facts and those of its visitors, of each visiting task in turn.
  func symmetry(_ layout: WordLayout) -> Symmetry {
    var symmetry = Symmetry()
    for home in instances.indices where tasks[home] == home {
      for each in instances[home].scope.task.eaches {
        guard case .swift = each.element, let elements = instances[home].elements[each.name],
          elements.count > 1, elements.count <= Symmetry.columnLimit
        else { continue }
        let columns = elements.map { element in
          let visitors = instances.indices.filter { hosts[$0] == element }
          return ([element] + visitors).flatMap { owner in
            variables.indices.filter { owners[$0] == owner }.map {
              (shift: layout.shifts[$0], mask: layout.masks[$0])
            }
          }
        }
        guard columns[0].contains(where: { $0.mask != 0 }) else { continue }
        symmetry.groups.append(Symmetry.Group(columns: columns))
      }
    }
    return symmetry
  }
}

// MARK: Relateds

extension PoolInstances {
  /// Who a related of an instance is.
  private func neighbour(
    _ related: RelatedModel, of instance: Int
  ) throws(PoolFailure) -> Instance.Neighbour {
    let home = tasks[instance]
    let task = instances[home].scope.task
    let own = numbered[task.name] ?? []
    let number = own.firstIndex(of: home) ?? 0
    let links = pool.entries.first { $0.task == task.name }?.links
    if let links, related.name == links.0 || related.name == links.1 {
      let next = related.name == links.0 ? number - 1 : number + 1
      if own.indices.contains(next) { return .instance(own[next]) }
      return related.absent.isEmpty ? .environment : .absent
    }
    let all = numbered[related.task] ?? []
    let others = all.filter { $0 != home }
    if others.count == 1 { return .instance(others[0]) }
    if others.isEmpty { return .environment }
    if related.task != task.name, all.count == own.count { return .instance(all[number]) }
    let part = exploration.parts.first { $0.task == task.name }
    throw .unbound(
      "which of the \(all.count) explored \(related.task) the `\(related.name)` of "
        + "\(names[home]) is, is not said", part?.position ?? exploration.position)
  }

  /// Binds every related that conditions or changes mention, and gives a variable to each name that
  /// the environment decides.
  mutating func bindRelateds() throws(PoolFailure) {
    for index in instances.indices {
      let scope = instances[index].scope
      var conditions = scope.clauses.map(\.condition) + scope.body.events.map(\.condition)
      conditions += scope.clauses.flatMap(\.causes).compactMap(scope.condition(of:))
      conditions += scope.body.defines.filter(\.isStable).map(\.condition)
      for condition in conditions { try visit(condition, index, []) }
      let changes = Action.all(of: scope).flatMap(\.effects).flatMap(\.changes)
      for case .related(let name, _) in changes.map(\.target) { try bind(name, index) }
    }
    addAtoms()
  }

  private mutating func bind(_ name: String, _ instance: Int) throws(PoolFailure) {
    guard instances[instance].neighbours[name] == nil,
      let related = instances[instance].scope.task.related(name)
    else { return }
    let neighbour = try neighbour(related, of: instance)
    for other in instances.indices where tasks[other] == tasks[instance] {
      instances[other].neighbours[name] = neighbour
    }
  }

  private struct Visited: Hashable { var instance: Int, name: String }

  /// Follows the names of related tasks in a condition. The path has one entry for each instance and
  /// name at most.
  private mutating func visit(
    _ condition: Condition, _ instance: Int, _ path: [Visited]
  ) throws(PoolFailure) {
    let scope = instances[instance].scope
    guard let expanded = try? scope.expand(condition) else { return }
    var mentions = Mentions()
    mentions.add(expanded)
    for mention in mentions.related.sorted(by: { $0.text < $1.text }) {
      try bind(mention.related, instance)
      switch instances[instance].neighbours[mention.related] {
      case .environment: environment[tasks[instance], default: []].insert(mention)
      case .instance(let other):
        let visited = Visited(instance: other, name: mention.name)
        guard !path.contains(visited) else {
          throw .circular("`\(mention.name)` of \(names[other])")
        }
        let home = instances[other].scope
        if let definition = home.condition(of: .name(mention.name)) {
          try visit(definition, other, path + [visited])
        }
      case .absent, nil: continue
      }
    }
  }

  private mutating func addAtoms() {
    for home in environment.keys.sorted() {
      let scope = instances[home].scope
      for name in (environment[home] ?? []).sorted(by: { $0.text < $1.text }) {
        let related = scope.task.related(name.related).flatMap { program.task($0.task) }
        var values = StateVariable.bool
        if case .enumeration(let type)? = related?.body.variable(name.name)?.kind {
          values = program.enumeration(type)?.values ?? values
        }
        for other in instances.indices where tasks[other] == home {
          instances[other].related[name] = variables.count
        }
        variables.append(
          StateVariable(
            name: name.text, values: values,
            origin: .related(related: name.related, name: name.name)))
        owners.append(home)
      }
    }
  }
}
