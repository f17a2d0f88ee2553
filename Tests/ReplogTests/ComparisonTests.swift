import Testing

@testable import replog

@Suite("Comparing what was read with the input")
struct ComparisonTests {
  func compare(_ input: String, with read: [String]) -> Comparison {
    var comparison = Comparison(input: DemoInput(bytes: Array(input.utf8), origin: []))
    for record in read {
      Array(record.utf8).withUnsafeBytes { comparison.check($0) }
    }
    comparison.finish()
    return comparison
  }

  @Test("Equal records are counted with their bytes")
  func equal() {
    let result = compare("one\n\nthree", with: ["one", "", "three"])
    #expect(result.equal == 3)
    #expect(result.equalBytes == 8)
    #expect(result.lost == 0)
    #expect(result.unknown == 0)
  }

  @Test("A missing record counts once, and those after it are still found equal")
  func missing() {
    let result = compare("a\nb\nc\nd\n", with: ["a", "c", "d"])
    #expect(result.lost == 1)
    #expect(result.firstLost == 2)
    #expect(result.equal == 3)
  }

  @Test("An altered record counts as lost, and as one that is not in the input")
  func altered() {
    let result = compare("a\nb\nc\n", with: ["a", "x", "c"])
    #expect(result.lost == 1)
    #expect(result.unknown == 1)
    #expect(result.equal == 2)
  }

  @Test("Records that never come are lost; more records than expected are unknown")
  func ends() {
    #expect(compare("a\nb\n", with: ["a"]).lost == 1)
    #expect(compare("a\n", with: ["a", "a"]).unknown == 1)
    #expect(compare("a\nb\n", with: []).lost == 2)
  }
}
