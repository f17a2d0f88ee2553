import RulesNetwork
import RulesRuntime
import Testing

@Suite("Wire format")
struct WireTests {
  @Test("Integers are little-endian")
  func layout() {
    var writer = WireWriter()
    writer.uint8(1)
    writer.uint16(0x0203)
    writer.uint32(0x0405_0607)
    writer.uint64(0x0809_0a0b_0c0d_0e0f)
    writer.bool(true)
    writer.bytes([0xaa])
    writer.string("é")
    #expect(
      writer.bytes == [
        1, 3, 2, 7, 6, 5, 4, 0x0f, 0x0e, 0x0d, 0x0c, 0x0b, 0x0a, 9, 8, 1, 1, 0, 0, 0, 0xaa, 2, 0, 0,
        0, 0xc3, 0xa9,
      ])
  }

  private enum Field: Equatable {
    case uint8(UInt8)
    case uint16(UInt16)
    case uint32(UInt32)
    case uint64(UInt64)
    case bool(Bool)
    case bytes([UInt8])
    case string(String)

    static func random(_ random: inout SplitMix64) -> Field {
      switch Int.random(in: 0..<7, using: &random) {
      case 0: .uint8(.random(in: 0 ... .max, using: &random))
      case 1: .uint16(.random(in: 0 ... .max, using: &random))
      case 2: .uint32(.random(in: 0 ... .max, using: &random))
      case 3: .uint64(.random(in: 0 ... .max, using: &random))
      case 4: .bool(.random(using: &random))
      case 5:
        .bytes((0..<Int.random(in: 0...40, using: &random)).map { UInt8($0) })
      default: .string(["", "a", "日本語", "👩‍👩‍👧", "\u{0}"].randomElement(using: &random) ?? "")
      }
    }

    func write(to writer: inout WireWriter) {
      switch self {
      case .uint8(let value): writer.uint8(value)
      case .uint16(let value): writer.uint16(value)
      case .uint32(let value): writer.uint32(value)
      case .uint64(let value): writer.uint64(value)
      case .bool(let value): writer.bool(value)
      case .bytes(let value): writer.bytes(value)
      case .string(let value): writer.string(value)
      }
    }

    /// Reads a field of this kind.
    func read(from reader: inout WireReader) throws(WireError) -> Field {
      switch self {
      case .uint8: .uint8(try reader.uint8())
      case .uint16: .uint16(try reader.uint16())
      case .uint32: .uint32(try reader.uint32())
      case .uint64: .uint64(try reader.uint64())
      case .bool: .bool(try reader.bool())
      case .bytes: .bytes(try reader.bytes(limit: 100))
      case .string: .string(try reader.string(limit: 100))
      }
    }
  }

  @Test("What is written is read back", arguments: UInt64(1)...20)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<50 {
      let fields = (0..<Int.random(in: 0...20, using: &random)).map { _ in Field.random(&random) }
      var writer = WireWriter()
      for field in fields { field.write(to: &writer) }
      var reader = WireReader(writer.bytes)
      for field in fields { #expect(try field.read(from: &reader) == field, "seed \(seed)") }
      try reader.finish()

      // No prefix of it can be taken for the whole.
      let cut = Int.random(in: 0...writer.bytes.count, using: &random)
      guard cut < writer.bytes.count else { continue }
      var short = WireReader(Array(writer.bytes[..<cut]))
      #expect(throws: WireError.self, "seed \(seed)") {
        for field in fields { _ = try field.read(from: &short) }
      }
    }
  }

  @Test("Random bytes never trap and never make large memory", arguments: UInt64(1)...20)
  func fuzz(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
        // Many zeros: lengths that are small enough to be believed.
        Bool.random(using: &random) ? 0 : UInt8.random(in: 0...255, using: &random)
      }
      var reader = WireReader(bytes)
      var taken = 0
      do throws(WireError) {
        for _ in 0..<30 {
          switch try Field.random(&random).read(from: &reader) {
          case .bytes(let bytes): taken += bytes.count
          case .string(let text): taken += text.utf8.count
          default: break
          }
          if Bool.random(using: &random) {
            let count = try reader.count(minimumSize: Int.random(in: 0...9, using: &random))
            #expect(count <= bytes.count, "seed \(seed)")
          }
        }
      } catch {
        #expect(!error.description.isEmpty)
      }
      #expect(taken <= bytes.count, "seed \(seed)")
      #expect(reader.remaining >= 0)
    }
  }

  @Test("A length above the limit or above what is there is refused")
  func lengths() {
    let bytes: [UInt8] = [5, 0, 0, 0, 1, 2, 3, 4, 5]
    func read(_ bytes: [UInt8], limit: Int) -> Result<[UInt8], WireError> {
      var reader = WireReader(bytes)
      return Result { () throws(WireError) in try reader.bytes(limit: limit) }
    }
    #expect(read(bytes, limit: 5) == .success([1, 2, 3, 4, 5]))
    #expect(read(bytes, limit: 4) == .failure(WireError("length 5 above 4")))
    #expect(
      read(Array(bytes.dropLast()), limit: 5) == .failure(WireError("5 bytes expected, 4 left")))
    #expect(
      read([255, 255, 255, 255], limit: .max)
        == .failure(WireError("4294967295 bytes expected, 0 left")))
  }

  @Test("A count is checked against what is left")
  func counts() throws {
    var reader = WireReader([2, 0, 0, 0] + [UInt8](repeating: 0, count: 16))
    #expect(try reader.count(minimumSize: 8) == 2)
    var short = WireReader([2, 0, 0, 0] + [UInt8](repeating: 0, count: 15))
    #expect(throws: WireError("2 elements in 15 bytes")) { try short.count(minimumSize: 8) }
  }

  @Test("Text that is not UTF-8 and booleans that are neither are refused")
  func malformed() {
    var text = WireReader([1, 0, 0, 0, 0xff])
    #expect(throws: WireError("text that is not UTF-8")) { try text.string(limit: 9) }
    var bool = WireReader([2])
    #expect(throws: WireError("2 where 0 or 1 is expected")) { try bool.bool() }
  }

  @Test("The rest is read once; bytes too many are an error")
  func rest() throws {
    var reader = WireReader([1, 2, 3])
    #expect(try reader.uint8() == 1)
    #expect(throws: WireError("2 bytes too many")) { try reader.finish() }
    #expect(Array(reader.rest()) == [2, 3])
    try reader.finish()
    #expect(reader.rest().isEmpty)
  }
}
