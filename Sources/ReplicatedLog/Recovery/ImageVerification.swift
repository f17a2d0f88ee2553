import PlantedBugs
import RulesNetwork

extension SegmentImage {
  /// Checks bytes that came from a backup against their certificate and their header, and cuts off the
  /// entry that an open segment may end in the middle of. The checksums of single records are for
  /// readers to check.
  /// - Parameter crc: the CRC-32C of all bytes, if it is known.
  func verify(
    as source: RecoveryPlan.Source, isClosed: Bool, crc known: UInt32? = nil
  ) -> Result<SegmentImage, CallProblem> {
    guard length == Int(source.certificate.length),
      known ?? crc(0..<length, seed: 0) == source.certificate.crc || planted(.b40)
    else { return .failure(CallProblem(description: "the certificate does not hold")) }
    let header: SegmentHeader
    do throws(WireError) {
      header = try SegmentHeader(decoding: bytes)
    } catch {
      return .failure(CallProblem(description: "\(error)"))
    }
    guard header.log == source.key.log, header.segment == source.key.segment,
      header.firstSegment == SegmentHeader.firstSegment, header.epoch <= source.key.epoch
    else { return .failure(CallProblem(description: "its header names another segment")) }
    guard let end = Entry.lastEnd(bytes, from: SegmentHeader.size),
      end == length || !isClosed
    else { return .failure(CallProblem(description: "an entry is corrupt")) }
    truncate(to: end)
    return .success(self)
  }

  /// Calls back for every record, in order, with the offset of its entry: what a test looks at.
  func forEachRecord(_ body: (Int, [UInt8]) throws -> Void) rethrows {
    var offset = SegmentHeader.size
    while case .record(let range) = Entry.step(bytes, at: offset) {
      try body(offset, [UInt8](bytes(range)))
      offset = range.upperBound
    }
  }
}
