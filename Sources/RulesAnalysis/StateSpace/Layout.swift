import RulesLanguage

/// The variables of a diagram: those of the scope's state space, and after them hidden ones over
/// which conditions are projected - the foreign facts that no condition mentions, and a copy of the
/// facts of each quantified each ("some other replica").
struct Layout {
  private(set) var variables: [StateVariable]
  /// The variables of the state space; the hidden ones follow.
  let visibleCount: Int
  /// The scope as its own conditions see it.
  private(set) var frame: Frame
  /// Some instance of a quantified each, by the each's name.
  private(set) var copies: [String: Frame] = [:]

  init(_ scope: Scope, visible: [StateVariable], quantified: [String]) {
    variables = visible
    visibleCount = visible.count
    frame = Frame(scope: scope)
    for (index, variable) in visible.enumerated() { frame.bind(variable, to: index) }
    for variable in StateSpace.foreignVariables(of: scope)
    where !variable.facts.contains(where: { frame.slots[$0] != nil }) {
      frame.bind(variable, to: variables.count)
      variables.append(variable)
    }
    for name in quantified {
      let instance = Scope(scope.program, scope.task, scope.task.each(name))
      var copy = Frame(scope: instance)
      copy.slots = frame.slots.filter { $0.key.owner == .task }
      let own = (instance.each?.body.variables ?? []).map {
        StateVariable(.element, $0, scope.program)
      }
      for variable in own + StateSpace.foreignVariables(of: instance) {
        copy.bind(variable, to: variables.count)
        variables.append(variable)
      }
      copies[name] = copy
    }
  }

  var domainSizes: [Int] { variables.map(\.values.count) }
}

/// Which variable a fact is, for one instance of a scope.
struct Frame {
  let scope: Scope
  var slots: [FactReference: Int] = [:]

  init(scope: Scope) { self.scope = scope }

  mutating func bind(_ variable: StateVariable, to index: Int) {
    for fact in variable.facts { slots[fact] = index }
  }

  /// The instance that this one's each ranges over, in its own task's words.
  var foreign: Frame? {
    guard let foreign = scope.foreign else { return nil }
    var frame = Frame(scope: Scope(scope.program, foreign.task, foreign.each))
    for (fact, slot) in slots {
      switch fact.owner {
      case .foreignTask: frame.slots[FactReference(.task, fact.name)] = slot
      case .foreignElement: frame.slots[FactReference(.element, fact.name)] = slot
      case .task, .element: continue
      }
    }
    return frame
  }
}
