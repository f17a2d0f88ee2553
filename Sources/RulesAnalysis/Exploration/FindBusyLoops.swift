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

  /// Findings about all of them; of the worst ones the severity is up to who asks.
  func busyLoopFindings(
    _ policies: [PoolModel.Policy: PoolModel.Severity], isGenerating: Bool = false
  ) -> [Diagnostic] {
    busy.compactMap { clause, loop in
      let policy = policies[.busy]
      if policy == .allow { return nil }
      var severity = policy == .error ? Diagnostic.Severity.error : .warning
      let isEndless = endless.contains(loop[0])
      if isGenerating {
        guard isEndless, policy == nil else { return nil }
        severity = .error
      }
      let rule = scope.clauses[clause]
      var notes = trace.notes(to: loop[0])
      var message = "\(rule.name) can fire again and again without an end"
      if loop[0] == loop[1] {
        message += ": one of its outcomes changes nothing"
        notes.append(Diagnostic.Note("again", "\(rule.name): no change"))
        notes.append(
          Diagnostic.Note("add", "a delay, `stay after 100 ms`, if it is to try again later"))
      } else {
        let names = loop.dropLast().map(ruleName)
        if isGenerating {
          message =
            "\(names.joined(separator: " and ")) undo each other without an end, and no rule ends it"
        }
        for (source, target) in zip(loop, loop.dropFirst()) {
          let words = graph.table.words
          notes.append(
            Diagnostic.Note(
              "again",
              "\(ruleName(in: source)): \(trace.difference(from: words[source], to: words[target]))"
            ))
        }
      }
      return Diagnostic(
        "busy-loop", severity, at: rule.position, message, notes: notes, about: scope.subject)
    }
  }

  /// The states from which rules lead round and round and nowhere else: what fires there fires for
  /// good, unless something happens that is no rule.
  private var endless: Set<Int> {
    let components = graph.ruleComponents()
    var members: [Int32: Int] = [:]
    for component in components { members[component, default: 0] += 1 }
    var leaves: Set<Int32> = []
    for state in 0..<graph.count {
      let edges = (graph.firsts[state]..<graph.firsts[state + 1]).filter {
        graph.edges[$0].contains(.rule)
      }
      let isLeft = edges.contains { components[Int(graph.targets[$0])] != components[state] }
      if isLeft || edges.isEmpty { leaves.insert(components[state]) }
    }
    return Set(
      (0..<graph.count).filter {
        members[components[$0], default: 0] > 1 && !leaves.contains(components[$0])
      })
  }

  private func ruleName(in state: Int) -> String {
    switch stateClass(state) {
    case .rule(let rule), .overlap(let rule): scope.clauses[rule].name
    default: ""
    }
  }
}

extension StateGraph {
  /// The most rules that fire one after another, from an initial state or one that something else
  /// than a rule leads to; nil if there is no most, as busy loops say.
  func longestFiring(isEndless: Bool) -> Int? {
    guard !isEndless else { return nil }
    // Tarjan's algorithm numbers a component after those that it leads to.
    let components = ruleComponents()
    var longest = Array(repeating: 0, count: count)
    var isStart = (0..<count).map { $0 < (levels.count > 1 ? levels[1] : 0) }
    for state in (0..<count).sorted(by: { components[$0] < components[$1] }) {
      for edge in firsts[state]..<firsts[state + 1] {
        let target = Int(targets[edge])
        if edges[edge].contains(.rule) {
          longest[state] = max(longest[state], longest[target] + 1)
        }
        if edges[edge] != [.rule, .dependable] { isStart[target] = true }
      }
    }
    return (0..<count).filter { isStart[$0] }.map { longest[$0] }.max() ?? 0
  }

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
