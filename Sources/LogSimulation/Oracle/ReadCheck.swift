import ReplicatedLog

/// Compares what a reader gets, record by record, with what is true.
struct ReadCheck {
  private let truth: LogTruth
  /// Records that were acknowledged when reading began: all of these must come.
  private let expected: Int
  private var next = 0
  private var last: LogPosition?
  private var lastEpoch: UInt32 = 0
  private var seen: [UInt32: UInt64] = [:]
  private(set) var records = 0
  /// What somebody who follows the log was shown when reading began, and did not come yet.
  private var shown: [LogPosition: RecordContent]

  init(_ truth: LogTruth, shown: [LogPosition: RecordContent] = [:]) {
    self.truth = truth
    self.shown = shown
    expected = truth.acknowledged.count
  }

  /// The next record.
  mutating func add(_ position: LogPosition, _ bytes: [UInt8]) -> Violation? {
    records += 1
    if let last, position <= last {
      return Violation(.s2, "\(truth.name): \(position) is read after \(last)")
    }
    last = position
    guard let content = RecordContent(bytes), content.log == UInt32(truth.index),
      Int(content.owner) < truth.owners.count
    else { return Violation(.s3, "\(truth.name): what is at \(position) was never appended") }
    let owner = truth.owners[Int(content.owner)]
    guard content.number < owner.sizes.count, owner.sizes[Int(content.number)] == bytes.count
    else {
      return Violation(
        .s2, "\(truth.name): record \(content.number) at \(position) was never appended")
    }
    // A log that was trimmed may begin anywhere in what an owner appended.
    let number = seen[content.owner] ?? (truth.first > 1 ? content.number : 0)
    guard content.number == number else {
      return Violation(
        .s2,
        "\(truth.name): record \(content.number) of owner \(content.owner) is read at \(position), "
          + "record \(number) should come first")
    }
    seen[content.owner] = number + 1
    if let other = shown.removeValue(forKey: position), other != content {
      return Violation(
        .s2, "\(truth.name): a follower was shown another record at \(position)")
    }
    guard let epoch = owner.epoch, epoch >= lastEpoch else {
      return Violation(
        .s2, "\(truth.name): a record of an earlier owner at \(position), after one of a later")
    }
    lastEpoch = epoch
    skipTrimmed(before: position)
    if next < truth.acknowledged.count {
      let wanted = truth.acknowledged[next]
      if wanted.position == position, wanted.content == content {
        next += 1
      } else if wanted.position <= position {
        return missing(wanted)
      }
    }
    return nil
  }

  /// What was given up need not come.
  private mutating func skipTrimmed(before position: LogPosition?) {
    while next < truth.acknowledged.count {
      let wanted = truth.acknowledged[next].position
      guard wanted.segment < truth.first, position.map({ wanted < $0 }) ?? true else { return }
      next += 1
    }
  }

  /// The end of the log.
  mutating func finish() -> Violation? {
    skipTrimmed(before: nil)
    if next < expected { return missing(truth.acknowledged[next]) }
    // What was given up need not come.
    let gone = shown.keys.filter { $0.segment >= truth.first }
    guard let lost = gone.min() else { return nil }
    return Violation(
      .s2, "\(truth.name): a follower was shown \(lost), and \(gone.count) records are not there")
  }

  private func missing(_ record: LogTruth.Acknowledged) -> Violation {
    Violation(
      .s1,
      "\(truth.name): record \(record.content.number) of owner \(record.content.owner) was "
        + "acknowledged at \(record.position) and is not there")
  }
}
