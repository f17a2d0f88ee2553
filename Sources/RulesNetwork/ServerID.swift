/// A server of a cluster. A restarted server has the slot of no other and a new generation.
public struct ServerID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var slot: UInt32
  public var generation: UInt32

  public init(slot: UInt32, generation: UInt32) {
    self.slot = slot
    self.generation = generation
  }

  public static func < (a: Self, b: Self) -> Bool {
    (a.slot, a.generation) < (b.slot, b.generation)
  }

  /// `3.1`
  public var description: String { "\(slot).\(generation)" }
}
