/// Which defines mention facts only, directly and through other defines. An `always`, the body of a
/// quantifier and another task's each may use only such defines, which is known only when all
/// defines are bound.
struct PurityChecks: Sendable {
  struct Define: Hashable, Sendable {
    /// Where it is declared.
    var scope: ScopeID
    var name: String
  }

  /// What one define mentions.
  struct Uses: Sendable {
    var defines: [Define] = []
    /// No related task and no quantifier, itself.
    var isPure = true
  }

  /// A use that asks for a pure define.
  struct Demand: Sendable {
    var define: Define
    var position: SourcePosition
    var purpose: ConditionPurpose
    var isForeign: Bool
  }

  /// Collects what the condition at hand mentions.
  var current = Uses()
  var uses: [Define: Uses] = [:]
  /// In text order of the declarations, so that reports come in a fixed order.
  var order: [(define: Define, position: SourcePosition)] = []
  var demands: [Demand] = []

  mutating func use(
    _ define: Define, at position: SourcePosition, _ purpose: ConditionPurpose, isForeign: Bool
  ) {
    current.defines.append(define)
    if purpose == .clause, !isForeign { return }
    demands.append(
      Demand(define: define, position: position, purpose: purpose, isForeign: isForeign))
  }
}

extension Resolver {
  /// Reports defines that depend on themselves, and uses that ask too much of a define.
  mutating func checkPurity() {
    let order = purity.order
    var indices: [PurityChecks.Define: Int] = [:]
    for (index, entry) in order.enumerated() { indices[entry.define] = index }
    let successors = order.map { entry in
      (purity.uses[entry.define]?.defines ?? []).compactMap { indices[$0] }
    }
    var isPure = [Bool](repeating: true, count: order.count)
    var depth = [Int](repeating: 1, count: order.count)
    for component in strongComponents(of: successors) {
      let first = component.min() ?? 0
      if component.count > 1 || successors[first].contains(first) {
        report(
          "type", at: order[first].position,
          "define `\(order[first].define.name)` depends on itself")
        continue
      }
      isPure[first] =
        purity.uses[order[first].define]?.isPure != false
        && successors[first].allSatisfy { isPure[$0] }
      depth[first] = 1 + (successors[first].map { depth[$0] }.max() ?? 0)
      if depth[first] == Limits.nesting + 1 {
        unsupported(
          "a define that goes through more than \(Limits.nesting) others",
          at: order[first].position)
      }
    }
    for demand in purity.demands {
      if let index = indices[demand.define], !isPure[index] { refuse(demand) }
    }
  }

  private mutating func refuse(_ demand: PurityChecks.Demand) {
    let name = demand.define.name
    switch demand.purpose {
    case .always:
      report(
        "bad-always", at: demand.position,
        "an `always` mentions facts only; `\(name)` depends on a related task or a quantifier")
    case .quantifier:
      report(
        "type", at: demand.position,
        "a quantifier's condition may mention facts only; `\(name)` depends on a related task or"
          + " a quantifier")
    case .clause:
      unsupported(
        "a define of another task that depends on a related task or a quantifier",
        at: demand.position)
    }
  }
}
