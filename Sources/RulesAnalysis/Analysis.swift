import RulesLanguage

/// What is true of one program: the state space and the decision of every scope with a clause, and
/// the diagnostics that follow from them.
public struct Analysis: Sendable {
  /// Scopes with a clause, in text order; without those that could not be analysed.
  public var scopes: [ScopeAnalysis]
  /// All findings about the rules, sorted by place.
  public var diagnostics: [Diagnostic]
  /// Who must wake whom.
  public var wakeUps: [WakeUp] = []
  /// What stands in the way of generating code, though the rules themselves are sound: report these
  /// too before calling `generateSwift`, not in `check`.
  public var generationDiagnostics: [Diagnostic] = []
}

/// What is true of one scope: a task (`Segment`) or one of its eaches (`Segment.replica`).
public struct ScopeAnalysis: Sendable {
  /// `Segment.replica`
  public var name: String
  /// Its states by class.
  public var counts: ScopeCounts
  /// States handled, by clause, in text order.
  public var clauses: [ClauseAnalysis]
  /// Every state and what happens in it: what code is generated from.
  package var partition: Partition
}

/// One rule, wait or goal of a scope, and its share of the states.
public struct ClauseAnalysis: Hashable, Sendable {
  /// `R1`, `W2`, `goal`
  public var name: String
  /// `rule`, `wait` or `goal`.
  public var kind: String
  /// The text in quotes after the name.
  public var label: String?
  /// Where it stands in its file, from 1.
  public var line: Int
  /// Consistent states in which it holds.
  public var holds: UInt128
  /// Those of class rule, wait or goal in which it wins and its kind is the class.
  public var handles: UInt128
}

/// Exact counts of states; `consistent = rule + wait + goal + unhandled + overlap` and
/// `abstract = consistent + impossible`.
public struct ScopeCounts: Hashable, Sendable {
  /// All combinations of values.
  public var abstract: UInt128 = 0
  /// Those that can exist.
  public var consistent: UInt128 = 0
  /// Consistent states in which exactly one rule wins, and nothing else.
  public var rule: UInt128 = 0
  /// Consistent states in which only waits win.
  public var wait: UInt128 = 0
  /// Consistent states in which a goal wins, and no rule.
  public var goal: UInt128 = 0
  /// Consistent states in which nothing wins.
  public var unhandled: UInt128 = 0
  /// Consistent states in which winners contradict each other.
  public var overlap: UInt128 = 0
  /// Combinations that an invariant excludes.
  public var impossible: UInt128 = 0

  public init() {}
}

/// Analyses a resolved program. Pure: same program, same result, to the byte.
///
/// Scopes are in the order of the text, those without a clause left out; so is a scope that could
/// not be analysed, which then has an error among the diagnostics. Diagnostics are sorted by place.
public func analyse(_ program: Program) -> Analysis {
  var analysis = Analysis(scopes: [], diagnostics: findUnusedFacts(program))
  for scope in Scope.all(of: program) where !scope.clauses.isEmpty {
    let checked = analyseScope(scope, policies: program.policies(of: scope.task))
    if let value = checked.value {
      analysis.scopes.append(value)
      analysis.generationDiagnostics += findOverlongState(value.partition)
    }
    analysis.diagnostics += checked.diagnostics
  }
  let wakeUps = WakeUps(program)
  analysis.wakeUps = wakeUps.wakeUps
  for problem in wakeUps.problems {
    // A file checked alone has no pool yet: only with its pool is the program complete.
    let isInPool = program.pools.contains { $0.entries.contains { $0.task == problem.task } }
    if isInPool {
      analysis.diagnostics.append(problem.diagnostic)
    } else {
      analysis.generationDiagnostics.append(problem.diagnostic)
    }
  }
  analysis.diagnostics.sort { ($0.position, $0.code) < ($1.position, $1.code) }
  return analysis
}

extension Program {
  /// The policies of the pool that lists the task.
  func policies(of task: TaskModel) -> [PoolModel.Policy: PoolModel.Severity] {
    pools.first { pool in pool.entries.contains { $0.task == task.name } }?.policies ?? [:]
  }
}

/// A state must fit into one state word to be traced and counted.
private func findOverlongState(_ partition: Partition) -> [Diagnostic] {
  let limit = 64
  let width = partition.space.variables.reduce(0) { $0 + $1.bitWidth }
  guard width > limit else { return [] }
  return [
    Diagnostic(
      "unsupported", at: partition.scope.position,
      "a state of \(partition.scope.name) takes \(width) bits, a state word has \(limit)")
  ]
}
