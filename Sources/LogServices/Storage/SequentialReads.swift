import PlantedBugs
import ReplicatedLog
import RulesNetwork

/// Replicas that are read piece by piece, from the first byte on. What is read in the longest pieces there are
/// is verified as it is read, and nobody gets the last piece of a replica whose certificate does not hold; so
/// each byte is read once. Before the first of shorter pieces the whole image is verified.
struct SequentialReads {
  /// How many are kept; who is beyond that has everything verified for each piece.
  static let limit = 64

  private struct Pass {
    var key: ReplicaKey
    var certificate: Certificate
    /// Where the next piece begins.
    var next: Int
    /// CRC-32C of all before; nil: the whole image was verified.
    var crc: UInt32?
  }

  /// The oldest first.
  private var passes: [Pass] = []

  /// What comes is the first piece, to be verified with those that follow.
  mutating func begin(_ key: ReplicaKey, _ certificate: Certificate) {
    begin(Pass(key: key, certificate: certificate, next: 0, crc: 0))
  }

  /// All that the certificate covers is verified, and this was the first piece of it.
  mutating func begin(verified range: Range<Int>, of key: ReplicaKey, _ certificate: Certificate) {
    begin(Pass(key: key, certificate: certificate, next: range.upperBound, crc: nil))
  }

  private mutating func begin(_ pass: Pass) {
    passes.removeAll { $0.key == pass.key }
    if passes.count == Self.limit { passes.removeFirst() }
    passes.append(pass)
  }

  /// Whether a piece that begins at `offset` goes on where the one before ended.
  func goesOn(at offset: Int, of key: ReplicaKey, _ certificate: Certificate) -> Bool {
    index(offset, key, certificate) != nil
  }

  /// Takes in the piece that goes on.
  /// - Returns: false when it was the last one, and all of them are not what was certified.
  mutating func take(
    _ piece: [UInt8], at offset: Int, of key: ReplicaKey, _ certificate: Certificate
  ) -> Bool {
    guard let index = index(offset, key, certificate) else { return false }
    if let crc = passes[index].crc {
      passes[index].crc = piece.withUnsafeBytes { crc32c($0, seed: crc) }
    }
    passes[index].next += piece.count
    guard passes[index].next == Int(certificate.length) else { return true }
    let crc = passes.remove(at: index).crc
    return crc == nil || crc == certificate.crc || planted(.b40)
  }

  private func index(_ offset: Int, _ key: ReplicaKey, _ certificate: Certificate) -> Int? {
    passes.firstIndex { $0.key == key && $0.certificate == certificate && $0.next == offset }
  }
}
