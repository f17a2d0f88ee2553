import RulesRuntime

/// The random numbers of one run: a stream for each purpose, made from the seed and the purpose's
/// name, so that one draw more for one purpose leaves all others as they were.
package struct Streams: Sendable {
  /// All of a run follows from it.
  package let seed: UInt64

  /// The streams of a seed.
  package init(seed: UInt64) { self.seed = seed }

  /// The stream for a purpose, from its beginning.
  package func stream(_ purpose: String) -> SplitMix64 {
    // FNV-1a; Swift's own hash is another one in each process.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    var source = SplitMix64(seed: seed ^ hash)
    return source.split()
  }
}

extension SplitMix64 {
  /// Whether something of this probability happens.
  mutating func chance(_ probability: Double) -> Bool {
    probability > 0 && Double.random(in: 0..<1, using: &self) < probability
  }

  /// A number of a range, its logarithm evenly distributed: small and large ones are as frequent.
  mutating func logUniform(_ range: ClosedRange<Double>) -> Double {
    // Powers of two by hand: the libraries' own logarithms differ between machines.
    var steps = 0.0
    var top = range.lowerBound
    while top * 2 <= range.upperBound {
      top *= 2
      steps += 1
    }
    let step = Int.random(in: 0...Int(steps), using: &self)
    var low = range.lowerBound
    for _ in 0..<step { low *= 2 }
    return Double.random(in: low...min(low * 2, range.upperBound), using: &self)
  }

  /// A whole number, as `logUniform`.
  mutating func logUniform(_ range: ClosedRange<Int>) -> Int {
    Int(logUniform(Double(range.lowerBound)...Double(range.upperBound)))
  }

  /// A duration of whole microseconds, as `logUniform`.
  mutating func logUniform(_ range: ClosedRange<Duration>) -> Duration {
    let low = range.lowerBound.saturatedNanoseconds / 1000
    let high = range.upperBound.saturatedNanoseconds / 1000
    return .microseconds(Int64(logUniform(Double(max(1, low))...Double(max(1, high)))))
  }

  /// A duration of whole nanoseconds, evenly distributed.
  mutating func duration(_ range: ClosedRange<Duration>) -> Duration {
    .nanoseconds(
      Int64.random(
        in: range.lowerBound.saturatedNanoseconds...range.upperBound.saturatedNanoseconds,
        using: &self))
  }
}
