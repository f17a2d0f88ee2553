import Testing

@testable import RulesLanguage

@Suite("Limits of this version")
struct LimitTests {
  @Test("a chain and an enum have bounds")
  func bounds() {
    let chain = (0...Limits.chainMembers).map { "m\($0)" }.joined(separator: " <= ")
    #expect(findings("task T { fact \(chain) : Int }") == ["unsupported 1:15"])
    let values = (0...Limits.enumValues).map { "v\($0)" }.joined(separator: ", ")
    #expect(findings("enum E { \(values) }") == ["unsupported 1:6"])
  }

  @Test("the message says what is too large")
  func message() {
    let chain = (0...Limits.chainMembers).map { "m\($0)" }.joined(separator: " <= ")
    let message = compileText("task T { fact \(chain) : Int }").diagnostics.first?.message
    #expect(
      message
        == "a chain of more than \(Limits.chainMembers) members is not supported by this version")
  }
}
