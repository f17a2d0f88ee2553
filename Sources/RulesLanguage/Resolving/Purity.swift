/// What defines bring along, which is known only when all of them are bound: whether they mention
/// facts only, directly and through other defines (an `always`, the body of a quantifier and another
/// task's each may use only such defines), and how large a condition is once they are put in.
struct PurityChecks: Sendable {
  struct Define: Hashable, Sendable {
    /// Where it is declared.
    var scope: ScopeID
    var name: String
  }

  /// What one condition mentions.
  struct Uses: Sendable {
    /// Each with the number of conditions around it.
    var defines: [(define: Define, level: Int)] = []
    /// No related task and no quantifier, itself.
    var isPure = true
    /// Conditions in it, itself and all parts.
    var size = 0
    /// The most conditions in each other.
    var depth = 0
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
  /// Conditions around the one at hand.
  var level = 0
  var uses: [Define: Uses] = [:]
  /// In text order of the declarations, so that reports come in a fixed order.
  var order: [(define: Define, position: SourcePosition)] = []
  /// The conditions of clauses, groups, events and invariants.
  var conditions: [Uses] = []
  /// Each clause, event and invariant: its conditions, those of the groups around it among them.
  var roots: [(conditions: [Int], position: SourcePosition)] = []
  /// A condition was refused for its size.
  var isBounded = false
  var demands: [Demand] = []

  mutating func use(
    _ define: Define, at position: SourcePosition, _ purpose: ConditionPurpose, isForeign: Bool
  ) {
    current.defines.append((define, level))
    if purpose == .clause, !isForeign { return }
    demands.append(
      Demand(define: define, position: position, purpose: purpose, isForeign: isForeign))
  }
}

extension Resolver {
  /// Reports defines that depend on themselves, uses that ask too much of a define, and conditions
  /// that are too large once their defines are put in.
  mutating func checkPurity() {
    let order = purity.order
    var indices: [PurityChecks.Define: Int] = [:]
    for (index, entry) in order.enumerated() { indices[entry.define] = index }
    let uses = order.map { purity.uses[$0.define] ?? PurityChecks.Uses() }
    let successors = uses.map { $0.defines.compactMap { indices[$0.define] } }
    var isPure = [Bool](repeating: true, count: order.count)
    var extents = [Extent](repeating: Extent(), count: order.count)
    for component in strongComponents(of: successors) {
      let first = component.min() ?? 0
      if component.count > 1 || successors[first].contains(first) {
        report(
          "type", at: order[first].position,
          "define `\(order[first].define.name)` depends on itself")
        continue
      }
      isPure[first] = uses[first].isPure && successors[first].allSatisfy { isPure[$0] }
      extents[first] = Extent(uses[first]) { indices[$0].map { extents[$0] } }
      bound(&extents[first], at: order[first].position)
    }
    for demand in purity.demands {
      if let index = indices[demand.define], !isPure[index] { refuse(demand) }
    }
    boundRoots { indices[$0].map { extents[$0] } }
  }

  /// Refuses what is too large, once in a program: what uses it is taken to be small.
  private mutating func bound(_ extent: inout Extent, at position: SourcePosition) {
    guard extent.depth > Limits.conditionDepth || extent.size > Limits.conditionSize else { return }
    defer { extent = Extent() }
    if purity.isBounded { return }
    purity.isBounded = true
    if extent.depth > Limits.conditionDepth {
      unsupported(
        "a condition of more than \(Limits.conditionDepth) levels, its defines put in",
        at: position)
    } else {
      unsupported(
        "a condition of more than \(Limits.conditionSize) parts, its defines put in", at: position)
    }
  }

  private mutating func boundRoots(_ extent: (PurityChecks.Define) -> Extent?) {
    let extents = purity.conditions.map { Extent($0, extent) }
    var size = 0
    for root in purity.roots {
      var whole = Extent()
      for part in root.conditions {
        whole.size = min(whole.size + extents[part].size, .max / 2)
        whole.depth = max(whole.depth, extents[part].depth)
      }
      bound(&whole, at: root.position)
      size += whole.size
      if size > Limits.allConditionsSize {
        return unsupported(
          "a program whose conditions have more than \(Limits.allConditionsSize) parts, their"
            + " defines put in", at: root.position)
      }
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
      report(
        "type", at: demand.position,
        "`\(name)` of another task depends on a related task or a quantifier, which cannot be seen"
          + " from here")
    }
  }
}

/// How large a condition is once its defines are put in.
private struct Extent {
  var size = 1
  var depth = 1

  init() {}

  init(_ uses: PurityChecks.Uses, _ extent: (PurityChecks.Define) -> Extent?) {
    size = uses.size
    depth = uses.depth
    for use in uses.defines {
      guard let inner = extent(use.define) else { continue }
      size = min(size + inner.size, .max / 2)
      depth = max(depth, use.level + inner.depth)
    }
  }
}
