import RulesNetwork

/// Chooses the backup for a replica: at random among those that have the fewest replicas of the
/// log, so that repair after a failure spreads over all.
/// - Parameters:
///   - candidates: the backups that are up and hold no replica of the segment.
///   - replicas: how many replicas of the log each has.
/// - Returns: nil when there is no candidate.
func chooseBackup(
  among candidates: [ServerID], replicas: [ServerID: Int],
  using random: inout some RandomNumberGenerator
) -> ServerID? {
  let fewest = candidates.map { replicas[$0, default: 0] }.min()
  return candidates.filter { replicas[$0, default: 0] == fewest }.sorted()
    .randomElement(using: &random)
}
