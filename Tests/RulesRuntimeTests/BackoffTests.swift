import RulesRuntime
import Testing

@Suite("Back-off")
struct BackoffTests {
  private func delays(_ backoff: ExponentialBackoff, _ count: Int, seed: UInt64 = 1) -> [Duration] {
    var (backoff, random) = (backoff, SplitMix64(seed: seed))
    return (0..<count).map { _ in backoff.next(using: &random) }
  }

  @Test("Delays grow by the factor up to the limit, and begin anew after a reset")
  func growth() {
    var backoff = ExponentialBackoff(first: .milliseconds(100), limit: .seconds(1))
    #expect(
      delays(backoff, 6) == [100, 200, 400, 800, 1_000, 1_000].map { .milliseconds($0) })
    var random = SplitMix64(seed: 1)
    for _ in 0..<4 { _ = backoff.next(using: &random) }
    backoff.reset()
    #expect(backoff.next(using: &random) == .milliseconds(100))
    let tripled = ExponentialBackoff(first: .nanoseconds(1), limit: .nanoseconds(20), factor: 3)
    #expect(delays(tripled, 4) == [1, 3, 9, 20].map { .nanoseconds($0) })
  }

  @Test("A success in between makes the next delay shorter than the last, not below the first")
  func shortening() {
    var random = SplitMix64(seed: 1)
    var backoff = ExponentialBackoff(first: .milliseconds(5), limit: .milliseconds(500))
    for _ in 0..<5 { _ = backoff.next(using: &random) }  // 5, 10, 20, 40, 80
    backoff.shorten()
    #expect(backoff.next(using: &random) == .milliseconds(40))
    backoff.shorten()
    #expect(backoff.next(using: &random) == .milliseconds(20))
    for _ in 0..<5 { backoff.shorten() }
    #expect(backoff.next(using: &random) == .milliseconds(5))
    #expect(backoff.next(using: &random) == .milliseconds(10))
  }

  @Test("Jitter shortens a delay by chance, by no more than its part", arguments: [0.1, 0.5, 1])
  func jitter(part: Double) {
    let backoff = ExponentialBackoff(
      first: .seconds(1), limit: .seconds(1), jitter: part)
    let drawn = delays(backoff, 1_000).map { Double($0.saturatedNanoseconds) / 1e9 }
    #expect(drawn.allSatisfy { (1 - part...1).contains($0) })
    // All over the range: its outer tenths are met too.
    #expect(drawn.contains { $0 < 1 - 0.9 * part })
    #expect(drawn.contains { $0 > 1 - 0.1 * part })
  }

  @Test("The same seed draws the same delays, another one others")
  func seeds() {
    let backoff = ExponentialBackoff(first: .seconds(1), limit: .seconds(60), jitter: 0.5)
    #expect(delays(backoff, 20, seed: 7) == delays(backoff, 20, seed: 7))
    #expect(delays(backoff, 20, seed: 7) != delays(backoff, 20, seed: 8))
  }

  @Test("The longest durations neither overflow nor pass the limit")
  func extremes() {
    let endless = ExponentialBackoff(
      first: .seconds(1), limit: .seconds(Int64.max), factor: .max, jitter: 1)
    let longest = Duration.nanoseconds(Int64.max)
    #expect(delays(endless, 50).allSatisfy { $0 >= .zero && $0 <= longest })
    let short = ExponentialBackoff(first: .nanoseconds(1), limit: .nanoseconds(1), jitter: 0.5)
    #expect(delays(short, 3) == Array(repeating: .nanoseconds(1), count: 3))
  }
}
