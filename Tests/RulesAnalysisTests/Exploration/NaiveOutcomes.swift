import RulesLanguage

extension NaiveWorld {
  /// All that the values of a variable depend on, in one program.
  struct VariableKey: Hashable {
    private enum Kind: Hashable {
      case bool
      case enumeration(String)
      case chain([String], [VariableModel.ChainLink])
      case integer(IntegerDomain)
    }
    private let owner: FactReference.Owner
    private let name: String
    private let kind: Kind

    init(_ owner: FactReference.Owner, _ model: VariableModel) {
      self.owner = owner
      name = model.name
      kind =
        switch model.kind {
        case .bool: .bool
        case .enumeration(let type): .enumeration(type)
        case .chain(let members, let links): .chain(members, links)
        case .integer(let domain): .integer(domain)
        }
    }
  }

  /// All that the outcomes of changes depend on.
  struct OutcomeKey: Hashable {
    var variable: VariableKey
    var old: Facts
    var members: [String]
    var values: [Change.Value]
  }

  /// What changes make of one variable.
  func outcomes(
    _ model: VariableModel, _ owner: FactReference.Owner, _ old: Facts,
    _ changes: [(member: String, value: Change.Value)]
  ) -> [Facts] {
    let key = OutcomeKey(
      variable: VariableKey(owner, model), old: old, members: changes.map(\.member),
      values: changes.map(\.value))
    if let known = knownOutcomes[key] { return known }
    let found = findOutcomes(model, owner, old, changes)
    knownOutcomes[key] = found
    return found
  }

  /// Found by trying numbers.
  private func findOutcomes(
    _ model: VariableModel, _ owner: FactReference.Owner, _ old: Facts,
    _ changes: [(member: String, value: Change.Value)]
  ) -> [Facts] {
    func permitted(_ value: Change.Value, _ new: Int, _ number: (String) -> Int?) -> Bool {
      switch value {
      case .any: return true
      case .exactly(let name): return number(name) == new
      case .anyOf(let names): return names.contains { number($0) == new }
      case .range(let from, let includesFrom, let to, let includesTo):
        if let low = number(from), !(includesFrom ? low <= new : low < new) { return false }
        if let high = number(to), !(includesTo ? new <= high : new < high) { return false }
        return true
      }
    }
    switch model.kind {
    case .bool, .enumeration:
      var names = ["false", "true"]
      if case .enumeration(let type) = model.kind {
        names = program.enums.first { $0.name == type }?.values ?? []
      }
      guard let change = changes.last else { return [old] }
      return names.indices.filter { permitted(change.value, $0) { names.firstIndex(of: $0) } }
        .map { [FactReference(owner, model.name): $0] }
    case .integer(let domain):
      guard let change = changes.last else { return [old] }
      let reference = FactReference(owner, model.name)
      let oldInterval = domain.intervals.first { Self.sample($0) == old[reference] }
      let numbers = (-12...12).filter {
        (domain.lower ?? .min) <= $0 && $0 <= (domain.upper ?? .max)
      }
      var found: Set<Facts> = []
      for before in numbers where oldInterval?.contains(before) == true {
        for after in numbers
        where permitted(change.value, after, { $0 == model.name ? before : Int($0) }) {
          if let interval = domain.intervals.first(where: { $0.contains(after) }) {
            found.insert([reference: Self.sample(interval)])
          }
        }
      }
      return Array(found)
    case .chain(let members, let links):
      return chainOutcomes(members, links, owner, old, changes, permitted)
    }
  }

  /// Old values three numbers apart, beginning anywhere around 0; new values any numbers near them.
  private func chainOutcomes(
    _ members: [String], _ links: [VariableModel.ChainLink], _ owner: FactReference.Owner,
    _ old: Facts, _ changes: [(member: String, value: Change.Value)],
    _ permitted: (Change.Value, Int, (String) -> Int?) -> Bool
  ) -> [Facts] {
    let spacing = 4
    let ranks = members.map { old[FactReference(owner, $0)] ?? 0 }
    let isMember = members.contains { Int($0) != nil }
    let greatest = (ranks.max() ?? 0) * spacing
    var found: Set<Facts> = []
    for start in (-greatest - 2)...2 {
      let before = ranks.map { start + $0 * spacing }
      // A number that is a member is where it is; another one may be anywhere, here at 0.
      func number(_ name: String) -> Int? {
        if let index = members.firstIndex(of: name) { return before[index] }
        return isMember ? nil : Int(name).map { _ in 0 }
      }
      let near = (min(start, 0) - 4)...(max(start + greatest, 0) + 4)
      var tuples: [[Int]] = [[]]
      for (index, member) in members.enumerated() {
        let change = changes.last { $0.member == member }
        let candidates =
          change.map { change in near.filter { permitted(change.value, $0, number) } }
          ?? [before[index]]
        tuples = tuples.flatMap { tuple in
          candidates.filter { candidate in
            guard index > 0 else { return true }
            return links[index - 1] == .less
              ? tuple[index - 1] < candidate : tuple[index - 1] <= candidate
          }.map { tuple + [$0] }
        }
      }
      for tuple in tuples {
        var rank = 0
        var facts: Facts = [:]
        for (index, member) in members.enumerated() {
          if index > 0, tuple[index] > tuple[index - 1] { rank += 1 }
          facts[FactReference(owner, member)] = rank
        }
        found.insert(facts)
      }
      if !isMember, !changes.contains(where: { $0.value.mentionsNumber }) { break }
    }
    return Array(found)
  }
}

extension Change.Value {
  fileprivate var mentionsNumber: Bool {
    switch self {
    case .any: false
    case .exactly(let name): Int(name) != nil
    case .anyOf(let names): names.contains { Int($0) != nil }
    case .range(let from, _, let to, _): Int(from) != nil || Int(to) != nil
    }
  }
}
