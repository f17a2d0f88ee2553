import Testing

@testable import replog

@Suite("The order of firings, on one line")
struct FiringOrderTests {
  func compressed(_ rules: String) -> String {
    FiringOrder.compressed(rules.split(separator: " ").map(String.init))
  }

  @Test("Repeated pairs are folded, the rest stays")
  func pairs() {
    #expect(
      compressed("R1 R2 R3 R4 R5 R4 R5 R4 R5 R6 R7") == "R1 R2 R3 (R4 R5) x3 R6 R7")
  }

  @Test("A killed replica's order shows F1 and the second life")
  func killed() {
    #expect(
      compressed("R1 R2 R3 R4 R5 R4 R5 R4 F1 R1 R2 R3 R4 R5 R6 R7")
        == "R1 R2 R3 (R4 R5) x2 R4 F1 R1 R2 R3 R4 R5 R6 R7")
  }

  @Test("One rule that fires again and again is folded without brackets")
  func single() {
    #expect(compressed("R1 R1 R1 R2") == "R1 x3 R2")
    #expect(compressed("") == "")
    #expect(compressed("R1") == "R1")
  }

  @Test("Unfolded again, nothing is missing")
  func unfolds() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SplitMix(state: seed)
    for _ in 0..<200 {
      let rules = (0..<Int(random.next() % 30)).map { _ in "R\(1 + random.next() % 3)" }
      #expect(unfolded(FiringOrder.compressed(rules)) == rules, "seed \(seed)")
    }
  }

  /// The inverse of the folding.
  func unfolded(_ text: String) -> [String] {
    var rules: [String] = []
    var pattern: [String] = []
    var isOpen = false
    for word in text.split(separator: " ") {
      if word.hasPrefix("x"), let times = Int(word.dropFirst()) {
        for _ in 1..<times { rules += pattern }
        continue
      }
      if !isOpen { pattern = [] }
      if word.hasPrefix("(") { isOpen = true }
      if word.hasSuffix(")") { isOpen = false }
      let rule = String(word.filter { $0 != "(" && $0 != ")" })
      pattern.append(rule)
      rules.append(rule)
    }
    return rules
  }
}
