/// What is wrong with a disk at the moment, and what will be next.
package struct DiskFaults: Sendable {
  /// Bytes that fit; nil: any number.
  package var capacity: Int?
  /// So many of the next writes fail with `EIO`.
  package var failingWrites = 0
  /// So many of the next reads fail with `EIO`.
  package var failingReads = 0
  /// So many of the next syncs fail with `EIO`, and the disk has any part of what was pending.
  package var failingSyncs = 0
  /// So many of the next syncs say that all is well and do nothing.
  package var lostSyncs = 0
  /// So many of the next writes go to another file.
  package var misdirectedWrites = 0
  /// The share of writes that take a part of the bytes only.
  package var shortWriteRate = 0.0
  /// Descriptors that may be open; nil: any number.
  package var descriptorLimit: Int?
  /// How long a sync takes.
  package var syncTime: ClosedRange<Duration>?
  /// After so many further calls that change something, nothing reaches the disk any more: the machine
  /// stops there. nil: it does not.
  package var callsToLive: Int?

  /// A disk without faults.
  package init() {}
}

/// What was done on a disk, and what went wrong.
package struct DiskCounters: Hashable, Sendable {
  package var writes = 0
  package var bytesWritten = 0
  package var reads = 0
  package var syncs = 0
  package var full = 0
  package var failedWrites = 0
  package var failedReads = 0
  package var failedSyncs = 0
  package var lostSyncs = 0
  package var misdirectedWrites = 0
  package var shortWrites = 0
  package var outOfDescriptors = 0
  package var stops = 0

  package init() {}
}
