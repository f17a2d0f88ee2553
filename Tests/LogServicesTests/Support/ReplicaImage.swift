import ReplicatedLog
import RulesNetwork

@testable import LogServices

/// A segment's bytes and the requests that bring them to a backup.
struct ReplicaImage {
  var key = ReplicaKey(log: 7, segment: 3, epoch: 5)
  var capacity: UInt32 = 10_000
  var bytes: [UInt8]

  init(count: Int = 3_000, seed: UInt64 = 1) {
    var random = SplitMix(state: seed)
    bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  func certificate(_ length: Int) -> Certificate {
    Certificate(length: UInt32(length), crc: bytes[..<length].withUnsafeBytes { crc32c($0) })
  }

  /// A write of a range, certified up to its end.
  func write(_ range: Range<Int>, certified: Bool = true, version: UInt32 = 1) -> ReplicaWrite {
    ReplicaWrite(
      key: key, capacity: capacity, offset: UInt32(range.lowerBound), version: version,
      certificate: certified ? certificate(range.upperBound) : nil)
  }

  func read(_ range: Range<Int>) -> ReadReplica {
    ReadReplica(key: key, offset: UInt32(range.lowerBound), length: UInt32(range.count))
  }

  /// The header of a file, with the checksum of its identity made right.
  static func sealedIdentity(_ header: [UInt8]) -> [UInt8] {
    let crc = header[..<36].withUnsafeBytes { crc32c($0) }
    return header[..<36] + withUnsafeBytes(of: crc.littleEndian) { Array($0) } + header[40...]
  }

  var fileName: String { ReplicaFileName.name(of: key) }
}

/// A generator whose numbers depend on nothing but its seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

extension ReplicaStore {
  /// Writes a range of an image and commits.
  func put(
    _ kind: WriteKind, _ image: ReplicaImage, _ range: Range<Int>, certified: Bool = true
  ) throws {
    try take(kind, image.write(range, certified: certified), Array(image.bytes[range]))
    try commit()
  }

  func take(
    _ kind: WriteKind, _ write: ReplicaWrite, _ bytes: [UInt8], checksum: UInt32? = nil
  ) throws {
    let result: Result<Void, StoreError> = bytes.withUnsafeBytes { raw in
      do throws(StoreError) {
        return .success(try accept(kind, write, raw, checksum: checksum))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// A whole closed replica: header of 100 bytes, data, footer of the last 50.
  func putWhole(_ image: ReplicaImage) throws {
    let end = image.bytes.count
    try put(.open, image, 0..<100)
    try put(.data, image, 100..<end - 50)
    try put(.close, image, end - 50..<end)
  }

  /// The refusal that a piece of work ends with; nil when it ends otherwise.
  static func refusal(of body: () throws -> Void) -> LogRefusal? {
    do {
      try body()
      return nil
    } catch StoreError.refused(let code, _) {
      return code
    } catch {
      return nil
    }
  }
}
