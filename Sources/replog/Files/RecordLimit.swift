/// What a log takes as one record.
enum RecordLimit {
  /// A record with its length and checksum fits into 1 MiB.
  static let bytes = (1 << 20) - 8
}
