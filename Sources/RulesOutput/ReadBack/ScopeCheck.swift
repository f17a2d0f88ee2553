import RulesAnalysis
import RulesLanguage

/// Compares the generated text of one scope with its analysis.
struct ScopeCheck {
  private let interface: ScopeEmission
  private let methods: [String: [Substring]]
  private var reader: DecisionReader

  private var partition: Partition { interface.partition }
  private var root: String { "apply\(interface.names.stem)Rules" }

  init(_ interface: ScopeEmission, _ methods: [String: [Substring]]) {
    self.interface = interface
    self.methods = methods
    reader = DecisionReader(
      interface.names,
      order: interface.partition.diagram.order.variables.filter(
        interface.names.space.variables.indices.contains), methods: methods)
  }

  /// What the text does differently from the rules; nil: nothing.
  mutating func difference() -> String? {
    do throws(DecisionReader.Failure) {
      guard let lines = methods[root] else { return "it has no method \(root)" }
      let isChain = lines.contains { $0.trimmed == DecisionEmission.chainComment }
      return try isChain
        ? ChainCheck(interface).difference(of: root, &reader) : compareStates()
    } catch {
      switch error {
      case .unreadable(let text): return "'\(text)' cannot be read back"
      case .tooMany: return "it is too large to be read back"
      }
    }
  }

  private mutating func compareStates() throws(DecisionReader.Failure) -> String? {
    guard let whole = partition.root else { return "it has no diagram of its clauses" }
    let generated = try reader.read(root)
    let expected = try reader.convert(whole, of: partition.diagram)
    var difference: String?
    reader.functions.pairs(generated, expected) { ends, part, state in
      guard difference == nil else { return }
      let stateClass = partition.parts[part].stateClass
      if !isRight(reader.ends[ends], stateClass) {
        let text = interface.names.space.pattern(
          Cube(
            values: state.enumerated().map { variable, value in
              value < 0
                ? Array(interface.names.space.variables[variable].values.indices) : [value]
            }))
        let found = reader.ends[ends].map { "\($0.call) \($0.leaf)" }.joined(separator: ", ")
        difference = "where \(text), it ends in '\(found)'"
      }
    }
    return difference
  }

  private func isRight(_ ends: [DecisionReader.End], _ stateClass: StateClass) -> Bool {
    func end(_ call: String, _ leaf: Int) -> DecisionReader.End {
      DecisionReader.End(call: call, leaf: swiftName(interface.leaves[leaf].enumCase))
    }
    let plain = ends.map { DecisionReader.End(call: $0.call, leaf: $0.leaf) }
    switch stateClass {
    case .rule(let rule), .overlap(let rule): return plain == [end("fire", rule)]
    case .goal(let goals): return plain == [end("reachGoal", goals[0])]
    case .wait(let waits): return plain == waits.map { end("wait", $0) }
    case .unhandled: return isReport(plain, named: "unhandled")
    case .inconsistent: return isReport(plain, named: "inconsistent")
    case .broken:
      // A guard that waits for a lazy fact may come after the decision, which is then free.
      let isFree = interface.guards.contains { !$0.lazies.isEmpty }
      let leaves = interface.guards.map { swiftName($0.leaf.enumCase) }
      return plain.count == 1 && plain[0].call == "unexpected" && leaves.contains(plain[0].leaf)
        || isFree && !plain.isEmpty
    }
  }

  private func isReport(_ ends: [DecisionReader.End], named name: String) -> Bool {
    guard let leaf = interface.leaves.last(where: { $0.name == name }) else { return false }
    return ends == [DecisionReader.End(call: "unexpected", leaf: swiftName(leaf.enumCase))]
  }
}
