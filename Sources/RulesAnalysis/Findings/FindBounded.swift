import RulesLanguage

// A scope whose states do not fit a diagram is not given up: two clauses are small, so whether they
// can hold together is still found out, pair by pair; and a search from state to state often meets
// an unhandled one at once. What stays unknown is said.

/// Nodes that one pair of clauses may need, and steps of the search for an unhandled state.
private let pairNodeLimit = 20_000
private let searchLimit = 200_000

/// The findings about a scope that are certain although its states could not be divided.
func findBounded(
  _ lowered: LoweredScope, limit: Int, _ policies: [PoolModel.Policy: PoolModel.Severity],
  _ edits: [SourceEdits]
) -> [Diagnostic] {
  let scope = lowered.scope
  var notes = [
    Diagnostic.Note(
      "note",
      "not known: how many states each clause handles, and whether other states are "
        + "unhandled")
  ]
  var found: [Diagnostic] = []
  var pairs = PairSearch(lowered)
  if let severity = severity(.overlap, policies) {
    found += pairs.findOverlaps(severity, edits[scope.position.file])
    notes += pairs.notes
  }
  if let severity = severity(.gap, policies) {
    var search = UnhandledSearch(lowered, steps: searchLimit)
    switch search.run() {
    case .found(let state):
      found.append(
        Diagnostic(
          "gap", severity, at: scope.position,
          "at least 1 state of \(scope.name) has no rule, wait or goal; there are too many states "
            + "to count",
          notes: [
            Diagnostic.Note("missing", lowered.space.text(of: state))
          ], about: scope.subject))
    case .none: notes[0] = Diagnostic.Note("note", "every state has a rule, wait or goal")
    case .unknown: break
    }
  }
  found.append(
    Diagnostic(
      "budget", at: scope.position,
      "\(scope.name) is too large to be analysed wholly: a decision diagram of all its states needs "
        + "more than \(limit) nodes, in any order that was tried; facts that are asked together "
        + "should be declared together", notes: notes, about: scope.subject))
  return found
}

/// Overlaps pair by pair.
private struct PairSearch {
  let lowered: LoweredScope
  private(set) var notes: [Diagnostic.Note] = []

  init(_ lowered: LoweredScope) { self.lowered = lowered }

  mutating func findOverlaps(
    _ severity: Diagnostic.Severity, _ edits: SourceEdits
  ) -> [Diagnostic] {
    let scope = lowered.scope
    let clauses = scope.clauses
    let over = overrulers(clauses)
    var found: [Diagnostic] = []
    var skipped = 0
    for later in clauses.indices {
      for earlier in 0..<later
      where (clauses[earlier].isRule || clauses[later].isRule)
        && !over[earlier].contains(later) && !over[later].contains(earlier)
      {
        guard found.count < overlapLimit else {
          notes.append(
            Diagnostic.Note("note", "only the first \(overlapLimit) overlapping pairs are reported")
          )
          return found
        }
        do throws(AnalysisFailure) {
          guard let overlap = try overlap(earlier, later, over[earlier].union(over[later]))
          else { continue }
          found.append(
            overlapDiagnostic(
              overlap, size: states(overlap.size), lowered, edits, happens: nil, severity))
        } catch {
          skipped += 1
        }
      }
    }
    if skipped > 0 {
      notes.append(
        Diagnostic.Note("note", "\(skipped) pairs of clauses could not be checked for overlap"))
    }
    return found
  }

  /// The states in which both hold and nothing is over them.
  private func overlap(
    _ earlier: Int, _ later: Int, _ overrulers: Set<Int>
  ) throws(AnalysisFailure) -> Overlap? {
    var diagram = lowered.diagram
    diagram.allowNodes(pairNodeLimit)
    var both = try diagram.and(lowered.clauses[earlier], lowered.clauses[later])
    guard both != DecisionDiagram.never else { return nil }
    for other in overrulers.sorted() {
      both = try diagram.and(both, try diagram.not(lowered.clauses[other]))
    }
    both = try diagram.and(both, lowered.consistent)
    let variables = lowered.space.variables.count
    guard let witness = diagram.firstState(of: both, variables: variables) else { return nil }
    return Overlap(
      earlier: earlier, later: later, size: diagram.count(both, variables: variables),
      witness: witness, reachable: nil, steps: nil)
  }
}

/// Looks for a consistent state in which no clause holds: variable by variable, giving up a value
/// as soon as some clause holds for certain.
private struct UnhandledSearch {
  enum Result {
    case found([Int])
    case none
    case unknown
  }

  private let diagram: DecisionDiagram
  private let variables: Int
  private let consistent: DecisionDiagram.Node
  private let clauses: [DecisionDiagram.Node]
  private var steps: Int

  init(_ lowered: LoweredScope, steps: Int) {
    diagram = lowered.diagram
    variables = lowered.space.variables.count
    consistent = lowered.consistent
    clauses = Array(Set(lowered.clauses.map(\.index))).sorted().map(DecisionDiagram.Node.init)
    self.steps = steps
  }

  mutating func run() -> Result {
    var values = Array(repeating: 0, count: variables)
    guard !clauses.contains(DecisionDiagram.always) else { return .none }
    let isFound = search(0, consistent, clauses, &values)
    if isFound { return .found(values) }
    return steps > 0 ? .none : .unknown
  }

  /// Whether a state was found, whose values from the level on are then set.
  private mutating func search(
    _ level: Int, _ consistent: DecisionDiagram.Node, _ open: [DecisionDiagram.Node],
    _ values: inout [Int]
  ) -> Bool {
    guard consistent != DecisionDiagram.never else { return false }
    guard level < variables else { return true }
    let variable = diagram.order.variables[level]
    for value in 0..<diagram.domainSizes[variable] {
      steps -= 1
      guard steps > 0 else { return false }
      var next: [DecisionDiagram.Node] = []
      var isHandled = false
      for node in open {
        let branch =
          diagram.variable(of: node) == variable ? diagram.child(of: node, value) : node
        if branch == DecisionDiagram.always {
          isHandled = true
          break
        }
        if branch != DecisionDiagram.never { next.append(branch) }
      }
      if isHandled { continue }
      let rest =
        diagram.variable(of: consistent) == variable
        ? diagram.child(of: consistent, value) : consistent
      values[variable] = value
      if search(level + 1, rest, next, &values) { return true }
    }
    return false
  }
}
