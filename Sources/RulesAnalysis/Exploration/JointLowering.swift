import RulesLanguage

/// A diagram over the variables of an explored scope and, after them, those of a guest: what the
/// guest does not share, and some further instance of each quantified each.
struct JointLowering {
  var lowering: InstanceLowering
  private let guest: Scope
  private let guestOverrulers: [Set<Int>]
  /// The number of variables of the explored scope.
  private let visible: Int
  /// Where the further instances begin.
  private let firstCopy: Int
  /// The states in which the guest can be, together with the explored instance.
  private var isThere = DecisionDiagram.always

  private static let explored = 0
  private static let visiting = 1

  /// One quantifier: its variable here, its variable as the guest's, its body.
  private struct Atom {
    var slot: Int
    var quantifier: UniversalQuantifier
    var isGuests: Bool
  }

  /// - Parameter shared: as what the explored scope sees facts that the guest sees under an owner.
  init(
    _ scope: Scope, _ space: StateSpace, _ guest: Scope, _ guestSpace: StateSpace,
    isSameTask: Bool, shared: (FactReference.Owner) -> FactReference.Owner?
  ) throws(AnalysisFailure) {
    self.guest = guest
    guestOverrulers = overrulers(guest.clauses)
    visible = space.variables.count
    var variables = space.variables
    var me = Instance(scope, space)
    var visitor = Instance(guest)
    func add(_ variable: StateVariable, to instance: inout Instance) {
      instance.bind(variable, to: variables.count)
      variables.append(variable)
    }

    for (owner, model) in guest.allVariables {
      let variable = StateVariable(owner, model, guest.program)
      // What neither state has a variable for is not shared: it only has to fit somehow.
      let isVisible = variable.facts.contains { guestSpace.slots[$0] != nil }
      if isVisible, let here = shared(owner), let slot = me.slot(here, model) {
        visitor.bind(variable, to: slot)
      } else {
        add(variable, to: &visitor)
      }
    }
    for (name, slot) in guestSpace.related.sorted(by: { $0.value < $1.value }) {
      if isSameTask, let known = space.related[name] {
        visitor.related[name] = known
      } else {
        visitor.related[name] = variables.count
        variables.append(guestSpace.variables[slot])
      }
    }
    var atoms = isSameTask ? Self.atoms(of: space, isGuests: false) : []
    for atom in Self.atoms(of: guestSpace, isGuests: true) {
      var atom = atom
      let variable = guestSpace.variables[atom.slot]
      atom.slot = variables.count
      variables.append(variable)
      atoms.append(atom)
    }
    let eaches = Array(Set(atoms.map(\.quantifier.each))).sorted()
    var hasHidden = false
    if let each = scope.each?.name, isSameTask, eaches.contains(each) {
      for (owner, model) in scope.allVariables where me.slot(owner, model) == nil {
        add(StateVariable(owner, model, scope.program), to: &me)
        hasHidden = true
      }
    }
    firstCopy = variables.count
    var copies: [(each: String, instance: Instance)] = []
    for each in eaches {
      var copy = Instance(Scope(guest.program, guest.task, guest.task.each(each)))
      copy.facts = visitor.facts.filter { $0.key.owner == .task }
      for (owner, model) in copy.scope.allVariables where owner != .task {
        add(StateVariable(owner, model, guest.program), to: &copy)
      }
      copies.append((each, copy))
    }
    lowering = InstanceLowering(variables, [me, visitor] + copies.map(\.instance))
    try unify(atoms, guestSpace, copies.map(\.each))
    isThere = try lowering.always(of: Self.visiting)
    if hasHidden {
      isThere = try lowering.diagram.and(isThere, try lowering.always(of: Self.explored))
    }
    for (index, copy) in copies.enumerated() {
      let isRealizable = try realizable(
        copy.each, instance: 2 + index, atoms, scope, isSameTask: isSameTask)
      isThere = try lowering.diagram.and(isThere, isRealizable)
    }
  }

  private static func atoms(of space: StateSpace, isGuests: Bool) -> [Atom] {
    space.variables.enumerated().compactMap { index, variable in
      guard case .quantifier(let each, let body) = variable.origin else { return nil }
      return Atom(
        slot: index, quantifier: UniversalQuantifier(each: each, body: body), isGuests: isGuests)
    }
  }

  /// Gives the guest's quantifiers their variables: that of the explored scope where the bodies mean
  /// the same.
  private mutating func unify(
    _ atoms: [Atom], _ guestSpace: StateSpace, _ copies: [String]
  ) throws(AnalysisFailure) {
    var meanings: [(each: String, body: DecisionDiagram.Node, slot: Int)] = []
    var slots: [Int] = []
    for atom in atoms {
      let copy = 2 + (copies.firstIndex(of: atom.quantifier.each) ?? 0)
      let body = try lowering.lowerExpanded(atom.quantifier.body, for: copy)
      let known = meanings.first { $0.each == atom.quantifier.each && $0.body == body }
      if known == nil { meanings.append((atom.quantifier.each, body, atom.slot)) }
      if atom.isGuests { slots.append(known?.slot ?? atom.slot) }
    }
    // `slots` has the guest's atoms in the order of its space.
    let first = guestSpace.variables.count - slots.count
    for (quantifier, slot) in guestSpace.quantifiers {
      lowering.instances[Self.visiting].quantifiers[quantifier] = slots[slot - first]
    }
  }

  /// The valuations of the quantifiers over an each that some set of its instances gives, in which
  /// the explored instance and the guest are, as far as they are instances of it. The largest such
  /// set is decisive: all consistent instances that satisfy each body whose quantifier is true.
  private mutating func realizable(
    _ each: String, instance copy: Int, _ atoms: [Atom], _ scope: Scope, isSameTask: Bool
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    var members = try lowering.always(of: copy)
    var all = DecisionDiagram.always
    var present: [Int] = []
    if isSameTask, scope.each?.name == each { present.append(Self.explored) }
    if guest.each?.name == each { present.append(Self.visiting) }
    let atoms = atoms.filter { $0.quantifier.each == each }
    for atom in atoms {
      let isFalse = try lowering.diagram.not(try value(of: atom))
      let body = try lowering.lowerExpanded(atom.quantifier.body, for: copy)
      members = try lowering.diagram.and(members, try lowering.diagram.or(isFalse, body))
      for instance in present {
        let here = try lowering.lowerExpanded(atom.quantifier.body, for: instance)
        all = try lowering.diagram.and(all, try lowering.diagram.or(isFalse, here))
      }
    }
    let someMember = try lowering.diagram.exists(from: firstCopy, members)
    all = try lowering.diagram.and(all, someMember)
    for atom in atoms {
      let isTrue = try value(of: atom)
      let body = try lowering.lowerExpanded(atom.quantifier.body, for: copy)
      let breaks = try lowering.diagram.and(members, try lowering.diagram.not(body))
      let someBreaks = try lowering.diagram.exists(from: firstCopy, breaks)
      all = try lowering.diagram.and(all, try lowering.diagram.or(isTrue, someBreaks))
    }
    return all
  }

  private mutating func value(of atom: Atom) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let instance = atom.isGuests ? Self.visiting : Self.explored
    let slot = lowering.instances[instance].quantifiers[atom.quantifier] ?? atom.slot
    return try lowering.diagram.literal(slot, in: [1])
  }
}

extension JointLowering {
  /// Where the guest can do this: a rule wins, an event's condition holds.
  mutating func condition(of action: Action) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let condition =
      action.isRule
      ? try lowering.wins(action.index, of: Self.visiting, guestOverrulers)
      : try lowering.lower(guest.body.events[action.index].condition, for: Self.visiting)
    return try lowering.diagram.and(condition, isThere)
  }

  /// Where the changes that the explored scope does not see have an outcome.
  mutating func isPossible(
    _ effect: Effect, isSeen: (Change.Target) -> Bool
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let hidden = effect.changes.filter { !isSeen($0.target) }
    let facts = lowering.instances[Self.visiting].facts
    let groups = VariableChange.grouped(hidden) { target in
      if case .fact(let fact) = target { return facts[fact] }
      return nil
    }
    var all = DecisionDiagram.always
    for group in groups {
      let outcomes = try checkedOutcomes(of: lowering.variables[group.slot], group.changes)
      let some = try lowering.diagram.literal(
        group.slot, in: outcomes.indices.filter { !outcomes[$0].isEmpty })
      all = try lowering.diagram.and(all, some)
    }
    return all
  }

  /// What two conditions together say about the explored scope.
  mutating func project(
    _ a: DecisionDiagram.Node, _ b: DecisionDiagram.Node
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    try lowering.diagram.exists(from: visible, try lowering.diagram.and(a, b))
  }
}

extension Scope {
  /// Every fact and chain that the scope can see, with the owner it sees it under.
  var allVariables: [(owner: FactReference.Owner, model: VariableModel)] {
    var all: [(owner: FactReference.Owner, model: VariableModel)] = []
    all += task.body.variables.map { (.task, $0) }
    all += (each?.body.variables ?? []).map { (.element, $0) }
    all += (foreign?.task.body.variables ?? []).map { (.foreignTask, $0) }
    all += (foreign?.each.body.variables ?? []).map { (.foreignElement, $0) }
    return all
  }
}
