import RulesAnalysis
import RulesLanguage

/// A condition of which parts can be left out, one at a time: every part of an `and` or an `or` is a
/// mutant.
indirect enum MutableCondition {
  case atom(Condition)
  case not(MutableCondition)
  case all([Part])
  case any([Part])
  /// A define, whose mutants are the same wherever it is used.
  case define(FactReference, MutableCondition)

  struct Part {
    /// The mutant that leaves it out.
    var number: Int
    var condition: MutableCondition
  }

  /// What it is without one part, and without defines: of an `and` the part counts as true, of an `or`
  /// as false.
  /// - Parameter number: the mutant; nil: as written.
  func condition(without number: Int?) -> Condition {
    func value(_ part: Part, _ absent: Bool) -> Condition {
      part.number == number ? .constant(absent) : part.condition.condition(without: number)
    }
    return switch self {
    case .atom(let condition): condition
    case .not(let part): .not(part.condition(without: number))
    case .all(let parts): .and(parts.map { value($0, true) })
    case .any(let parts): .or(parts.map { value($0, false) })
    case .define(_, let definition): definition.condition(without: number)
    }
  }

  /// The mutants that leave something of it out, ascending.
  var numbers: [Int] {
    switch self {
    case .atom: []
    case .not(let part), .define(_, let part): part.numbers
    case .all(let parts), .any(let parts): parts.flatMap { [$0.number] + $0.condition.numbers }
    }
  }
}

/// Divides the conditions of one scope into parts, and lists these.
struct ConditionDivision {
  /// The clause or define that a condition belongs to, for the list.
  struct Place {
    var clause: String
    var position: SourcePosition
  }

  private let scope: Scope
  private let mutants: MutantList
  /// Whether the code asks a define by its name; else its definition is written out.
  private let isCalled: (FactReference.Owner, String) -> Bool
  private var defines: [FactReference: MutableCondition] = [:]

  init(
    _ scope: Scope, _ mutants: MutantList,
    isCalled: @escaping (FactReference.Owner, String) -> Bool
  ) {
    self.scope = scope
    self.mutants = mutants
    self.isCalled = isCalled
  }

  /// Divides a whole condition.
  mutating func divide(_ condition: Condition, of place: Place) -> MutableCondition {
    if case .constant = condition { return .atom(condition) }
    return parts(of: .and(condition.conjuncts), place)
  }

  private mutating func parts(of condition: Condition, _ place: Place) -> MutableCondition {
    switch condition {
    case .and(let parts): return .all(list(parts, place))
    case .or(let parts): return .any(list(parts, place))
    case .not(let part): return .not(parts(of: part, place))
    case .define(let owner, let name):
      let key = FactReference(owner, name)
      if let known = defines[key] { return .define(key, known) }
      guard !isCalled(owner, name), let definition = scope.definition(owner, name) else { break }
      let position = (owner == .element ? scope.each?.body : scope.task.body)?.define(name)?
        .position
      let divided = divide(
        definition,
        of: Place(clause: "\(scope.name) \(name)", position: position ?? place.position))
      defines[key] = divided
      return .define(key, divided)
    default: break
    }
    return .atom(condition)
  }

  private mutating func list(_ conditions: [Condition], _ place: Place) -> [MutableCondition.Part] {
    conditions.map { condition in
      let number = mutants.add(
        .dropped, place.clause, conditionText(condition, in: scope), at: place.position)
      return MutableCondition.Part(number: number, condition: parts(of: condition, place))
    }
  }
}

extension Condition {
  /// The parts that all have to hold; those of groups around a clause are apart in it.
  fileprivate var conjuncts: [Condition] {
    switch self {
    case .constant(true): []
    case .and(let parts): parts.flatMap(\.conjuncts)
    default: [self]
    }
  }
}
