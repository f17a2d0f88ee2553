import ReplicatedLog
import RulesNetwork

/// For each log the lowest epoch whose owner may still write. Only grows.
struct Fences: Hashable, Sendable {
  /// Bytes that one takes when it is encoded.
  static let entrySize = 8 + 4

  private var epochs: [UInt64: UInt32] = [:]

  subscript(log: UInt64) -> UInt32 { epochs[log] ?? 0 }

  var count: Int { epochs.count }

  /// In the order of the logs.
  var all: [(log: UInt64, epoch: UInt32)] {
    epochs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// - Returns: whether that changed anything.
  mutating func raise(_ log: UInt64, to epoch: UInt32) -> Bool {
    guard epoch > self[log] else { return false }
    epochs[log] = epoch
    return true
  }

  init() {}

  var encoded: [UInt8] {
    var writer = WireWriter()
    writer.uint32(UInt32(epochs.count))
    for (log, epoch) in all {
      writer.uint64(log)
      writer.uint32(epoch)
    }
    return writer.bytes
  }

  init(decoding bytes: [UInt8]) throws(WireError) {
    var reader = WireReader(bytes)
    for _ in 0..<(try reader.count(minimumSize: Self.entrySize)) {
      let log = try reader.uint64()
      epochs[log] = try reader.uint32()
    }
    try reader.finish()
  }
}
