import RulesLanguage

extension ExploredScope {
  /// The rules that can fire again and again, by clause, each with a way round: from a state of
  /// class rule an outcome lies on a cycle of rule outcomes.
  static func busyLoops(
    _ graph: StateGraph, _ incidents: Incidents, _ system: TransitionSystem
  ) -> [(clause: Int, loop: [Int])] {
    let components = graph.ruleComponents()
    var busy: [Int: [Int]] = [:]
    for (move, state) in incidents.idle {
      if case .rule(_, let clause) = system.moves[move].kind { busy[clause] = [state, state] }
    }
    for state in 0..<graph.count {
      guard case .rule(let clause) = graph.stateClass(state),
        busy[clause] == nil
      else { continue }
      let edge = (graph.firsts[state]..<graph.firsts[state + 1]).first {
        graph.edges[$0].contains(.rule)
          && components[Int(graph.targets[$0])] == components[state]
      }
      guard let edge else { continue }
      busy[clause] = [state] + graph.ruleWay(from: Int(graph.targets[edge]), to: state, components)
    }
    return busy.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  func busyLoopFindings() -> [Diagnostic] {
    busy.map { clause, loop in
      let rule = scope.clauses[clause]
      var notes = trace.notes(to: loop[0])
      var message = "\(rule.name) can fire again and again without an end"
      if loop[0] == loop[1] {
        message += ": one of its outcomes changes nothing"
        notes.append(Diagnostic.Note("again", "\(rule.name): no change"))
        notes.append(
          Diagnostic.Note("add", "a delay, `stay after 100 ms`, if it is to try again later"))
      } else {
        for (source, target) in zip(loop, loop.dropFirst()) {
          let name = ruleName(in: source)
          let words = graph.table.words
          notes.append(
            Diagnostic.Note(
              "again", "\(name): \(trace.difference(from: words[source], to: words[target]))"))
        }
      }
      return Diagnostic(
        "busy-loop", .warning, at: rule.position, message, notes: notes, about: scope.subject)
    }
  }

  private func ruleName(in state: Int) -> String {
    switch stateClass(state) {
    case .rule(let rule), .overlap(let rule): scope.clauses[rule].name
    default: ""
    }
  }
}

extension StateGraph {
  /// A shortest way by rules within one component.
  fileprivate func ruleWay(from start: Int, to end: Int, _ components: [Int32]) -> [Int] {
    var previous: [Int: Int] = [start: start]
    var open = [start]
    var next = 0
    while next < open.count, previous[end] == nil {
      let state = open[next]
      next += 1
      for edge in firsts[state]..<firsts[state + 1] where edges[edge].contains(.rule) {
        let target = Int(targets[edge])
        guard components[target] == components[end], previous[target] == nil else { continue }
        previous[target] = state
        open.append(target)
      }
    }
    var way = [end]
    while let last = way.last, last != start, let before = previous[last] { way.append(before) }
    return way.reversed()
  }
}
