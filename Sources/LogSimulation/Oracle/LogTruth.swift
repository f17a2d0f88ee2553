import ReplicatedLog

/// What is true of one log: what its owners appended, and what they were told.
package final class LogTruth {
  /// One owner.
  struct Owner {
    /// nil until it has opened the log.
    var epoch: UInt32?
    /// Sizes of the records that it has appended, whatever became of them.
    var sizes: [Int] = []
    /// How many of these were acknowledged: the first ones.
    var acknowledged = 0
    /// Where the log ended that it found.
    var found = LogPosition(segment: 0, offset: 0)
  }

  /// A record that must be there.
  struct Acknowledged {
    var content: RecordContent
    var position: LogPosition
    var size: Int

    /// Where its entry ends in the image.
    var end: LogPosition {
      LogPosition(
        segment: position.segment, offset: position.offset + UInt32(size + LogTruth.entryOverhead))
    }
  }

  /// Bytes that a record takes in a segment beyond its own.
  static let entryOverhead = 8

  /// The log's number in its run, from 0.
  let index: Int
  let name: String
  /// Its number at the coordinator; nil until it is known.
  var id: UInt64?
  private(set) var owners: [Owner] = []
  /// By position, which is also by time.
  private(set) var acknowledged: [Acknowledged] = []
  /// Where the last acknowledged record of each segment ends.
  private(set) var ends: [UInt64: UInt32] = [:]
  /// The first segment that was not given up.
  private(set) var first: UInt64 = 1
  /// Why it was not opened the last time.
  var refusal: LogError?

  /// Whether who wanted to open it was told that something of it is missing.
  var isKnownToBeMissing: Bool {
    switch refusal {
    case .incomplete, .lost, .vanished, .noBackups: true
    default: false
    }
  }

  init(index: Int) {
    self.index = index
    name = "log\(index)"
  }

  /// - Returns: the number of a new owner.
  func addOwner() -> Int {
    owners.append(Owner())
    return owners.count - 1
  }

  /// The next record of an owner.
  func append(owner: Int, size: Int) -> [UInt8] {
    let number = UInt64(owners[owner].sizes.count)
    owners[owner].sizes.append(size)
    return RecordContent(log: UInt32(index), owner: UInt32(owner), number: number)
      .bytes(size: size)
  }

  /// The newest owner that has opened the log, by epoch.
  var newest: Int? {
    owners.indices.filter { owners[$0].epoch != nil }
      .max { (owners[$0].epoch ?? 0) < (owners[$1].epoch ?? 0) }
  }

  /// The epoch of the newest owner that acknowledged something; 0: none did.
  var acknowledgedEpoch: UInt32 {
    acknowledged.last.flatMap { owners[Int($0.content.owner)].epoch } ?? 0
  }

  /// An owner has opened the log.
  /// - Parameter found: where the log that it has found ends.
  func opened(owner: Int, epoch: UInt32, found: LogPosition) -> Violation? {
    // One that was overtaken while it opened the log finds less, and will be told.
    let earlier = acknowledged.last { (owners[Int($0.content.owner)].epoch ?? 0) < epoch }
    if let last = earlier, found < last.end {
      return Violation(
        .s1,
        "\(name): owner \(owner) (epoch \(epoch)) found the log up to \(found), acknowledged is "
          + "all up to \(last.end)")
    }
    if let other = owners.first(where: { $0.epoch == epoch }) {
      return Violation(
        .s5, "\(name): owners have the same epoch \(epoch), one after \(other.sizes.count) records")
    }
    owners[owner].epoch = epoch
    owners[owner].found = found
    return nil
  }

  /// An append of an owner is acknowledged.
  /// - Parameters:
  ///   - first: the number of its first record.
  ///   - positions: one each.
  func acknowledge(owner: Int, first: Int, _ positions: [LogPosition]) -> Violation? {
    let state = owners[owner]
    guard first == state.acknowledged, first + positions.count <= state.sizes.count else {
      return Violation(
        .s2,
        "\(name): owner \(owner) is told of records \(first)..<\(first + positions.count) after "
          + "\(state.acknowledged)")
    }
    for (offset, position) in positions.enumerated() {
      let number = first + offset
      let record = Acknowledged(
        content: RecordContent(
          log: UInt32(index), owner: UInt32(owner), number: UInt64(number)),
        position: position, size: state.sizes[number])
      if let newest, newest != owner, owners[newest].epoch ?? 0 > state.epoch ?? 0 {
        guard record.end <= owners[newest].found else {
          return Violation(
            .s5,
            "\(name): owner \(owner) (epoch \(state.epoch ?? 0)) acknowledged \(position) after "
              + "owner \(newest) found the log up to \(owners[newest].found)")
        }
      }
      if let last = acknowledged.last, position < last.end {
        // Of a fenced owner: it is in the log already, before what the next one added.
        guard newest != owner else {
          return Violation(.s2, "\(name): \(position) is acknowledged after \(last.position)")
        }
        owners[owner].acknowledged = number + 1
        continue
      }
      acknowledged.append(record)
      ends[position.segment] = max(ends[position.segment] ?? 0, record.end.offset)
      owners[owner].acknowledged = number + 1
    }
    return nil
  }

  /// An owner gives up the beginning of the log. From now on it may be there or not.
  /// - Returns: the first segment that stays; nil: nothing is given up.
  func trim(to share: Double) -> UInt64? {
    guard let last = acknowledged.last?.position.segment, last > first else { return nil }
    first += UInt64((Double(last - first) * share).rounded(.up))
    return first
  }

  /// What was acknowledged is lost, and somebody was told so: the log begins anew with what is left.
  func forget() {
    acknowledged = []
    ends = [:]
  }
}
