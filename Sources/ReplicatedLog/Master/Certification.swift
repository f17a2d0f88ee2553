import PlantedBugs

/// When the writes to a replica may carry a certificate, without which a backup serves nothing of
/// it and recovery does not see it.
enum Certification: Hashable, Sendable {
  /// From the header on: nothing of the segment's data was ever sent anywhere.
  case always
  /// Once this many data bytes are there. A replica that replaces a lost one becomes visible in one
  /// step: half of it would pass for the whole.
  case from(Int)
  /// With the footer only. The segment was closed before; an open replica of it would pass for the
  /// end of the log.
  case atClose

  /// For a replica that is made now.
  /// - Parameters:
  ///   - appended: the data bytes that the segment has now.
  ///   - dataWasSent: data of the segment were sent to some backup, at any time.
  ///   - wasClosed: all replicas of the segment were closed, at any time.
  init(appended: Int, dataWasSent: Bool, wasClosed: Bool) {
    self = wasClosed ? .atClose : dataWasSent ? .from(appended) : .always
  }

  /// Whether a write that leaves `length` data bytes on the backup may carry a certificate.
  func allows(length: Int, closing: Bool) -> Bool {
    switch self {
    case .always: true
    case .from(let minimum): length >= minimum || planted(.b15)
    case .atClose: closing
    }
  }
}
