import RulesAnalysis

/// What one kind of profiles says about one scope.
struct SeenStates {
  /// Evaluations by consistent state. One that did not read every fact counts for each state that it
  /// may have been.
  var evaluations: [[Int]: UInt64] = [:]
  /// Evaluations by leaf, also those of states that are not known.
  var leaves: [Int: UInt64] = [:]
  /// Evaluations of facts that contradict each other.
  var impossible: [ImpossibleState] = []
  /// Evaluations in states that are not known.
  var overflow: UInt64 = 0

  init(_ recorded: Recording.Scope, _ reader: StateReader, _ source: EvidenceSource) {
    for (key, count) in recorded.states {
      leaves[key.leaf, default: 0].add(count)
      switch reader.read(key) {
      case .states(let states):
        for (state, _) in states { evaluations[state, default: 0].add(count) }
      case .impossible(let values):
        let leaf = reader.leaves[key.leaf]
        impossible.append(
          ImpossibleState(
            source: source, text: reader.text(of: values), reason: leaf.label ?? leaf.name,
            evaluations: count))
      }
    }
    for (leaf, count) in recorded.overflow {
      leaves[leaf, default: 0].add(count)
      overflow.add(count)
    }
    impossible.sort { ($1.evaluations, $0.text, $0.reason) < ($0.evaluations, $1.text, $1.reason) }
  }

  /// The states of each class, by `CoverageClass`, and of each clause.
  func count(in partition: Partition) -> (classes: [Int], clauses: [Int]) {
    var classes = CoverageClass.allCases.map { _ in 0 }
    var clauses = partition.scope.clauses.map { _ in 0 }
    for state in evaluations.keys {
      let stateClass = partition.stateClass(at: state)
      guard let kind = stateClass.coverage else { continue }
      classes[kind.rawValue] += 1
      for clause in stateClass.handlers { clauses[clause] += 1 }
    }
    return (classes, clauses)
  }
}

extension StateClass {
  /// Its place in the report; nil for a state that cannot exist.
  var coverage: CoverageClass? {
    switch self {
    case .rule: .rule
    case .wait: .wait
    case .goal: .goal
    case .overlap: .overlap
    case .unhandled: .unhandled
    case .broken, .inconsistent: nil
    }
  }

  /// The clauses that handle a state, by index.
  var handlers: [Int] {
    switch self {
    case .rule(let rule): [rule]
    case .wait(let clauses), .goal(let clauses): clauses
    case .overlap, .unhandled, .broken, .inconsistent: []
    }
  }
}

extension StateReader {
  /// Values as a condition; what was not read is left out.
  func text(of values: [Int?]) -> String {
    let texts = zip(variables, values).compactMap { variable, value in
      value.map { variable.pattern([$0]) }
    }
    return texts.joined(separator: ", ")
  }
}
