import ReplicatedLog

/// Replicas with bytes that no certificate covers yet. Nobody counts on them, so they need not be on the
/// disk before their writer is answered; a copy of a segment is synced once, when it is whole.
///
/// Bounded, in files because each stays open until it is synced, and in bytes because a slow disk must slow
/// down who writes to it.
struct UncertifiedBytes {
  /// Replicas at most.
  let fileLimit: Int
  /// Bytes at most.
  let byteLimit: Int
  private var counts: [ReplicaKey: Int] = [:]
  private(set) var bytes = 0

  init(files: Int, bytes: Int) {
    fileLimit = files
    byteLimit = bytes
  }

  var files: Int { counts.count }

  func contains(_ key: ReplicaKey) -> Bool { counts[key] != nil }

  /// Takes bytes in that were written to a replica.
  /// - Returns: false when there is no room for them; they are to be synced then.
  mutating func add(_ count: Int, of key: ReplicaKey) -> Bool {
    guard bytes + count <= byteLimit, counts[key] != nil || files < fileLimit else { return false }
    counts[key, default: 0] += count
    bytes += count
    return true
  }

  /// The part of a file that the disk may as well write now: the last page of a range may get more bytes.
  static func wholePages(_ range: Range<Int>) -> Range<Int> {
    let page = 4096
    return range.lowerBound / page * page..<range.upperBound / page * page
  }

  /// They are synced now, or gone.
  mutating func remove(_ key: ReplicaKey) {
    bytes -= counts.removeValue(forKey: key) ?? 0
  }
}
