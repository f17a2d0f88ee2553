import RulesLanguage

/// What is true of one program: the state space and the decision of every scope with a clause, and
/// the diagnostics that follow from them.
public struct Analysis: Sendable {
  /// Scopes with a clause, in text order; without those that could not be analysed.
  public var scopes: [ScopeAnalysis]
  /// All findings about the rules, sorted by place.
  public var diagnostics: [Diagnostic]
  /// One for each `explore` of each pool, in text order.
  public var explorations: [PoolExploration] = []
  /// Who must wake whom.
  public var wakeUps: [WakeUp] = []
  /// What stands in the way of generating code, though the rules themselves are sound: report these
  /// too before calling `generateSwift`, not in `check`.
  public var generationDiagnostics: [Diagnostic] = []

  /// All of them; of two about one thing only the one that stands in the way.
  public var diagnosticsForGenerating: [Diagnostic] {
    diagnostics.filter { finding in
      !generationDiagnostics.contains {
        $0.code == finding.code && $0.position == finding.position
      }
    } + generationDiagnostics
  }
}

/// What is true of one scope: a task (`Segment`) or one of its eaches (`Segment.replica`).
public struct ScopeAnalysis: Sendable {
  /// `Segment.replica`
  public var name: String
  /// Its states by class.
  public var counts: ScopeCounts
  /// States handled, by clause, in text order.
  public var clauses: [ClauseAnalysis]
  /// What can be reached; nil when that is not known: no initial state, or more than the budget.
  public var exploration: ScopeExploration?
  /// Its unhandled states, as patterns.
  package var gap: Gap
  /// Pairs of its clauses that contradict each other.
  package var overlaps: [Overlap]
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
  /// For a wait the rules and events that wake it, `Segment.R3`, sorted; else empty.
  public var wakes: [String]
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
  let edits = program.files.indices.map { SourceEdits(program, file: $0) }
  var analysis = Analysis(scopes: [], diagnostics: findUnusedFacts(program, edits))
  let changers = Changers(program)
  var partitions: [Partition] = []
  for scope in Scope.all(of: program) where !scope.clauses.isEmpty {
    do throws(AnalysisFailure) {
      switch try divide(scope) {
      case .complete(let partition): partitions.append(partition)
      case .bounded(let lowered, let limit):
        analysis.diagnostics += findBounded(
          lowered, limit: limit, program.policies(of: scope.task), edits)
      }
    } catch {
      analysis.diagnostics.append(describe(error, scope))
    }
  }
  let byName = Dictionary(partitions.map { ($0.scope.name, $0) }) { first, _ in first }
  for partition in partitions {
    let scope = partition.scope
    let policies = program.policies(of: scope.task)
    let explored = exploreScope(partition, byName, policies)
    do throws(AnalysisFailure) {
      let (value, diagnostics) = try analyseScope(
        partition, explored.value, wakes: wakes(of: scope, changers), policies: policies,
        edits)
      analysis.scopes.append(value)
      analysis.diagnostics += diagnostics + explored.diagnostics
      analysis.generationDiagnostics += explored.generating
    } catch {
      analysis.diagnostics.append(describe(error, scope))
    }
  }
  let pools = explorePools(program)
  analysis.explorations = pools.explorations
  analysis.diagnostics += pools.diagnostics
  let wakeUps = WakeUps(program, changers)
  analysis.wakeUps = wakeUps.wakeUps
  analysis.generationDiagnostics += wakeUps.problems
  analysis.diagnostics = sortedOnce(analysis.diagnostics)
  return analysis
}

/// By place and code, one for each; of overlaps one for each pair.
private func sortedOnce(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
  struct Key: Hashable {
    var position: SourcePosition
    var code: String
    var pair: String
  }
  var seen: Set<Key> = []
  return
    diagnostics
    .filter {
      let pair = $0.code == "overlap" ? $0.message : ""
      return seen.insert(Key(position: $0.position, code: $0.code, pair: pair)).inserted
    }
    .enumerated()
    .sorted {
      ($0.element.position, $0.element.code, $0.offset) < (
        $1.element.position, $1.element.code, $1.offset
      )
    }
    .map(\.element)
}

extension Program {
  /// The policies of the pool that lists the task.
  func policies(of task: TaskModel) -> [PoolModel.Policy: PoolModel.Severity] {
    pools.first { pool in pool.entries.contains { $0.task == task.name } }?.policies ?? [:]
  }
}
