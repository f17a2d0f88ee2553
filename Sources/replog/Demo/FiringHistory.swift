import RulesRuntime
import Synchronization

/// All firings of a pool, gathered from snapshots that each hold the newest ones only.
final class FiringHistory: Sendable {
  struct Subject: Sendable {
    var name: String
    /// Names of the rules that fired, oldest first.
    var rules: [String]
  }

  private struct State {
    var next: UInt64?
    var missing: UInt64 = 0
    var count = 0
    var subjects: [UInt64: Subject] = [:]
    /// Ids of the subjects in the order of their first firing.
    var order: [UInt64] = []
  }

  /// Firings kept in all; later ones are counted as missing.
  static let limit = 2_000_000

  private let state = Mutex(State())

  /// Takes the firings that were not in an earlier snapshot.
  func add(_ statistics: PoolStatistics) {
    state.withLock { state in
      for firing in statistics.firings {
        let next = state.next ?? firing.sequence
        if firing.sequence < next { continue }
        state.missing += firing.sequence - next
        state.next = firing.sequence + 1
        if state.count >= FiringHistory.limit {
          state.missing += 1
          continue
        }
        state.count += 1
        if state.subjects[firing.subjectID] == nil {
          state.subjects[firing.subjectID] = Subject(name: firing.subject, rules: [])
          state.order.append(firing.subjectID)
        }
        state.subjects[firing.subjectID]?.rules.append(firing.rule)
      }
    }
  }

  /// Firings that went by between two snapshots and are not in the history.
  var missing: UInt64 { state.withLock { $0.missing } }

  /// Every subject, in the order of its first firing.
  var subjects: [Subject] {
    state.withLock { state in state.order.compactMap { state.subjects[$0] } }
  }
}
