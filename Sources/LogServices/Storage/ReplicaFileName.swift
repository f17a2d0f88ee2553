import ReplicatedLog

/// The name of a replica's file: `LOG-SEGMENT-EPOCH.replica`, in hexadecimal, so that an operator
/// finds the file of a replica and the files of one log sort together.
package enum ReplicaFileName {
  /// What every finished replica's name ends with.
  package static let suffix = ".replica"
  /// A file that is being made has this after its name until its header is on the disk.
  package static let draftSuffix = ".replica.new"

  /// The name of a finished replica.
  package static func name(of key: ReplicaKey) -> String {
    stem(of: key) + suffix
  }

  /// The name of a replica that is being made.
  package static func draft(of key: ReplicaKey) -> String {
    stem(of: key) + draftSuffix
  }

  /// nil when it is not exactly the name of a replica.
  package static func key(of name: String) -> ReplicaKey? { key(of: name, endingIn: suffix) }

  /// nil when it is not exactly the name of a draft.
  package static func key(ofDraft name: String) -> ReplicaKey? {
    key(of: name, endingIn: draftSuffix)
  }

  private static func key(of name: String, endingIn suffix: String) -> ReplicaKey? {
    guard name.hasSuffix(suffix) else { return nil }
    let parts = name.dropLast(suffix.count).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let log = UInt64(parts[0], radix: 16),
      let segment = UInt64(parts[1], radix: 16), let epoch = UInt32(parts[2], radix: 16)
    else { return nil }
    let key = ReplicaKey(log: log, segment: segment, epoch: epoch)
    return stem(of: key) + suffix == name ? key : nil
  }

  private static func stem(of key: ReplicaKey) -> String {
    "\(padded(key.log, 16))-\(padded(key.segment, 16))-\(padded(UInt64(key.epoch), 8))"
  }

  private static func padded(_ value: UInt64, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: width - digits.count) + digits
  }
}
