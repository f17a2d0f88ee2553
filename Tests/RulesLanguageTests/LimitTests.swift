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

  @Test("so have names, tasks and facts")
  func names() {
    let name = String(repeating: "n", count: Limits.nameBytes)
    #expect(findings("enum \(name) { a }") == [])
    #expect(findings("enum n\(name) { a }") == ["syntax 1:6"])
    let tasks = (0...Limits.tasks).map { "task T\($0) { fact a : Bool }\n" }.joined()
    #expect(findings(tasks) == ["unsupported \(Limits.tasks + 1):6"])
    let facts = (0...Limits.facts).map { "f\($0)" }.joined(separator: ", ")
    #expect(findings("task T { fact \(facts) : Bool }") == ["unsupported 1:6"])
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
