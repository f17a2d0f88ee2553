import RulesAnalysis
import RulesLanguage

/// A recorded scope beside the scope of today's rules that has its name: what of a recorded state
/// today's rules can be asked about.
struct MatchedScope {
  var check: StepCheck
  /// For each variable of today's state space how it is known.
  private var sources: [Source]
  /// Facts that were recorded and are none any more, or were not recorded and are needed today.
  private(set) var removedFacts: [String] = []
  private(set) var addedFacts: [String] = []

  /// Where a variable's value is in a recorded state.
  private enum Source {
    /// For each recorded value the values of today that it may be; empty: any.
    case fact(RecordedTrace.Fact, [[Int]])
    case unknown
  }

  var scope: Scope { check.inquiry.scope }
  var space: StateSpace { check.inquiry.space }

  init(_ recorded: RecordedTrace.Scope, _ check: StepCheck) {
    self.check = check
    let facts = recorded.facts
    let variables = check.inquiry.space.variables
    sources = variables.map { variable in
      guard let fact = facts.first(where: { $0.name == variable.name }) else { return .unknown }
      return .fact(fact, fact.values.map { variable.values(like: $0) })
    }
    let names = Set(variables.map(\.name))
    removedFacts = facts.map(\.name).filter { !names.contains($0) }
    addedFacts = zip(variables, sources).compactMap { variable, source in
      if case .unknown = source { variable.name } else { nil }
    }
  }

  /// What is known of a recorded state: for each of today's variables the values it may have.
  func cube(of words: [UInt64]) -> Cube {
    Cube(
      values: zip(space.variables, sources).map { variable, source in
        let any = Array(variable.values.indices)
        guard case .fact(let fact, let values) = source, fact.shift / 64 < words.count else {
          return any
        }
        let index = fact.index(in: words)
        guard values.indices.contains(index), !values[index].isEmpty else { return any }
        return values[index]
      })
  }

  /// The clause of today that has a recorded name; nil: there is none.
  func clause(named name: String) -> Int? { scope.clauses.firstIndex { $0.name == name } }
}

extension StateVariable {
  /// The values that one written so may be: the same one, or for an Int the intervals that have a
  /// number in common with it. None: it says nothing.
  fileprivate func values(like text: String) -> [Int] {
    if let index = values.firstIndex(of: text) { return [index] }
    guard let domain = integer, let wanted = interval(text) else { return [] }
    return domain.intervals.indices.filter { index in
      let own = domain.intervals[index]
      return (own.lower ?? .min) <= (wanted.upper ?? .max)
        && (wanted.lower ?? .min) <= (own.upper ?? .max)
    }
  }

  /// `...-1`, `0`, `1...9`, `10...`, as `IntegerDomain.Interval.name` writes it.
  private func interval(_ text: String) -> IntegerDomain.Interval? {
    if text == "any" { return IntegerDomain.Interval(lower: nil, upper: nil) }
    if let number = Int(text) { return IntegerDomain.Interval(lower: number, upper: number) }
    let ends = text.split(separator: "...", omittingEmptySubsequences: false)
    guard ends.count == 2, ends.allSatisfy({ $0.isEmpty || Int($0) != nil }) else { return nil }
    return IntegerDomain.Interval(lower: Int(ends[0]), upper: Int(ends[1]))
  }
}

extension RecordedTrace.Scope {
  /// With what its own rules say, in a trace that does not say it.
  func described(by partition: Partition) -> Self {
    var scope = self
    scope.facts = StateWordLayout(partition.space).fields.map {
      RecordedTrace.Fact(
        name: $0.variable.name, values: $0.values, shift: $0.shift, width: $0.width)
    }
    for (number, leaf) in LeafTable(partition).leaves.enumerated() where scope.leaves[number] == nil
    {
      scope.leaves[number] = RecordedTrace.Leaf(name: leaf.name, kind: leaf.kind, line: leaf.line)
    }
    return scope
  }

  /// Whether every fact has a value in a state.
  func isState(_ words: [UInt64]) -> Bool {
    facts.allSatisfy { fact in
      fact.width == 0
        || fact.shift / 64 < words.count && fact.values.indices.contains(fact.index(in: words))
    }
  }

  /// A recorded state fact by fact, as the rules would write it.
  func texts(of words: [UInt64]) -> [String] {
    facts.map { fact in
      let value = fact.values[fact.index(in: words)]
      if fact.values.prefix(2) == ["false", "true"], value != "not read" {
        let needsBrackets = fact.name.contains(" ")
        return value == "true"
          ? fact.name : needsBrackets ? "not (\(fact.name))" : "not \(fact.name)"
      }
      return value.contains(" ") && value != "not read" ? value : "\(fact.name) == \(value)"
    }
  }

  /// What of one state is different in another one; empty: nothing.
  func difference(from old: [UInt64], to new: [UInt64]) -> String {
    zip(texts(of: old), texts(of: new)).filter { $0 != $1 }.map(\.1).joined(separator: ", ")
  }
}
