import RulesNetwork
import RulesRuntime

/// The questions for the membership that are not answered yet.
final class MembershipPolls {
  /// How many may wait; whoever comes then takes the place of the one that has waited longest.
  static let limit = 4096

  private let core: PoolCore
  private let state: () -> ClusterState
  /// The oldest first.
  private var polls: [MembershipPoll] = []
  private var begun: UInt64 = 0

  /// - Parameter state: what is saved.
  init(core: PoolCore, state: @escaping () -> ClusterState) {
    self.core = core
    self.state = state
  }

  var count: Int { polls.count }

  /// Answers once there is another version than the one that was seen.
  func begin(_ request: RPCRequest, seen: UInt64) {
    polls.removeAll(where: \.answered)
    if polls.count >= Self.limit { polls.removeFirst().crowdOut() }
    begun += 1
    let poll = MembershipPoll(request, seen: seen, number: begun, state: state)
    polls.append(poll)
    core.add(poll, removeAtGoal: true)
  }

  /// The membership has changed, and that is saved.
  func membershipChanged() {
    polls.removeAll(where: \.answered)
    for poll in polls { poll.changed() }
  }

  /// Forgets all of them without an answer.
  func close() {
    for poll in polls { core.remove(poll) }
    polls = []
  }
}
