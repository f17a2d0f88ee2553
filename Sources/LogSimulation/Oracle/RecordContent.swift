import RulesNetwork
import RulesRuntime

/// What is in a simulated record: whose it is, and bytes that follow from that.
struct RecordContent: Hashable {
  /// The number of the log in its run.
  var log: UInt32
  /// The number of the owner in its log.
  var owner: UInt32
  /// The number of the record among its owner's.
  var number: UInt64

  /// Bytes of the shortest record.
  static let minimumSize = 16

  /// The record's bytes.
  /// - Parameter size: at least `minimumSize`.
  func bytes(size: Int) -> [UInt8] {
    var writer = WireWriter()
    writer.uint32(log)
    writer.uint32(owner)
    writer.uint64(number)
    var bytes = writer.bytes
    bytes.reserveCapacity(size)
    var filler = SplitMix64(seed: UInt64(log) << 48 ^ UInt64(owner) << 32 ^ number)
    while bytes.count < size {
      let word = filler.next()
      for shift in 0..<min(8, size - bytes.count) {
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * shift)))
      }
    }
    return bytes
  }

  /// Reads what is in a record.
  /// - Returns: nil when it is not exactly what `bytes` makes.
  init?(_ bytes: [UInt8]) {
    var reader = WireReader(bytes)
    do throws(WireError) {
      log = try reader.uint32()
      owner = try reader.uint32()
      number = try reader.uint64()
    } catch {
      return nil
    }
    guard self.bytes(size: bytes.count) == bytes else { return nil }
  }

  init(log: UInt32, owner: UInt32, number: UInt64) {
    self.log = log
    self.owner = owner
    self.number = number
  }
}
