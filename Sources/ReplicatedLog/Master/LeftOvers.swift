import RulesNetwork
import RulesRuntime

/// Replicas that earlier owners left, and nobody needs any more.
extension LogState {
  /// Frees what a backup has of earlier owners' replicas of segments that are closed and repaired on
  /// three backups, this replica not among them.
  ///
  /// Only earlier owners': what this one makes again has the name that its lost replicas had.
  func freeLeftOvers(_ keys: [ReplicaKey], on server: ServerID, limit: Int) {
    var left = limit
    for segment in segments where left > 0 && segment.isBehind {
      guard segment.replicas.allSatisfy({ $0.footer == .committed }) else { continue }
      let used = segment.replicas.filter { $0.serverID == server }.map(\.key)
      let unused = keys.filter {
        $0.log == id && $0.segment == segment.id && $0.epoch < epoch && !used.contains($0)
      }
      guard !unused.isEmpty else { continue }
      left -= 1
      begin(SegmentRelease(of: unused, on: server, log: self))
    }
  }

  func begin(_ release: SegmentRelease) {
    releases.append(release)
    core.add(release, removeAtGoal: true)
  }
}
