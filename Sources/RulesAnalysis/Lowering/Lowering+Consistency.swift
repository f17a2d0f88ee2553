import RulesLanguage

extension Lowering {
  /// The states in which the invariants of an instance hold, the hidden variables still in it.
  mutating func always(_ frame: Frame) throws(AnalysisFailure) -> DecisionDiagram.Node {
    var all: [DecisionDiagram.Node] = []
    for always in frame.scope.always { all.append(try lower(always.condition, in: frame)) }
    return try diagram.all(all)
  }

  /// The same, also for the foreign instance that its each ranges over.
  private mutating func alwaysEverywhere(
    _ frame: Frame
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    let own = try always(frame)
    guard let foreign = frame.foreign else { return own }
    return try diagram.and(own, try always(foreign))
  }

  /// The consistent states of the scope: its invariants hold, its foreign facts extend to a state
  /// in which the foreign invariants hold, and its quantifiers are realizable together.
  mutating func consistentStates() throws(AnalysisFailure) -> DecisionDiagram.Node {
    var consistent = try diagram.exists(
      from: layout.visibleCount, try alwaysEverywhere(layout.frame))
    for each in layout.copies.keys.sorted() {
      consistent = try diagram.and(consistent, try realizable(each))
    }
    return consistent
  }

  /// The valuations of an each's quantifiers that some set of its instances gives.
  ///
  /// The largest set that can give a valuation is the set of *all* consistent instances that
  /// satisfy every body whose quantifier is true. So it must not be empty, it must contain, for
  /// each quantifier that is false, an instance that breaks its body, and in the each's own scope it
  /// must contain the instance that the scope is about.
  private mutating func realizable(
    _ each: String
  ) throws(AnalysisFailure) -> DecisionDiagram.Node {
    guard let copy = layout.copies[each] else { return DecisionDiagram.always }
    let atoms = quantifiers.filter { $0.key.each == each }
      .sorted { ($0.value, "\($0.key.body)") < ($1.value, "\($1.key.body)") }
    var members = try alwaysEverywhere(copy)
    var realizable = DecisionDiagram.always
    for (quantifier, slot) in atoms {
      let isFalse = try diagram.literal(slot, in: [0])
      let body = try lowerExpanded(quantifier.body, in: copy)
      members = try diagram.and(members, try diagram.or(isFalse, body))
      if layout.frame.scope.each?.name == each {
        let here = try lowerExpanded(quantifier.body, in: layout.frame)
        realizable = try diagram.and(realizable, try diagram.or(isFalse, here))
      }
    }
    let someMember = try diagram.exists(from: layout.visibleCount, members)
    realizable = try diagram.and(realizable, someMember)
    for (quantifier, slot) in atoms {
      let isTrue = try diagram.literal(slot, in: [1])
      let breaks = try diagram.not(try lowerExpanded(quantifier.body, in: copy))
      let someBreaks = try diagram.exists(
        from: layout.visibleCount, try diagram.and(members, breaks))
      realizable = try diagram.and(realizable, try diagram.or(isTrue, someBreaks))
    }
    return realizable
  }
}
