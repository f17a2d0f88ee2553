import RulesAnalysis

/// Reads the recorded state words of one scope back into states.
///
/// A lazy fact that an evaluation did not need is not in its word: such a word stands for every
/// consistent state that agrees with it, all of which are decided alike.
package struct StateReader: Sendable {
  /// The most states that one word is read as; further ones are left out, so that they count as not
  /// seen.
  private static let completionLimit = 4096

  private let partition: Partition
  private let scope: RecordedScope

  init(_ partition: Partition, _ scope: RecordedScope) {
    self.partition = partition
    self.scope = scope
  }

  /// What a state consists of.
  var variables: [StateVariable] { partition.space.variables }
  /// The ends that an evaluation can have.
  package var leaves: [Leaf] { scope.leaves.leaves }

  /// What one recorded word and leaf say.
  enum Reading {
    /// These states, each with its class.
    case states([(state: [Int], stateClass: StateClass)])
    /// The facts contradict each other, or a number is out of its declared bounds or order. Values
    /// as far as they were read.
    case impossible([Int?])
  }

  /// Throws if no evaluation of these rules can have left this record.
  func check(_ state: Profile.State) throws(ProfileError) {
    let words = state.words.map { String($0, radix: 16) }.joined(separator: ":")
    guard let values = scope.layout.unpack(state.words) else {
      throw ProfileError("\(words) is no state of \(scope.name)")
    }
    guard !isMisplaced(state.leaf) else { return }
    let completions = completions(of: values)
    guard completions.count < Self.completionLimit else { return }
    let classes = completions.map { partition.stateClass(at: $0) }
    let isPossible = classes.contains { stateClass in
      switch stateClass {
      case .broken, .inconsistent: true
      default: scope.leaves.leaves(of: stateClass).contains(state.leaf)
      }
    }
    guard isPossible else {
      throw ProfileError(
        "state \(words) of \(scope.name) cannot end in \(leaves[state.leaf].name)")
    }
  }

  /// What a record that was checked stands for.
  func read(_ key: Recording.Key) -> Reading {
    guard let values = scope.layout.unpack(key.words), !isImpossible(key.leaf) else {
      return .impossible(scope.layout.unpack(key.words) ?? [])
    }
    let states = completions(of: values).map { ($0, partition.stateClass(at: $0)) }.filter {
      switch $0.1 {
      case .broken, .inconsistent: false
      default: scope.leaves.leaves(of: $0.1).contains(key.leaf)
      }
    }
    return states.isEmpty ? .impossible(values) : .states(states)
  }

  /// Whether the leaf reports a number that no value of the analysis stands for, so that the word
  /// may look like that of any state.
  private func isMisplaced(_ leaf: Int) -> Bool {
    scope.leaves.misplaced.contains { $0.leaf == leaf }
  }

  private func isImpossible(_ leaf: Int) -> Bool { leaves[leaf].kind == "impossible" }

  /// The states that agree with the values that were read.
  private func completions(of values: [Int?]) -> [[Int]] {
    var states: [[Int]] = [values.map { $0 ?? 0 }]
    for index in values.indices where values[index] == nil {
      let size = scope.layout.fields[index].variable.values.count
      var more: [[Int]] = []
      for state in states {
        for value in 0..<size where more.count < Self.completionLimit {
          more.append(state)
          more[more.count - 1][index] = value
        }
      }
      states = more
    }
    return states
  }
}
