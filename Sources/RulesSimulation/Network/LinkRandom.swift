import RulesRuntime

/// The random numbers of one link: a stream for each purpose, so that a draw more for one of them, or
/// on another link, leaves all others as they were.
struct LinkRandom {
  enum Purpose: UInt64, CaseIterable {
    case delay, slow, piece, corruption, close, reset, drop, duplicate, reorder, replay
  }

  private var streams: [10 of SplitMix64]

  init(seed: UInt64, from: String, to: String) {
    // FNV-1a over both names; Swift's own hash is another one in each process.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in Array(from.utf8) + [0] + Array(to.utf8) {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
    var source = SplitMix64(seed: seed ^ hash)
    streams = InlineArray(first: source.split()) { _ in source.split() }
  }

  mutating func chance(_ rate: Double, _ purpose: Purpose) -> Bool {
    rate > 0 && Double.random(in: 0..<1, using: &streams[Int(purpose.rawValue)]) < rate
  }

  mutating func duration(_ range: ClosedRange<Duration>, _ purpose: Purpose) -> Duration {
    let low = range.lowerBound.saturatedNanoseconds
    let high = range.upperBound.saturatedNanoseconds
    return .nanoseconds(Int64.random(in: low...high, using: &streams[Int(purpose.rawValue)]))
  }

  mutating func number(_ range: ClosedRange<Int>, _ purpose: Purpose) -> Int {
    Int.random(in: range, using: &streams[Int(purpose.rawValue)])
  }
}
