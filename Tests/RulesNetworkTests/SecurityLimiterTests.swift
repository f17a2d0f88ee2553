import RulesRuntime
import Testing

@testable import RulesNetwork

@Suite("Failed authentications")
struct SecurityLimiterTests {
  private func at(_ milliseconds: Int64) -> PoolInstant {
    PoolInstant(nanoseconds: 1_000_000 * milliseconds)
  }

  @Test("Few failures are answered at once and reported")
  func few() {
    var limiter = FailureLimiter(limit: 10)
    for second in 0..<5 {
      for _ in 0..<10 {
        let verdict = limiter.recordFailure(at: at(Int64(second) * 1000))
        #expect(verdict == FailureLimiter.Verdict(delay: .zero, isReported: true))
      }
    }
    #expect(limiter.failureCount == 50 && limiter.unreportedCount == 0)
  }

  @Test("Above the limit answers are spread, one an interval, and none is reported")
  func many() {
    var limiter = FailureLimiter(limit: 10)
    for _ in 0..<10 { _ = limiter.recordFailure(at: at(0)) }
    for index in 1...20 {
      let verdict = limiter.recordFailure(at: at(0))
      #expect(verdict.delay == .milliseconds(100 * index))
      #expect(!verdict.isReported)
    }
    #expect(limiter.failureCount == 30 && limiter.unreportedCount == 20)
  }

  @Test("A flood is delayed up to the maximum, and forgotten soon after its end")
  func flood() {
    var limiter = FailureLimiter(limit: 10)
    var last = FailureLimiter.Verdict(delay: .zero, isReported: true)
    for _ in 0..<100_000 { last = limiter.recordFailure(at: at(0)) }
    #expect(last.delay == FailureLimiter.maximumDelay)
    let after = limiter.recordFailure(at: at(7000))
    #expect(after == FailureLimiter.Verdict(delay: .zero, isReported: true))
    #expect(limiter.failureCount == 100_001)
  }

  @Test("In any second, after the first, the log gets at most as many reports as the limit")
  func reports() {
    var limiter = FailureLimiter(limit: 3)
    var reported = 0
    for millisecond in 0..<10_000 where limiter.recordFailure(at: at(Int64(millisecond))).isReported
    {
      reported += 1
    }
    #expect((3...33).contains(reported))
  }

  @Test("No limit and no clock makes it overflow", arguments: [Int.min, 0, 1, Int.max])
  func extremes(limit: Int) {
    var limiter = FailureLimiter(limit: limit)
    for now in [PoolInstant.distantPast, at(0), .distantFuture, .distantFuture] {
      for _ in 0..<3 {
        let verdict = limiter.recordFailure(at: now)
        #expect((.zero...FailureLimiter.maximumDelay).contains(verdict.delay))
      }
    }
  }
}
