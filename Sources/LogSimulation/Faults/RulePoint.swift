import LogServices
import ReplicatedLog
import RulesRuntime

/// A moment that a rule gives a name to: some time after one of its firings.
package struct RulePoint: Hashable, Sendable {
  /// A rule of some scope: `Segment.replica`, `R4`.
  package struct Rule: Hashable, Sendable, CustomStringConvertible {
    package var scope: String
    package var name: String

    package var description: String { "\(scope) \(name)" }
  }

  /// Who is struck.
  package enum Victim: Hashable, Sendable {
    /// The machine whose rule it is.
    case itself
    case machine(String)
  }

  /// What happens to the victim.
  package enum Strike: String, Hashable, Sendable, CaseIterable {
    case kill, powerCut, pause
  }

  package var rule: Rule
  /// Which firing, of all machines' from the fault's time on; the next one is 1.
  package var ordinal: Int
  /// Zero: at the end of the turn, when what it sends has left; later, what it sent may have arrived,
  /// be durable, and be answered.
  package var delay: Duration
  package var victim: Victim
  package var strike: Strike

  /// All rules that a simulated world has, in a fixed order. It has no coordinators that stand by.
  package static let rules: [Rule] = Mutation.tables.filter { $0.task != "Leadership" }
    .flatMap(\.scopes).flatMap { scope in
      scope.leaves.filter { $0.kind == .rule }.map { Rule(scope: scope.name, name: $0.name) }
    }
}

/// The points that a run still waits for.
final class RuleWatch {
  private struct Awaited {
    var point: RulePoint
    var rest: Int
    var body: (Machine) -> Void
  }

  private var awaited: [Awaited] = []

  /// - Parameter body: is told the machine, at the end of the turn in which the rule fired.
  func wait(for point: RulePoint, _ body: @escaping (Machine) -> Void) {
    awaited.append(Awaited(point: point, rest: point.ordinal, body: body))
  }

  func removeAll() { awaited = [] }

  /// After each turn in which something fired.
  /// - Parameter first: the number of the turn's first firing.
  func noteTurn(of core: PoolCore, on machine: Machine, from first: UInt64) {
    guard !awaited.isEmpty else { return }
    var reached: [Awaited] = []
    core.forEachFiring(from: first) { scope, rule in
      for index in awaited.indices.reversed()
      where awaited[index].point.rule.name == rule && awaited[index].point.rule.scope == scope {
        awaited[index].rest -= 1
        if awaited[index].rest == 0 { reached.append(awaited.remove(at: index)) }
      }
    }
    for point in reached { point.body(machine) }
  }
}
