import RulesAnalysis
import RulesLanguage

/// The states of two versions of a scope, as one state space: the coarsest in which each version
/// can still tell apart all that it tells apart.
///
/// An enum has the values of both versions, an Int is cut wherever one version cuts it, of two
/// chains of which one has all members of the other the longer one is taken. A fact that only one
/// version has is a variable that the other does not look at.
struct CommonSpace {
  struct Variable {
    /// Its name and values.
    var meaning: StateVariable
    var old: View?
    var new: View?
  }

  /// How one version sees a common variable.
  struct View {
    /// The variable's index in that version.
    var variable: Int
    /// For each common value the value there; nil: there is none.
    var values: [Int?]
  }

  enum Side { case old, new }

  private(set) var variables: [Variable] = []

  init(old: [StateVariable], new: [StateVariable]) {
    var unmatched = Array(old.indices)
    for (index, variable) in new.enumerated() {
      let match = unmatched.first { old[$0].refined(with: variable) != nil }
      guard let match, let meaning = old[match].refined(with: variable) else {
        let isTaken = old.contains { $0.name == variable.name }
        variables.append(
          .init(meaning: variable.named(isTaken ? " (new)" : ""), new: .init(index, variable)))
        continue
      }
      unmatched.removeAll { $0 == match }
      variables.append(
        Variable(
          meaning: meaning,
          old: View(variable: match, values: meaning.values(in: old[match])),
          new: View(variable: index, values: meaning.values(in: variable))))
    }
    for index in unmatched {
      let isTaken = new.contains { $0.name == old[index].name }
      variables.append(
        .init(meaning: old[index].named(isTaken ? " (old)" : ""), old: .init(index, old[index])))
    }
  }

  /// How a version sees a variable; nil if it does not have it.
  func view(_ variable: Int, _ side: Side) -> View? {
    side == .old ? variables[variable].old : variables[variable].new
  }

  /// A family of states as a pattern one could paste.
  func pattern(_ cube: Cube) -> String {
    let texts = variables.indices.compactMap { index in
      let meaning = variables[index].meaning
      return cube.values[index].count < meaning.values.count
        ? meaning.pattern(cube.values[index]) : nil
    }
    return texts.isEmpty ? "true" : texts.joined(separator: ", ")
  }
}

extension CommonSpace.View {
  fileprivate init(_ index: Int, _ variable: StateVariable) {
    self.init(variable: index, values: variable.values.indices.map { $0 })
  }
}

extension StateVariable {
  fileprivate func named(_ suffix: String) -> StateVariable {
    StateVariable(name: name + suffix, values: values, origin: origin)
  }

  /// The variable that both versions of a fact can be read from; nil if they are different facts.
  fileprivate func refined(with new: StateVariable) -> StateVariable? {
    switch (origin, new.origin) {
    case (.related, .related), (.quantifier, .quantifier):
      guard name == new.name, isBool == new.isBool else { return nil }
      return StateVariable(name: name, values: union(values, new.values), origin: new.origin)
    case (.fact(let owner, let model), .fact(let newOwner, let newModel)) where owner == newOwner:
      switch (model.kind, newModel.kind) {
      case (.chain(let members, _), .chain(let newMembers, _)):
        if members == newMembers { return values.count < new.values.count ? new : self }
        return isSubsequence(members, newMembers)
          ? new : isSubsequence(newMembers, members) ? self : nil
      case (.bool, .bool): return name == new.name ? new : nil
      case (.enumeration, .enumeration):
        guard name == new.name else { return nil }
        return StateVariable(name: name, values: union(values, new.values), origin: new.origin)
      case (.integer(let domain), .integer(let newDomain)):
        guard name == new.name else { return nil }
        var common = newModel
        let refined = domain.refined(with: newDomain)
        common.kind = .integer(refined)
        return StateVariable(
          name: name, values: refined.intervals.map(\.name), origin: .fact(owner, common))
      default: return nil
      }
    default: return nil
    }
  }

  /// The new values in their order, then the old ones that are gone.
  private func union(_ old: [String], _ new: [String]) -> [String] {
    new + old.filter { !new.contains($0) }
  }

  /// For each value of this common variable the value of one version.
  fileprivate func values(in version: StateVariable) -> [Int?] {
    if let chain, let other = version.chain {
      return values.indices.map { chain.ordering($0, of: other) }
    }
    if case .fact(_, let model) = origin, case .integer(let domain) = model.kind,
      case .fact(_, let versionModel) = version.origin,
      case .integer(let versionDomain) = versionModel.kind
    {
      let intervals = versionDomain.intervals
      return domain.intervals.map { part in
        intervals.firstIndex {
          ($0.lower ?? .min) <= (part.lower ?? .min) && (part.upper ?? .max) <= ($0.upper ?? .max)
        }
      }
    }
    return values.map { value in version.values.firstIndex(of: value) }
  }
}

private func isSubsequence(_ part: [String], _ whole: [String]) -> Bool {
  var rest = whole[...]
  for member in part {
    guard let found = rest.firstIndex(of: member) else { return false }
    rest = rest[(found + 1)...]
  }
  return true
}

extension ChainOrder {
  /// The ordering of another chain, of some of these members, that one of these orderings gives;
  /// nil if that chain does not allow it.
  fileprivate func ordering(_ ordering: Int, of other: ChainOrder) -> Int? {
    (0..<other.count).first { candidate in
      other.links.indices.allSatisfy { link in
        guard let first = members.firstIndex(of: other.members[link]),
          let last = members.firstIndex(of: other.members[link + 1])
        else { return false }
        return isLess(first, last, in: ordering) == other.isStrict(link, in: candidate)
      }
    }
  }
}

extension IntegerDomain {
  /// Wide enough for both, and cut where one of them is cut or ends.
  fileprivate func refined(with other: IntegerDomain) -> IntegerDomain {
    let lowest = lower.flatMap { a in other.lower.map { min(a, $0) } }
    let highest = upper.flatMap { a in other.upper.map { max(a, $0) } }
    var cuts = Set(self.cuts + other.cuts)
    for bound in [lower, other.lower].compactMap({ $0 }) where bound != lowest {
      cuts.insert(bound)
    }
    for bound in [upper, other.upper].compactMap({ $0 }) where bound != highest {
      cuts.insert(bound + 1)
    }
    return IntegerDomain(lower: lowest, upper: highest, cuts: cuts.sorted())
  }
}
