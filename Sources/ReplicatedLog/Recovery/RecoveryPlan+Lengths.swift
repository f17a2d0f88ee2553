extension RecoveryPlan {
  /// For each segment the image bytes that its best replica is certified for.
  package var certifiedLengths: [UInt64: UInt32] {
    Dictionary(
      uniqueKeysWithValues: segments.map { ($0.id, $0.sources.first?.certificate.length ?? 0) })
  }
}
