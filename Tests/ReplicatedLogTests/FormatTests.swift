import RulesNetwork
import RulesRuntime
import Testing

@testable import ReplicatedLog

/// Bytes of segments: written, read back, and refused when they are not what they should be.
@Suite struct FormatTests {
  @Test("A segment header is read back as it was written")
  func header() throws {
    let header = SegmentHeader(log: 7, segment: 300, epoch: 12)
    #expect(header.encoded.count == SegmentHeader.size)
    let read = try header.encoded.withUnsafeBytes { try SegmentHeader(decoding: $0) }
    #expect(read == header)
    #expect(header.encoded.prefix(4) == ArraySlice("RSEG".utf8))
  }

  @Test("A segment header with any bit changed is refused")
  func damagedHeader() {
    let good = SegmentHeader(log: 7, segment: 300, epoch: 12).encoded
    for bit in 0..<good.count * 8 {
      var bytes = good
      bytes[bit / 8] ^= 1 << (bit % 8)
      #expect(throws: WireError.self, "bit \(bit)") {
        try bytes.withUnsafeBytes { try SegmentHeader(decoding: $0) }
      }
    }
    #expect(throws: WireError.self) {
      try good.dropLast().withUnsafeBytes { try SegmentHeader(decoding: $0) }
    }
  }

  @Test("The CRC of an image tells the header of one segment from that of another")
  func headersDiffer() {
    let headers = [
      SegmentHeader(log: 7, segment: 300, epoch: 12),
      SegmentHeader(log: 8, segment: 300, epoch: 12),
      SegmentHeader(log: 7, segment: 301, epoch: 12),
      SegmentHeader(log: 7, segment: 300, epoch: 13),
    ]
    let checksums = Set(headers.map { $0.encoded.withUnsafeBytes { crc32c($0) } })
    #expect(checksums.count == headers.count)
  }

  private func bytes(_ records: [[UInt8]]) -> [UInt8] {
    let image = image(records)
    return withExtendedLifetime(image) { [UInt8](image.bytes) }
  }

  private func image(_ records: [[UInt8]]) -> SegmentImage {
    let image = SegmentImage(
      header: SegmentHeader(log: 1, segment: 2, epoch: 3), capacity: 4096)
    for record in records { _ = image.append(entryOf: record) }
    return image
  }

  @Test("Entries are read back as they were written, empty ones too")
  func entries() {
    let records: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 9, count: 1000)]
    var read: [[UInt8]] = []
    var offsets: [Int] = []
    image(records).forEachRecord {
      offsets.append($0)
      read.append($1)
    }
    #expect(read == records)
    #expect(offsets == [40, 51, 59])
  }

  @Test("Bytes that end inside an entry are partial; a changed bit is corrupt")
  func damagedEntries() {
    let whole = bytes([[1, 2, 3], [4, 5, 6, 7]])
    for end in SegmentHeader.size...whole.count {
      let prefix = Array(whole[..<end])
      let expected = end == whole.count ? whole.count : end >= 51 ? 51 : 40
      prefix.withUnsafeBytes {
        #expect(Entry.wholePrefix($0, from: SegmentHeader.size) == expected)
      }
    }
    for index in SegmentHeader.size + 4..<whole.count where index < 51 {
      var bytes = whole
      bytes[index] ^= 0x10
      bytes.withUnsafeBytes { #expect(Entry.step($0, at: SegmentHeader.size) == .corrupt) }
    }
    var huge = whole
    huge[SegmentHeader.size + 3] = 0xff
    huge.withUnsafeBytes { #expect(Entry.step($0, at: SegmentHeader.size) == .corrupt) }
  }

  @Test("Random bytes are never taken for entries and never trap")
  func randomEntries() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...64, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      bytes.withUnsafeBytes { _ = Entry.wholePrefix($0, from: 0) }
    }
  }

  @Test("An image is verified against its certificate, its header and its entries")
  func verification() throws {
    func verify(
      _ records: [[UInt8]], closed: Bool, cut: Int = 0, damage: Int? = nil, segment: UInt64 = 2,
      certificateDamage: UInt32 = 0
    ) -> Int? {
      var bytes = Array(bytes(records).dropLast(cut))
      let crc = bytes.withUnsafeBytes { crc32c($0) }
      if let damage { bytes[damage] ^= 1 }
      let copy = SegmentImage(capacity: bytes.count)
      copy.append(bytes)
      let source = RecoveryPlan.Source(
        server: ServerID(slot: 1, generation: 1),
        key: ReplicaKey(log: 1, segment: segment, epoch: 3),
        certificate: Certificate(length: UInt32(bytes.count), crc: crc ^ certificateDamage))
      guard case .success(let image) = copy.verify(as: source, isClosed: closed) else { return nil }
      return image.length
    }
    #expect(verify([[1], [2]], closed: true) == 58)
    #expect(verify([[1], [2]], closed: true, damage: 50) == nil)
    #expect(verify([[1], [2]], closed: true, segment: 9) == nil)
    #expect(verify([[1], [2]], closed: true, certificateDamage: 1) == nil)
    #expect(verify([[1], [2]], closed: true, cut: 1) == nil)
    #expect(verify([[1], [2]], closed: false, cut: 1) == 49)
  }

  @Test("A queue gives back what it got, in order, also after many were taken")
  func fifo() {
    var queue = FIFO<Int>()
    var model: [Int] = []
    var random = SplitMix64(seed: 3)
    for number in 0..<5000 {
      if Bool.random(using: &random) {
        queue.append(number)
        model.append(number)
      } else if number % 7 == 0, let some = model.randomElement(using: &random) {
        #expect(queue.remove { $0 == some } == some)
        model.removeAll { $0 == some }
      } else {
        #expect(queue.removeFirst() == (model.isEmpty ? nil : model.removeFirst()))
      }
      #expect(queue.count == model.count)
      #expect(queue.first == model.first)
    }
    #expect(queue.elements == model)
  }
}
