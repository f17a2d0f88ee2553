import PlantedBugs
import ReplicatedLog
import RulesNetwork
import RulesRuntime

extension ReplicaStore {
  /// Removes a replica and its file. One that does not exist is fine.
  package func free(_ key: ReplicaKey) throws(StoreError) { try free([key]) }

  /// The same for several, with one sync.
  package func free(_ keys: [ReplicaKey]) throws(StoreError) {
    let found = keys.compactMap { replicas[$0] }
    guard !found.isEmpty else { return }
    for replica in found {
      let key = replica.key
      if replica.isDraft { try removeDraft(of: key) }
      if !replica.isDraft || replica.replacesUnread {
        closeFile(of: key)
        try removeFile(ReplicaFileName.name(of: key))
      }
      replicas[key] = nil
      dirty.removeAll { $0 == key }
      uncertified.remove(key)
    }
    if syncs {
      try fatally { () throws(SystemError) in try files.syncDirectory(directory) }
    }
    try? spare.take()
  }

  /// What was to take the place of files that could not be read, and will not any more, because its owner has
  /// ended: they are all that there is of these replicas. (What has a certificate by now the next commit takes.)
  func endReplacements() throws(StoreError) {
    let ended = replicas.values.filter {
      $0.replacesUnread && $0.promised == 0 && $0.key.epoch < fences[$0.key.log]
    }
    for replica in ended.sorted(by: { $1.key.isAfter($0.key) }) {
      try removeDraft(of: replica.key)
      dirty.removeAll { $0 == replica.key }
      markDamaged(
        Replica(key: replica.key, capacity: 0, phase: .open), .unreadable,
        because: "its owner has ended before it was made anew")
    }
  }

  private func removeDraft(of key: ReplicaKey) throws(StoreError) {
    closeFile(of: key)
    try removeFile(ReplicaFileName.draft(of: key))
  }

  private func removeFile(_ name: String) throws(StoreError) {
    try fatally { () throws(SystemError) in
      do throws(SystemError) {
        try files.remove("\(directory)/\(name)")
      } catch {
        if error.errno != SystemErrorCode.noSuchFile { throw error }
      }
    }
  }

  /// Replicas of some logs that no recovery will ask for, in the order of their names.
  ///
  /// What is left of the newest owner is never among them, however useless it looks: it may be
  /// about to use it. Nor is what the mark does not give up: it may be the last copy.
  func obsolete(by logs: [LogOwnership]) -> [ReplicaKey] {
    let known = Dictionary(logs.map { ($0.log, $0) }, uniquingKeysWith: { first, _ in first })
    return replicas.values.filter { replica in
      guard let log = known[replica.key.log], !replica.isDraft || uncertified.contains(replica.key)
      else { return false }
      if replica.key.segment < log.first { return true }
      guard replica.key.epoch < log.epoch || planted(.b37) else { return false }
      if planted(.b36) { return true }
      let isOpen = replica.phase == .open
      return log.mark.givesUp(replica.key, isOpen: isOpen, version: replica.durable?.version ?? 0)
    }
    .map(\.key).sorted { $1.isAfter($0) }
  }
}
