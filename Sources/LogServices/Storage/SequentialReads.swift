import ReplicatedLog

/// Replicas that are read piece by piece, from the first byte on. With the first piece the whole image was
/// verified, and is not verified again for each of the others. Who reads checks the whole, too.
struct SequentialReads {
  /// How many are kept; who is beyond that has everything verified for each piece.
  static let limit = 64

  private struct Pass {
    var key: ReplicaKey
    var certificate: Certificate
    /// Where the next piece begins.
    var next: Int
  }

  /// The oldest first.
  private var passes: [Pass] = []

  /// All that the certificate covers is verified, and this is the first piece of it.
  mutating func begin(_ range: Range<Int>, of key: ReplicaKey, _ certificate: Certificate) {
    passes.removeAll { $0.key == key }
    if passes.count == Self.limit { passes.removeFirst() }
    passes.append(Pass(key: key, certificate: certificate, next: range.upperBound))
  }

  /// Whether a piece goes on where the one before ended; then the next one is to do so too.
  mutating func goesOn(_ range: Range<Int>, of key: ReplicaKey, _ certificate: Certificate) -> Bool
  {
    guard
      let index = passes.firstIndex(where: {
        $0.key == key && $0.certificate == certificate && $0.next == range.lowerBound
      })
    else { return false }
    passes[index].next = range.upperBound
    if range.upperBound >= Int(certificate.length) { passes.remove(at: index) }
    return true
  }
}
