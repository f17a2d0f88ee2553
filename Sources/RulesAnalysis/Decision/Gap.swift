/// Unhandled states as patterns: some families, and how many states are in none of them.
package struct Gap: Sendable {
  /// Unhandled states that one pattern describes.
  package struct Family: Sendable {
    /// Every consistent state in it is unhandled.
    package let cube: Cube
    /// Its unhandled states that no earlier family has.
    package let size: UInt128
    /// One of these; if some can be reached, one that is reached first.
    package let witness: [Int]
    /// The variables on which it does not depend whether a state is one of these.
    package let open: [Int]
    /// How many of these can be reached; nil: not explored.
    package let reachable: Int?
    /// The fewest steps to one of these; nil: not explored, or none can be reached.
    package let steps: Int?
  }

  /// At most `gapFamilyLimit`; those that can be reached come first.
  package let families: [Family]
  /// The unhandled states in no family.
  package let remainder: UInt128

  package static let none = Gap(families: [], remainder: 0)
}

/// The most families that a report lists.
package let gapFamilyLimit = 8

/// The unhandled states of a scope, in families of few literals: a family may contain impossible
/// states, which makes its pattern shorter and adds nothing to its size.
///
/// - Parameter reached: the reachable states, where they are known.
package func gap(
  of partition: Partition, reached: (any ReachedStates)? = nil
) throws(AnalysisFailure) -> Gap {
  guard partition.counts.unhandled > 0 else { return .none }
  var diagram = partition.diagram
  let variables = partition.space.variables.count
  let handled = try partition.states(&diagram) {
    switch $0 {
    case .rule, .goal, .wait, .overlap: true
    case .unhandled, .broken, .inconsistent: false
    }
  }
  var remaining = try partition.states(&diagram) { $0 == .unhandled }
  var reachable: [(state: [Int], steps: Int)] = []
  reached?.visit { state, steps in
    if diagram.value(of: remaining, at: state) == 1 { reachable.append((state, steps)) }
  }
  var families: [Gap.Family] = []
  while families.count < gapFamilyLimit,
    let state = reachable.first?.state ?? diagram.firstState(of: remaining, variables: variables)
  {
    let cube = diagram.widen(state, avoiding: handled)
    let inside = try diagram.node(for: cube)
    let added = try diagram.and(remaining, inside)
    remaining = try diagram.and(remaining, try diagram.not(inside))
    let asked = diagram.variables(of: added)
    let met = reachable.filter { cube.contains($0.state) }
    reachable.removeAll { cube.contains($0.state) }
    families.append(
      Gap.Family(
        cube: cube, size: diagram.count(added, variables: variables), witness: state,
        open: (0..<variables).filter { !asked.contains($0) },
        reachable: reached == nil ? nil : met.count, steps: met.map(\.steps).min()))
  }
  return Gap(families: families, remainder: diagram.count(remaining, variables: variables))
}
