import RulesRuntime

/// One file: what processes see of it, what is on the disk, and how the two differ.
struct SimulatedFile: Sendable {
  /// Something that was done to the file and is not yet known to be on the disk.
  enum Change: Sendable {
    case write(offset: Int, bytes: [UInt8])
    case resize(Int)
  }

  static let sectorSize = 512

  /// What a process reads: the page cache.
  private(set) var current = SparseBytes()
  /// What is on the disk, whatever happens.
  private(set) var durable = SparseBytes()
  /// In order, what leads from `durable` to `current`.
  private(set) var pending: [Change] = []
  /// The device cannot read it any more.
  private(set) var isUnreadable = false
  /// So many bytes from the start have room on the disk, written or not.
  private(set) var reserved = 0
  /// The same after a power cut.
  private var durablyReserved = 0
  /// Where what was written ends, as processes see it. Up to the file's length there may be more room.
  private var cachedEnd = 0
  /// The same on the disk.
  private(set) var durableEnd = 0
  /// Grows with each change of `durable`.
  private(set) var version = 0
  /// A failed sync has left `current` with bytes that are neither on the disk nor pending.
  private var hasLostPages = false

  /// What processes see is what is on the disk.
  var isSettled: Bool { pending.isEmpty && !hasLostPages }

  /// From now on, or not any more.
  mutating func setUnreadable(_ isUnreadable: Bool) {
    self.isUnreadable = isUnreadable
    version += 1
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    current.write(bytes, at: offset)
    cachedEnd = max(cachedEnd, offset + bytes.count)
    pending.append(.write(offset: offset, bytes: [UInt8](bytes)))
  }

  mutating func resize(to length: Int) {
    current.resize(to: length)
    reserved = min(reserved, length)
    cachedEnd = min(cachedEnd, length)
    pending.append(.resize(length))
  }

  /// Room that it takes on the disk.
  var allocated: Int { max(current.allocated, reserved) }

  /// What is written up to here takes no more room.
  var roomEnd: Int { max(cachedEnd, reserved) }

  /// It has room for so many bytes, and is at least so long.
  mutating func reserve(_ count: Int) {
    if count > current.length { resize(to: count) }
    reserved = max(reserved, count)
  }

  /// All that is pending is on the disk.
  mutating func sync() {
    durablyReserved = reserved
    guard !pending.isEmpty else { return }
    if hasLostPages {
      for change in pending { Self.apply(change, to: &durable) }
    } else {
      durable = current
    }
    durableEnd = end(after: pending[...])
    pending = []
    version += 1
  }

  /// The sync failed: the pages count as clean from now on, and what is on the disk is anybody's
  /// guess. Processes go on seeing what they wrote.
  mutating func failSync(using random: inout SplitMix64) {
    guard !pending.isEmpty else { return }
    settle(using: &random)
    hasLostPages = true
  }

  /// What a process reads is what the disk has, where nothing is pending: the cache was dropped.
  mutating func dropCache() {
    guard pending.isEmpty, hasLostPages else { return }
    showDurable()
    hasLostPages = false
  }

  /// The power is gone: the disk has any part of what was pending.
  mutating func cutPower(using random: inout SplitMix64) {
    if !pending.isEmpty { settle(using: &random) }
    showDurable()
    // Room that no sync has spoken for is gone.
    reserved = min(durablyReserved, durable.length)
    durablyReserved = reserved
  }

  private mutating func showDurable() {
    current = durable
    cachedEnd = durableEnd
    hasLostPages = false
  }

  /// Where what was written ends on the disk, once these changes are there.
  private func end(after changes: ArraySlice<Change>) -> Int {
    changes.reduce(durableEnd) { end, change in
      switch change {
      case .write(let offset, let bytes): max(end, offset + bytes.count)
      case .resize(let length): min(end, length)
      }
    }
  }

  /// A bit changes where nobody looks.
  mutating func flip(bit: Int, at offset: Int) {
    durable.flip(bit: bit, at: offset)
    current.flip(bit: bit, at: offset)
    version += 1
  }

  private static func apply(_ change: Change, to image: inout SparseBytes) {
    switch change {
    case .write(let offset, let bytes):
      bytes.withUnsafeBytes { image.write($0, at: offset) }
    case .resize(let length): image.resize(to: length)
    }
  }

  /// The disk gets, sector by sector, none of the pending writes, some of the first ones, or all. A few
  /// sectors that had nothing before get something that nobody wrote; one that had is old or new: what a
  /// write does not touch, it does not destroy, which is what storage everywhere counts on.
  private mutating func settle(using random: inout SplitMix64) {
    let mood = Int.random(in: 0..<6, using: &random)
    let end =
      Int.random(in: 0..<5, using: &random) > 0
      ? pending.count : Int.random(in: 0...pending.count, using: &random)
    var limits: [Int: Int] = [:]
    var applied: [Int: Int] = [:]
    var garbage: [Int] = []
    var reach = 0
    let firstBlank = (durableEnd + Self.sectorSize - 1) / Self.sectorSize
    for change in pending[..<end] {
      guard case .write(let offset, let bytes) = change else {
        if case .resize(let length) = change { reach = length }
        Self.apply(change, to: &durable)
        continue
      }
      reach = max(reach, offset + bytes.count)
      var start = offset
      while start < offset + bytes.count {
        let sector = start / Self.sectorSize
        let next = min((sector + 1) * Self.sectorSize, offset + bytes.count)
        let limit: Int
        if let known = limits[sector] {
          limit = known
        } else {
          let drawn = Self.drawLimit(mood, using: &random)
          limit = drawn == .min && sector < firstBlank ? 0 : drawn
          if limit == .min { garbage.append(sector) }
          limits[sector] = limit
        }
        let rank = applied[sector, default: 0]
        applied[sector] = rank + 1
        if rank < limit {
          bytes[start - offset..<next - offset].withUnsafeBytes { durable.write($0, at: start) }
        }
        start = next
      }
    }
    // The length may be on the disk without the bytes.
    if reach > durable.length, Bool.random(using: &random) { durable.resize(to: reach) }
    for sector in garbage { fill(sector, using: &random) }
    durableEnd = self.end(after: pending[..<end])
    pending = []
    version += 1
  }

  /// How many of the writes to a sector are on the disk; `.min`: something else is.
  private static func drawLimit(_ mood: Int, using random: inout SplitMix64) -> Int {
    switch mood {
    case 0: return .max
    case 1: return 0
    default:
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<9: return .max
      case 9..<17: return 0
      case 17..<19: return Int.random(in: 0...4, using: &random)
      default: return .min
      }
    }
  }

  private mutating func fill(_ sector: Int, using random: inout SplitMix64) {
    let start = sector * Self.sectorSize
    let count = min(Self.sectorSize, durable.length - start)
    guard count > 0 else { return }
    let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    bytes.withUnsafeBytes { durable.write($0, at: start) }
  }
}
