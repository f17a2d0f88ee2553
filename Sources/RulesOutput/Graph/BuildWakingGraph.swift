import RulesAnalysis
import RulesLanguage

/// Which rule or event wakes which wait, in the whole program: an event the waits for it, a rule or
/// event those that wait for a condition which it may make true.
public func wakingGraph(_ analysis: Analysis, _ program: Program) -> RuleGraph {
  var part = RuleGraph.Part(name: "Wake-ups", remark: "", nodes: [], edges: [])
  var known: [String: Int] = [:]
  let labels = labels(of: program)
  func node(_ kind: RuleGraph.Kind, _ name: String, _ label: String?) -> Int {
    if let index = known[name] { return index }
    known[name] = part.nodes.count
    part.nodes.append(.init(kind: kind, name: name, label: label))
    return part.nodes.count - 1
  }
  for scope in analysis.scopes {
    let task = scope.partition.scope.task.name
    for (clause, model) in zip(scope.clauses, scope.partition.scope.clauses)
    where clause.kind == "wait" {
      let wait = node(.wait, "\(task).\(clause.name)", clause.label)
      let causes = model.causes.map(\.text).joined(separator: ", ")
      for name in clause.wakes {
        let waker = labels[name]
        let from = node(waker?.isEvent == true ? .event : .rule, name, waker?.label)
        part.edges.append(.init(from: from, to: wait, relation: .wakes, label: causes))
      }
    }
  }
  let waits = part.nodes.count { $0.kind == .wait }
  part.remark =
    "\(waits) \(waits == 1 ? "wait" : "waits"), and the rules and events that may end "
    + (waits == 1 ? "it" : "them")
  return RuleGraph(parts: [part])
}

/// What is known of each rule and event, by `Task.name`.
private func labels(of program: Program) -> [String: (isEvent: Bool, label: String?)] {
  var labels: [String: (isEvent: Bool, label: String?)] = [:]
  for scope in Scope.all(of: program) {
    for clause in scope.clauses {
      labels["\(scope.task.name).\(clause.name)"] = (false, clause.label)
    }
    for event in scope.body.events {
      labels["\(scope.task.name).\(event.name)"] = (true, event.label)
    }
  }
  return labels
}
