import RulesLanguage
import Testing

@Suite("The nearest name")
struct NearestNameTests {
  @Test("one edit for each three letters is near")
  func near() {
    #expect(nearestName(to: "generat", among: ["check", "generate"]) == "generate")
    #expect(nearestName(to: "chcek", among: ["check", "generate"]) == "check")
    #expect(nearestName(to: "Header", among: ["footer", "header"]) == "header")
  }

  @Test("anything further is not")
  func far() {
    #expect(nearestName(to: "R2", among: ["R1"]) == nil)
    #expect(nearestName(to: "foo", among: ["bar", "header"]) == nil)
    #expect(nearestName(to: String(repeating: "a", count: 65), among: ["a"]) == nil)
  }

  @Test("of two equally near names the first of the alphabet wins")
  func tie() {
    #expect(nearestName(to: "sant", among: ["sent", "rant"]) == "rant")
  }
}
