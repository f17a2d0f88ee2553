import RulesAnalysis
import RulesLanguage

/// The names that generated code has for one scope and what it sees.
struct ScopeNames {
  let scope: Scope
  let space: StateSpace
  /// `Replica`, or `Task` for a task itself: the middle of `applyReplicaRules`.
  let stem: String
  /// What the rules are about: `replica`, `self`.
  let subject: String
  /// The Swift type of an element; nil for a task itself.
  let elementType: String?
  /// The property of each fact in the state structure.
  private(set) var factProperties: [FactReference: String] = [:]
  /// The property of each variable that is no fact.
  private(set) var atomProperties: [Int: String] = [:]

  init(_ partition: Partition) {
    scope = partition.scope
    space = partition.space
    let each = partition.scope.each
    stem = each.map { capitalized($0.name) } ?? "Task"
    subject = each.map { swiftName($0.name) } ?? "self"
    elementType = each.map { _ in partition.scope.elementType }
    var names = UniqueNames(["word"])
    for variable in space.variables {
      for fact in variable.members where !fact.isNumber {
        factProperties[fact] = names.make(fact.name)
      }
    }
    // The reader evaluates the eaches' collections beside locals of these names.
    for each in partition.scope.task.eaches { names.reserve(identifiers(in: each.collection.text)) }
    for (index, variable) in space.variables.enumerated() {
      switch variable.origin {
      case .fact: continue
      case .related(let related, let name):
        atomProperties[index] = names.make(related + capitalized(name))
      case .quantifier(let each, let body):
        var wanted = "all\(capitalized(each))s"
        if case .not = body { wanted = "no\(capitalized(each))" }
        atomProperties[index] = names.make(partition.scope.defineName(of: each, body) ?? wanted)
      }
    }
  }

  var leafType: String { "\(stem)Leaf" }
  var stateType: String { "\(stem)State" }
  var readCall: String { elementType == nil ? "readTask()" : "read\(stem)(\(subject))" }
  /// `_ replica: Replica`, or nothing for a task itself.
  var parameter: String { elementType.map { "_ \(subject): \($0)" } ?? "" }

  /// How names and comments call a variable: by its property, for a chain by its first fact.
  func propertyName(_ index: Int) -> String {
    let facts = space.variables[index].members
    return atomProperties[index] ?? facts.lazy.compactMap { factProperties[$0] }.first
      ?? space.variables[index].name
  }

  /// The properties of a variable in the state structure, with their types; one for each fact.
  func properties(_ index: Int) -> [(name: String, type: String, fact: FactReference?)] {
    let variable = space.variables[index]
    switch variable.origin {
    case .fact(_, let model):
      return variable.members.compactMap { fact in
        factProperties[fact].map { ($0, model.swiftType, fact) }
      }
    case .related(let related, let name):
      let model = scope.relatedFact(RelatedName(related: related, name: name))
      return [(propertyName(index), model?.swiftType ?? "Bool", nil)]
    case .quantifier:
      return [(propertyName(index), "Bool", nil)]
    }
  }

  /// Where the variables of a Swift type are declared, in the order of the space.
  func positions(ofType type: String) -> [SourcePosition] {
    space.variables.enumerated().compactMap { index, variable in
      guard properties(index).contains(where: { $0.type == type }) else { return nil }
      switch variable.origin {
      case .fact(_, let model): return model.position
      case .related(let related, _): return scope.task.related(related)?.position
      case .quantifier: return nil
      }
    }
  }

  /// Each member of a chain, or the one fact or atom, as an expression on the local state.
  func operands(_ index: Int) -> [String] {
    let variable = space.variables[index]
    guard case .fact = variable.origin else { return ["now.\(swiftName(propertyName(index)))"] }
    return variable.members.map(ofState.fact)
  }

  /// Facts as the local state `now` has them.
  var ofState: SwiftNaming {
    SwiftNaming(
      fact: { $0.isNumber ? $0.name : "now.\(swiftName(factProperties[$0] ?? $0.name))" },
      related: { name in
        let property = space.related[name].flatMap { atomProperties[$0] } ?? name.name
        return .atom("now.\(swiftName(property))")
      },
      quantifier: { quantifier in
        let property = space.quantifiers[quantifier].flatMap { atomProperties[$0] } ?? "?"
        return .atom("now.\(swiftName(property))")
      },
      define: { _, _ in nil })
  }
}

extension FactReference {
  /// Whether it stands for a number, as a member of a chain may.
  var isNumber: Bool { name.first.map { $0.isNumber || $0 == "-" } ?? false }
}

extension Scope {
  /// The fact that a name of a related task is; nil for a define.
  func relatedFact(_ name: RelatedName) -> VariableModel? {
    task.related(name.related).flatMap { program.task($0.task)?.body.variable(name.name) }
  }

  /// The Swift type of the each's elements.
  var elementType: String {
    let home = foreign?.each ?? each
    if case .swift(let type)? = home?.element { return type }
    return home.map { capitalized($0.name) } ?? task.name
  }

  /// The task's define that says exactly `all each: body`, or `none` of its opposite. One that cannot be
  /// expanded is in no clause, so it is not the one.
  fileprivate func defineName(of each: String, _ body: Condition) -> String? {
    task.body.defines.first { define in
      guard case .quantified(let quantifier, each, let own) = define.condition,
        let expanded = try? Scope(program, task, task.each(each)).expand(own)
      else { return false }
      let (universal, isNegated) = UniversalQuantifier.normalized(quantifier, each, expanded)
      return !isNegated && universal.body == body
    }?.name
  }

  /// Facts, relateds and quantifiers as properties of the task and the element: how defines and the
  /// state's reader get at them. `element` is what the element is called there.
  func reading(element: String) -> SwiftNaming {
    SwiftNaming(
      fact: { read($0, element: element) },
      related: { name in
        guard let related = task.related(name.related) else { return .atom(name.text) }
        guard related.isOptional else {
          return .atom("\(swiftName(name.related)).\(swiftName(name.name))")
        }
        let absent = related.absent.contains(name.name)
        return .loose("\(swiftName(name.related))?.\(swiftName(name.name)) ?? \(absent)")
      },
      quantifier: { quantifier in
        let instance = Scope(program, task, task.each(quantifier.each))
        let collection = instance.each?.collection.text ?? quantifier.each
        if case .not(let body) = quantifier.body {
          let inner = instance.swift(body, instance.reading(element: "$0")).text
          return .atom("!\(operand(collection)).contains { \(inner) }")
        }
        let inner = instance.swift(quantifier.body, instance.reading(element: "$0")).text
        return .atom("\(operand(collection)).allSatisfy { \(inner) }")
      },
      define: { owner, name in owner == .task ? swiftName(name) : nil })
  }

  /// The Swift expression that reads a fact.
  private func read(_ fact: FactReference, element: String) -> String {
    if fact.isNumber { return fact.name }
    switch fact.owner {
    case .task: return swiftName(fact.name)
    case .element:
      if let each, each.body.variable(fact.name)?.swift != nil {
        return "\(factReader(fact.name))(\(element))"
      }
      return "\(element).\(swiftName(fact.name))"
    case .foreignElement: return "\(element).\(swiftName(fact.name))"
    case .foreignTask:
      return "\(element).\(uncapitalized(foreign?.task.name ?? "")).\(swiftName(fact.name))"
    }
  }

  /// The method that evaluates an each's fact that the rules give a Swift expression for.
  func factReader(_ fact: String) -> String { (each?.name ?? "") + capitalized(fact) }
}

/// A Swift expression as the operand of a `.`: in brackets if it has an operator.
func operand(_ text: String) -> String {
  let isSimple = text.allSatisfy { $0.isLetter || $0.isNumber || "._:()[]\"?!, ".contains($0) }
  return isSimple && !text.hasPrefix("try ") ? text : "(\(text))"
}
