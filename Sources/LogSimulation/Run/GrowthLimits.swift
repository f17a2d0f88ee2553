/// What one run may take. With more, something in it grows without end.
package struct GrowthLimits: Sendable {
  /// Turns of pools: the longest runs make a thousandth of that.
  package var turns = 50_000_000
  /// Bytes by which the process may get larger meanwhile: runs need a hundredth of that.
  package var bytes = 1 << 30
  /// The most memory that the process has had so far, in bytes; nil: nobody looks.
  package var peakMemory: (@Sendable () -> Int)?

  package init() {}
}

/// Holds a run against its limits.
struct GrowthWatch {
  private let limits: GrowthLimits
  private let memoryBefore: Int
  /// Memory is looked at again after so many turns.
  private var nextLook = 0

  /// Turns between two looks at the memory, which cost a call of the system.
  private static let pause = 4096

  init(_ limits: GrowthLimits) {
    self.limits = limits
    memoryBefore = limits.peakMemory?() ?? 0
  }

  /// Whether it is time to look again.
  func isDue(after turns: Int) -> Bool { turns >= nextLook }

  /// Which limit the run has passed; nil: none.
  mutating func problem(after turns: Int) -> String? {
    nextLook = turns + Self.pause
    if turns > limits.turns { return "the run goes on after \(turns) turns" }
    guard let peak = limits.peakMemory?() else { return nil }
    let growth = peak - memoryBefore
    return growth > limits.bytes ? "the run has taken \(growth >> 20) MiB of memory" : nil
  }
}
