import ReplicatedLog

/// The open files of replicas, the least recently used first. Bounded: beyond `limit`, files that
/// nothing is pending on are closed and opened again on demand.
struct DescriptorCache {
  private let limit: Int
  private var files: [ReplicaKey: (file: FileDescriptor, used: UInt64)] = [:]
  private var clock: UInt64 = 0

  init(limit: Int) { self.limit = limit }

  var count: Int { files.count }

  subscript(key: ReplicaKey) -> FileDescriptor? {
    mutating get {
      guard let file = files[key]?.file else { return nil }
      clock += 1
      files[key] = (file, clock)
      return file
    }
  }

  mutating func insert(_ file: FileDescriptor, for key: ReplicaKey) {
    clock += 1
    files[key] = (file, clock)
  }

  mutating func remove(_ key: ReplicaKey) -> FileDescriptor? {
    files.removeValue(forKey: key)?.file
  }

  mutating func removeAll() -> [FileDescriptor] {
    defer { files = [:] }
    return files.values.map(\.file)
  }

  /// Takes out what is over the limit.
  mutating func evict(keeping isNeeded: (ReplicaKey) -> Bool) -> [FileDescriptor] {
    guard files.count > limit else { return [] }
    let idle = files.filter { !isNeeded($0.key) }.sorted { $0.value.used < $1.value.used }
    return idle.prefix(files.count - limit).compactMap { files.removeValue(forKey: $0.key)?.file }
  }
}
