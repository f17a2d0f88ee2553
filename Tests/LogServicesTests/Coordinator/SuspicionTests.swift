import Testing

@testable import LogServices

@Suite("Whether a member has failed")
struct SuspicionTests {
  private func verdict(_ news: Suspicion.News...) -> String? {
    var suspicion = Suspicion()
    for item in news { suspicion.note(item, limit: .seconds(2), step: .milliseconds(200)) }
    return suspicion.verdict
  }

  private static func silence(_ seconds: Int) -> [Suspicion.News] {
    Array(repeating: .nothing(.milliseconds(100)), count: seconds * 10)
  }

  private func verdict(_ news: [Suspicion.News]) -> String? {
    var suspicion = Suspicion()
    for item in news { suspicion.note(item, limit: .seconds(2), step: .milliseconds(200)) }
    return suspicion.verdict
  }

  @Test("a refused connection is certain") func refused() {
    #expect(verdict(.refused("refused")) == "refused")
  }

  @Test("another server at its address is certain") func replaced() {
    #expect(verdict(.replaced) != nil)
  }

  @Test("a broken connection alone says nothing") func disconnected() {
    #expect(verdict(.disconnected("reset"), .disconnected("reset"), .answered) == nil)
  }

  @Test("a broken connection that is followed by a refusal is a failure") func gone() {
    #expect(verdict(.disconnected("reset"), .refused("refused")) == "refused")
  }

  @Test("silence up to the limit is a failure, and names the last problem") func silent() {
    #expect(verdict(Self.silence(2)) == "silent for 2.0 seconds")
    #expect(
      verdict([.disconnected("reset")] + Self.silence(2)) == "silent for 2.0 seconds, reset")
  }

  @Test("an answer ends the silence") func answered() {
    #expect(verdict(Self.silence(1) + [.answered] + Self.silence(1)) == nil)
  }

  @Test("time in which the observer was stopped does not count") func stopped() {
    #expect(verdict(.nothing(.seconds(3_600))) == nil)
  }

  @Test("a verdict stays") func final() {
    #expect(verdict(.refused("refused"), .answered) == "refused")
  }
}
