import ReplicatedLog

/// What a store makes durable together, from its certificates to its names.
struct Flush {
  /// One replica of it.
  struct Part {
    var key: ReplicaKey
    /// That of the replica: one that was made anew meanwhile is none of this.
    var birth: UInt64
    /// The certificate that was written; nil when there was none to write.
    var slot: ReplicaHeader.Slot?
    var file: FileDescriptor
    /// Whether it is to outlive the power.
    var syncs: Bool
  }

  var parts: [Part] = []
  /// What the round under way waits for.
  var order = SyncOrder()
  /// Those of all rounds. None is closed before the end: its number would be another file's.
  var files: Set<FileDescriptor> = []
  /// Files that nobody needs after it.
  var unneeded: [FileDescriptor] = []

  /// Whether a replica's file is needed until the end.
  func needs(_ key: ReplicaKey) -> Bool { parts.contains { $0.key == key } }
}
