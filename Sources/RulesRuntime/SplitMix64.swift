/// A small random generator with a seed, for what must be repeatable: simulations and property
/// tests, jitter that a simulation wants to replay. Not for secrets.
///
/// The algorithm is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014): period 2^64, passes BigCrush.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The same seed gives the same numbers, in every process and on every machine.
  public init(seed: UInt64) { state = seed }

  /// The next of 2^64 numbers.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// An independent generator, so that one part's draws do not shift another's.
  public mutating func split() -> SplitMix64 { SplitMix64(seed: next()) }
}
