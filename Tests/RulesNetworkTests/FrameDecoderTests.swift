import RulesRuntime
import Testing

@testable import RulesNetwork

@Suite("Frame decoder")
struct FrameDecoderTests {
  private func frames(
    of bytes: [UInt8], pieces: [Int] = [.max], limit: Int = .max
  ) throws -> [TestFrame] {
    let collector = FrameCollector()
    var decoder = FrameDecoder()
    try decoder.feed(bytes, pieces: pieces, limit: limit, to: collector)
    return collector.frames
  }

  private func stream(seed: UInt64, count: Int) -> [TestFrame] {
    var random = SplitMix64(seed: seed)
    let sizes = [0, 1, 71, 72, 73, 1000, 16_384, 65_535, 65_536, 200_000]
    return (0..<count).map { id in
      let size = sizes.randomElement(using: &random) ?? 0
      let body = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
      var frame = TestFrame(
        .request, code: UInt16.random(in: 0 ... .max, using: &random), id: UInt64(id), body: body)
      frame.header.headLength = UInt16.random(in: 0...UInt16(min(size, 300)), using: &random)
      frame.header.trace = RPCTrace(high: random.next(), low: random.next(), span: random.next())
      return frame
    }
  }

  private func pieces(seed: UInt64) -> [Int] {
    var random = SplitMix64(seed: seed ^ 0xffff)
    return (0..<100_000).map { _ in
      let largest = [3, 40, 5000, 100_000].randomElement(using: &random) ?? 1
      return Int.random(in: 1...largest, using: &random)
    }
  }

  @Test("Frames come out of a stream that is fed byte by byte")
  func byteByByte() throws {
    let bodies: [[UInt8]] = [[], [1], [UInt8](repeating: 9, count: 70_000), [2, 3]]
    let bytes = bodies.flatMap { TestFrame(.reply, id: 5, body: $0).bytes }
    #expect(try frames(of: bytes, pieces: [1]).map(\.body) == bodies)
  }

  @Test("Frames come out of a stream however it is split", arguments: UInt64(1)...10)
  func randomSplits(seed: UInt64) throws {
    let expected = stream(seed: seed, count: 12)
    let found = try frames(of: expected.flatMap(\.bytes), pieces: pieces(seed: seed))
    #expect(found == expected, "seed \(seed)")
  }

  @Test("Payloads go where the sink says, however the stream is split", arguments: UInt64(1)...10)
  func placed(seed: UInt64) throws {
    let expected = stream(seed: seed, count: 8)
    let collector = FrameCollector()
    let buffers = expected.map {
      UnsafeMutableRawBufferPointer.allocate(
        byteCount: Int($0.header.length) - Int($0.header.headLength) + 1, alignment: 1)
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    for buffer in buffers { buffer[buffer.count - 1] = 0xee }
    collector.memory = buffers
    var decoder = FrameDecoder()
    try decoder.feed(expected.flatMap(\.bytes), pieces: pieces(seed: seed), to: collector)
    #expect(collector.frames == expected, "seed \(seed)")
    #expect(buffers.allSatisfy { $0.last == 0xee }, "not a byte beyond")
  }

  @Test("Payloads that nobody wants are skipped", arguments: UInt64(1)...4)
  func discarded(seed: UInt64) throws {
    let unwanted = stream(seed: seed, count: 5)
    let collector = FrameCollector()
    collector.discardsRequests = true
    var decoder = FrameDecoder()
    let bytes = unwanted.flatMap { $0.bytes + TestFrame(.reply, id: $0.header.id, body: [4]).bytes }
    try decoder.feed(bytes, pieces: pieces(seed: seed), to: collector)
    #expect(collector.discarded == 5)
    #expect(
      collector.frames.filter { $0.header.type == .reply }.map(\.body)
        == .init(repeating: [4], count: 5))
    #expect(!decoder.isInsideFrame && decoder.frameCount == 10)
  }

  @Test("No damage of a single byte goes unnoticed")
  func everyByteCounts() {
    let bytes = TestFrame(.request, code: 77, id: 3, body: [1, 2, 3, 4]).bytes
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << UInt8(bit)
        #expect(throws: FrameError.self, "byte \(index), bit \(bit)") {
          try frames(of: damaged, limit: 1 << 20)
        }
      }
    }
  }

  @Test("Random bytes never trap")
  func fuzz() {
    let seed: UInt64 = 3
    var random = SplitMix64(seed: seed)
    for _ in 0..<2000 {
      let count = Int.random(in: 0...200, using: &random)
      var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      // Past the first check, and now and then past the checksum.
      if count >= FrameHeader.size, Bool.random(using: &random) {
        bytes.replaceSubrange(
          0..<5, with: FrameHeader(type: .reply).encoded[0..<5])
        if Bool.random(using: &random) {
          let checksum = bytes[0..<68].withUnsafeBytes { crc32c($0) }
          withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(68..<72, with: $0) }
        }
      }
      do {
        let frames = try frames(of: bytes, limit: 100)
        #expect(frames.allSatisfy { $0.body.count <= 100 }, "seed \(seed)")
      } catch {
        #expect(error is FrameError, "seed \(seed)")
      }
    }
  }

  @Test("Each fault of a header is named")
  func headerErrors() {
    func error(_ change: (inout [UInt8]) -> Void, sealed: Bool = true) -> FrameError? {
      var header = FrameHeader(type: .reply)
      header.length = 8
      var bytes = header.encoded
      change(&bytes)
      if sealed {
        let checksum = bytes[0..<68].withUnsafeBytes { crc32c($0) }
        withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(68..<72, with: $0) }
      }
      do throws(FrameError) {
        _ = try bytes.withUnsafeBytes { bytes in
          Result { () throws(FrameError) in try FrameHeader(bytes, limit: 1000) }
        }.get()
        return nil
      } catch {
        return error
      }
    }
    #expect(error { _ in } == nil)
    #expect(error { $0[0] = 0 } == .magic(0x7343_5000))
    #expect(error { $0[4] = 1 } == .version(1))
    #expect(error({ $0[16] = 9 }, sealed: false) == .headerChecksum)
    #expect(error { $0[5] = 16 } == .type(16))
    #expect(error { $0[6] = 1 } == .reservedBits)
    #expect(error { $0[10] = 9 } == .headLength(9, of: 8))
    #expect(error { $0[13] = 4 } == .length(1032, limit: 1000))
    #expect(
      error {
        $0[5] = FrameType.hello.rawValue
        $0[13] = 2
      } == .length(520, limit: 512), "a handshake's limit, whatever else is accepted")
    #expect(error { $0[15] = 255 } == .length(0xff00_0008, limit: 1000))
  }
}
