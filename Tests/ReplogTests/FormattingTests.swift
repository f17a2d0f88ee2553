import Testing

@testable import replog

@Suite("Numbers for people")
struct FormattingTests {
  @Test("Decimals are rounded, never written with an exponent")
  func decimals() {
    #expect(decimal(12.34) == "12.3")
    #expect(decimal(0.05) == "0.1")
    #expect(decimal(-1.25, digits: 2) == "-1.25")
    #expect(decimal(7, digits: 0) == "7")
    #expect(decimal(.infinity) == "-")
  }

  @Test("Sizes have a unit that fits")
  func sizes() {
    #expect(byteCount(1) == "1 byte")
    #expect(byteCount(9_999) == "9,999 bytes")
    #expect(byteCount(340_999) == "340 KB")
    #expect(byteCount(20_971_520) == "21.0 MB")
  }

  @Test("Large numbers have their thousands apart")
  func groups() {
    #expect(grouped(0) == "0")
    #expect(grouped(1_234_567) == "1,234,567")
    #expect(grouped(-1_000) == "-1,000")
    #expect(counted(1, "record") == "1 record")
  }
}
