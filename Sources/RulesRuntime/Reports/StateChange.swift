/// What an action did to the state, variable by variable, and whether its rule says so.
struct StateChange {
  private struct Step {
    var variable: RuleTable.Variable
    var old: Int
    var new: Int
  }

  /// The variables that are checked and were read both before and after.
  private let steps: [Step]

  /// - Parameter unchecked: the variables that the rule does not answer for.
  init(_ scope: RuleTable.Scope, from old: [UInt64], to new: [UInt64], unchecked: [String]) {
    steps = scope.variables.compactMap { variable in
      guard !unchecked.contains(variable.name) else { return nil }
      let step = Step(
        variable: variable, old: variable.index(in: old), new: variable.index(in: new))
      return variable.isUnread(step.old) || variable.isUnread(step.new) ? nil : step
    }
  }

  /// Whether one alternative leads from the old state to the new one: what it names becomes what it
  /// says, everything else stays.
  func isOutcome(of alternatives: [[RuleOutcome]]) -> Bool {
    alternatives.contains { outcomes in
      steps.allSatisfy { step in
        guard let outcome = outcomes.first(where: { $0.variable == step.variable.name }) else {
          return step.old == step.new
        }
        return outcome.allows(step.old, step.new, of: step.variable)
      }
    }
  }

  /// `rpc == idle to ok, a == b to a < b`; `nothing`
  var text: String {
    let changes = steps.filter { $0.old != $0.new }.map { step in
      let (old, new) = (step.variable.text(step.old), step.variable.text(step.new))
      let isChain = old.contains(" ")
      return isChain ? "\(old) to \(new)" : "\(step.variable.name) == \(old) to \(new)"
    }
    return changes.isEmpty ? "nothing" : changes.joined(separator: ", ")
  }
}

extension RuleTable.Variable {
  /// The number of its value in a state.
  func index(in words: [UInt64]) -> Int {
    guard width > 0, shift / 64 < words.count else { return 0 }
    return Int(words[shift / 64] >> UInt64(shift % 64) & ((1 << UInt64(width)) - 1))
  }

  /// Whether this value says that a lazy fact was not read.
  fileprivate func isUnread(_ index: Int) -> Bool {
    values.indices.contains(index) && values[index] == "not read"
  }

  fileprivate func text(_ index: Int) -> String {
    values.indices.contains(index) ? values[index] : "?\(index)"
  }
}
