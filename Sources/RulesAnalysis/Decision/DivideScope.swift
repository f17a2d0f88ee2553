import RulesLanguage

/// What became of dividing a scope's states.
enum Division {
  /// Every state is known.
  case complete(Partition)
  /// No diagram of all states fits the budget, in any order that was tried.
  case bounded(LoweredScope, limit: Int)
}

/// A diagram of so many nodes is small, whatever the rules are.
private let smallDiagram = 2_000
/// Above so many nodes for each comparison in the rules, a better order is looked for.
private let nodesPerLiteral = 4

/// Divides the states of a scope, in the declared order of variables or, where that makes a large
/// diagram, a better one.
func divide(
  _ scope: Scope, nodeLimit: Int = DecisionDiagram.defaultNodeLimit
) throws(AnalysisFailure) -> Division {
  let declared = try lowerScope(scope, nodeLimit: nodeLimit)
  let first = try divided(declared)
  let literals = (declared.literals + declared.alwaysLiterals).reduce(0) { $0 + $1.count }
  let bound = max(smallDiagram, nodesPerLiteral * literals)
  if let first, first.diagram.size(of: first.classes) <= bound { return .complete(first) }

  var best = first
  func tryOrder(_ order: [Int]) throws(AnalysisFailure) -> LoweredScope? {
    guard let lowered = try lowered(scope, order, nodeLimit) else { return nil }
    if let next = try divided(lowered), best.map({ next.size < $0.size }) ?? true { best = next }
    return lowered
  }
  var known = declared
  if let order = forcedOrder(declared), let forced = try tryOrder(order) { known = forced }
  if best.map({ $0.size > bound }) ?? true, let order = siftedOrder(best, known) {
    _ = try tryOrder(order)
  }
  return best.map(Division.complete) ?? .bounded(declared, limit: nodeLimit)
}

/// The order that FORCE finds, if it is better: a little is not worth a second diagram.
private func forcedOrder(_ declared: LoweredScope) -> [Int]? {
  let groups = (declared.literals + declared.alwaysLiterals).map {
    Array(Set($0.map(\.variable))).sorted()
  }
  let count = declared.space.variables.count
  let forced = forceOrder(count, groups: groups)
  let isShorter =
    10 * totalSpan(forced, groups) < 9 * totalSpan(Array(0..<count), groups)
  return isShorter ? forced : nil
}

/// The order that sifting finds for the diagram of all states or, where there is none, of as many
/// clauses as fit: their order suits the others too, if anything does.
private func siftedOrder(_ best: Partition?, _ lowered: LoweredScope) -> [Int]? {
  let variables = lowered.space.variables.count
  if let best { return siftedOrder(best.diagram, best.classes, variables: variables) }
  var clauses = lowered.clauses.count / 2
  while clauses > 0 {
    var diagram = lowered.diagram
    if let classes = try? divideByKind(lowered, Array(lowered.clauses.prefix(clauses)), &diagram),
      let order = siftedOrder(diagram, classes, variables: variables)
    {
      return order
    }
    clauses /= 2
  }
  return nil
}

extension Partition {
  fileprivate var size: Int { diagram.size(of: classes) }
}

/// Nil if the order makes even the conditions too large.
private func lowered(
  _ scope: Scope, _ order: [Int], _ nodeLimit: Int
) throws(AnalysisFailure) -> LoweredScope? {
  do throws(AnalysisFailure) {
    return try lowerScope(scope, order: order, nodeLimit: nodeLimit)
  } catch {
    if case .nodeBudget = error { return nil }
    throw error
  }
}

/// Nil if the diagram of all states is too large.
private func divided(_ lowered: LoweredScope) throws(AnalysisFailure) -> Partition? {
  do throws(AnalysisFailure) {
    return try partition(lowered)
  } catch {
    if case .nodeBudget = error { return nil }
    throw error
  }
}
