import RulesAnalysis
import RulesLanguage

/// Whether conditions of a task can become true, or false, when a rule fires.
struct Flips {
  struct Directions {
    var canRise = false
    var canFall = false

    static let both = Directions(canRise: true, canFall: true)

    var reversed: Directions { Directions(canRise: canFall, canFall: canRise) }

    mutating func add(_ other: Directions) {
      canRise = canRise || other.canRise
      canFall = canFall || other.canFall
    }
  }

  private let scope: Scope
  private let inquiry: Inquiry
  private var diagram: DecisionDiagram
  private let rule: Int
  private let task: TaskModel
  private let firings: ReachedFirings
  /// What the rule changes.
  private let targets: [Change.Target]

  /// - Parameters:
  ///   - analysis: the scope of the rule.
  ///   - task: whose conditions are asked about: the scope's own, or the one whose each it ranges over.
  init(_ analysis: ScopeAnalysis, _ rule: Int, of task: TaskModel, _ firings: ReachedFirings) {
    scope = analysis.partition.scope
    inquiry = Inquiry(analysis)
    diagram = analysis.partition.diagram
    self.rule = rule
    self.task = task
    self.firings = firings
    if case .rule(_, let effects) = scope.clauses[rule].kind {
      targets = effects.flatMap(\.changes).map(\.target)
    } else {
      targets = []
    }
  }

  /// Whether the task is another one, whose each the scope ranges over.
  private var isVisit: Bool { task.name != scope.task.name }

  /// - Parameter condition: in the words of the task.
  /// - Returns: nil: not known.
  mutating func directions(of condition: Condition) throws(AnalysisFailure) -> Directions? {
    try expanded(try Scope(scope.program, task, nil).expand(condition), each: nil)
  }

  /// - Parameter each: whose instance the condition is about; nil: the task alone.
  private mutating func expanded(
    _ condition: Condition, each: String?
  ) throws(AnalysisFailure) -> Directions? {
    switch condition {
    case .constant: return Directions()
    case .not(let part): return try expanded(part, each: each)?.reversed
    case .and(let parts), .or(let parts):
      var all = Directions()
      for part in parts {
        guard let directions = try expanded(part, each: each) else { return nil }
        all.add(directions)
      }
      return all
    case .quantified(let quantifier, let each, let body):
      let (universal, isNegated) = UniversalQuantifier.normalized(quantifier, each, body)
      let directions = try expanded(universal.body, each: universal.each)
      return isNegated ? directions?.reversed : directions
    case .fact(let fact), .isIn(let fact, _), .compareNumber(let fact, _, _):
      return try single(condition, [fact], each)
    case .compare(let a, _, let b): return try single(condition, [a, b], each)
    case .oneOf, .related, .relatedIn, .define: return nil
    }
  }

  private mutating func single(
    _ condition: Condition, _ facts: [FactReference], _ each: String?
  ) throws(AnalysisFailure) -> Directions? {
    let changed = targets.contains { target in
      facts.contains { fact in
        switch target {
        case .fact(let own): own == (isVisit ? fact.visited : fact)
        case .every(let every, let name):
          !isVisit && fact.owner == .element && every == each && name == fact.name
        case .related: false
        }
      }
    }
    // A related may be an instance of the same task, whose states are not those of the firings.
    let isChangedElsewhere = targets.contains { target in
      guard case .related(_, let name) = target else { return false }
      return facts.contains { $0.owner == .task && $0.name == name }
    }
    if isChangedElsewhere { return .both }
    guard changed else { return Directions() }
    // Of the other elements nothing is known here, so what is changed for all of them may do anything.
    let own = isVisit ? scope.foreign?.each.name : scope.each?.name
    guard each == nil || each == own, facts.allSatisfy({ $0.owner == .element }) || each == nil
    else { return .both }
    let node = try inquiry.states(isVisit ? condition.seenFromVisitor : condition, &diagram)
    var directions = Directions()
    let isKnown = firings.visit(rule: rule) { before, after in
      let was = diagram.value(of: node, at: before) == 1
      let isNow = diagram.value(of: node, at: after) == 1
      if isNow != was {
        directions.add(Directions(canRise: isNow, canFall: was))
      }
    }
    return isKnown ? directions : nil
  }
}

extension FactReference {
  /// The same fact as who visits the element sees it.
  fileprivate var visited: FactReference {
    FactReference(owner == .task ? .foreignTask : .foreignElement, name)
  }
}
