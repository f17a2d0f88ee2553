import ReplicatedLog
import RulesNetwork

/// What a membership means for one of the servers that may be in it.
enum MembershipVerdict: Hashable {
  case member
  /// It is missing: numbers are never given twice, so it will not come back.
  case declaredDead
  /// The coordinator has forgotten the cluster, or is another one's.
  case otherCluster

  init(_ membership: Membership, for server: ServerID, of cluster: UInt64) {
    if membership.cluster != cluster {
      self = .otherCluster
    } else if membership.backups.contains(where: { $0.server == server }) {
      self = .member
    } else {
      self = .declaredDead
    }
  }
}
