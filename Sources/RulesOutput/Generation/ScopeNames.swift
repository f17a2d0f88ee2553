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
    subject = each?.name ?? "self"
    elementType = each.map { _ in partition.scope.elementType }
    var names = UniqueNames(["word"])
    for variable in space.variables {
      for fact in variable.facts { factProperties[fact] = names.make(fact.name) }
    }
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

  /// Facts as the local state `now` has them.
  var ofState: SwiftNaming {
    SwiftNaming(
      fact: { "now.\(swiftName(factProperties[$0] ?? $0.name))" },
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

extension Scope {
  /// The Swift type of the each's elements.
  var elementType: String {
    let home = foreign?.each ?? each
    if case .swift(let type)? = home?.element { return type }
    return home.map { capitalized($0.name) } ?? task.name
  }

  /// The task's define that says exactly `all each: body`. One that cannot be expanded is in no
  /// clause, so it is not the one.
  fileprivate func defineName(of each: String, _ body: Condition) -> String? {
    task.body.defines.first { define in
      guard case .quantified(.all, each, let own) = define.condition else { return false }
      let instance = Scope(program, task, task.each(each))
      return (try? instance.expand(own)) == body
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
