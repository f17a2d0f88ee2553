import PlantedBugs
import ReplicatedLog
import RulesNetwork
import RulesRuntime

/// Somebody's question for the membership that comes after a version: a task that lives until it is
/// answered. Its rules are in `rules/LogServices/MembershipPoll.rules`.
final class MembershipPoll {
  let membership = TaskMembership()
  /// Tells polls of one pool apart, in the order in which they came.
  let number: UInt64
  private let request: RPCRequest
  /// The version that whoever asks has seen; 0: none.
  private let seen: UInt64
  private let state: () -> ClusterState

  /// Fact: what the watcher has seen, against what is saved.
  private(set) var sight = Sight.unknown
  /// Fact: too many wait, and this one has waited longest.
  private(set) var crowded = false
  /// Fact: whoever asked is gone.
  private(set) var dropped = false
  /// Fact: it is over.
  private(set) var answered = false

  /// - Parameter state: what is saved.
  init(
    _ request: RPCRequest, seen: UInt64, number: UInt64, state: @escaping () -> ClusterState
  ) {
    self.request = request
    self.seen = seen
    self.number = number
    self.state = state
    request.onCancel { [weak self] in
      self?.dropped = true
      self?.happened(.leave)
    }
  }

  /// The membership has changed.
  func changed() {
    guard !answered, sight == .newest else { return }
    sight = .unknown
    happened(.change)
  }

  /// Its place is needed.
  func crowdOut() {
    crowded = true
    happened(.crowd)
  }
}

extension MembershipPoll: RuleSubject {
  /// The highest bit keeps it apart from surveys and their backups.
  var subjectID: UInt64 { 1 << 63 | number }
  var subjectName: String { "poll \(number) of the membership after \(seen)" }
}

// MARK: - What the rules do

extension MembershipPoll {
  /// M1: a version that is still to come is of another history; who has it should learn that.
  func compare() {
    expect(isAwaited && sight == .unknown, "a poll that nobody waits for, or twice, is looked at")
    let state = state()
    if seen == state.version {
      sight = .newest
    } else {
      sight = seen > 0 && state.membership(after: seen) != nil ? .older : .foreign
    }
  }

  /// M2
  func tellNext() {
    let state = state()
    let next = planted(.b46) ? nil : state.membership(after: seen)
    let told = next ?? state.membership
    expect(told.version == seen + 1, "a version of the membership is left out")
    tell(told)
  }

  /// M3, M4
  func tellAll() {
    expect(sight == .foreign || crowded, "who only waits is told what it knows")
    tell(state().membership)
  }

  /// M6
  func forget() {
    expect(dropped && !answered, "who waits is forgotten")
    answered = true
  }

  /// Whether somebody still waits for the answer.
  private var isAwaited: Bool { !answered && !dropped }

  private func tell(_ membership: Membership) {
    expect(isAwaited, "who is gone, or was told, is told")
    answered = true
    request.reply(membership.encoded)
  }
}
