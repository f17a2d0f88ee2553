import Testing

@testable import RulesRuntime

@Suite("Between turns that have something to do at once")
struct BurstTests {
  @Test("news are asked for after every fourth short turn, and after a long one")
  func bound() {
    var burst = Burst()
    let short = (1...4).map { _ in burst.goesOn(after: .microseconds(3)) }
    #expect(short == [true, true, true, false])
    burst = Burst()
    let mixed = [burst.goesOn(after: .microseconds(3)), burst.goesOn(after: .milliseconds(1))]
    #expect(mixed == [true, false])
  }
}
