import RulesRuntime
import Testing

@testable import RulesNetwork

@Suite("Frame decoder")
struct FrameDecoderTests {
  private func stream(seed: UInt64, count: Int) -> (bytes: [UInt8], frames: [Frame]) {
    var random = SplitMix64(seed: seed)
    let sizes = [0, 1, 31, 32, 33, 1000, 65_535, 65_536, 65_537, 200_000]
    var bytes: [UInt8] = []
    var frames: [Frame] = []
    for id in 0..<count {
      let size = sizes.randomElement(using: &random) ?? 0
      let body = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
      let code = UInt16.random(in: 0 ... .max, using: &random)
      bytes += OutgoingFrame(type: .request, code: code, id: UInt64(id), body: body).bytes
      let header = FrameHeader(
        type: .request, code: code, id: UInt64(id), length: size,
        bodyChecksum: body.withUnsafeBytes { crc32c($0) })
      frames.append(Frame(header: header, body: body))
    }
    return (bytes, frames)
  }

  @Test("Frames come out of a stream that is fed byte by byte")
  func byteByByte() throws {
    let bodies: [[UInt8]] = [[], [1], [UInt8](repeating: 9, count: 70_000), [2, 3]]
    let bytes = bodies.flatMap { OutgoingFrame(type: .reply, id: 5, body: $0).bytes }
    var decoder = FrameDecoder(bodyLimit: 1 << 20)
    let frames = try decoder.frames(of: bytes, pieces: [1])
    #expect(frames.map(\.body) == bodies)
    #expect(!decoder.isInsideFrame)
    #expect(decoder.frameCount == 4)
  }

  @Test("Frames come out of a stream however it is split", arguments: UInt64(1)...10)
  func randomSplits(seed: UInt64) throws {
    let (bytes, frames) = stream(seed: seed, count: 12)
    var random = SplitMix64(seed: seed ^ 0xffff)
    let pieces = (0..<100_000).map { _ in
      let largest = [3, 40, 5000, 100_000].randomElement(using: &random) ?? 1
      return Int.random(in: 1...largest, using: &random)
    }
    var decoder = FrameDecoder(bodyLimit: 1 << 20)
    #expect(try decoder.frames(of: bytes, pieces: pieces) == frames, "seed \(seed)")
  }

  @Test("No damage of a single byte goes unnoticed")
  func everyByteCounts() {
    let bytes = OutgoingFrame(type: .request, code: 77, id: 3, body: [1, 2, 3, 4]).bytes
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << UInt8(bit)
        var decoder = FrameDecoder(bodyLimit: 1 << 20)
        #expect(throws: FrameError.self, "byte \(index), bit \(bit)") {
          try decoder.frames(of: damaged)
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
      if count >= 32, Bool.random(using: &random) {
        bytes.replaceSubrange(
          0..<5, with: FrameHeader(type: .reply, length: 0, bodyChecksum: 0).encoded[0..<5])
        if Bool.random(using: &random) {
          let checksum = bytes[0..<28].withUnsafeBytes { crc32c($0) }
          withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(28..<32, with: $0) }
        }
      }
      var decoder = FrameDecoder(bodyLimit: 100)
      do {
        let frames = try decoder.frames(of: bytes)
        #expect(frames.allSatisfy { $0.body.count <= 100 }, "seed \(seed)")
      } catch {
        #expect(error is FrameError, "seed \(seed)")
      }
    }
  }

  @Test("Each fault of a header is named")
  func headerErrors() {
    func error(_ change: (inout [UInt8]) -> Void, sealed: Bool = true) -> FrameError? {
      var bytes = FrameHeader(type: .reply, id: 1, length: 8, bodyChecksum: 0).encoded
      change(&bytes)
      if sealed {
        let checksum = bytes[0..<28].withUnsafeBytes { crc32c($0) }
        withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(28..<32, with: $0) }
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
    #expect(error { $0[4] = 2 } == .version(2))
    #expect(error({ $0[16] = 9 }, sealed: false) == .headerChecksum)
    #expect(error { $0[5] = 7 } == .type(7))
    #expect(error { $0[6] = 1 } == .reservedBits)
    #expect(error { $0[11] = 1 } == .reservedBits)
    #expect(error { $0[13] = 4 } == .length(1032, limit: 1000))
    #expect(
      error {
        $0[5] = FrameType.hello.rawValue
        $0[13] = 1
      } == .length(264, limit: 256), "a handshake's limit, whatever else is accepted")
    #expect(error { $0[15] = 255 } == .length(0xff00_0008, limit: 1000))
  }
}
