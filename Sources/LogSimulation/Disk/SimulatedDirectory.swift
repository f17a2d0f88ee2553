import RulesRuntime

/// The names in one directory: those that processes see, and those that are on the disk.
struct SimulatedDirectory: Sendable {
  /// What a name stands for.
  enum Node: Hashable, Sendable {
    /// The number of a file.
    case file(Int)
    case directory
  }

  /// One step of the file system's journal.
  enum Change: Sendable {
    case link(String, Node)
    case unlink(String)
    /// In the place of whoever had the new name.
    case rename(from: String, to: String)
  }

  private(set) var entries: [String: Node] = [:]
  private(set) var durable: [String: Node] = [:]
  private(set) var pending: [Change] = []

  mutating func make(_ change: Change) {
    Self.apply(change, to: &entries)
    pending.append(change)
  }

  /// Nobody sees the name any more; no change that could be lost.
  mutating func hide(_ name: String) { entries[name] = nil }

  mutating func sync() {
    durable = entries
    pending = []
  }

  /// The power is gone: a journal loses its end, never its middle.
  mutating func cutPower(using random: inout SplitMix64) {
    guard !pending.isEmpty else { return }
    let count =
      switch Int.random(in: 0..<3, using: &random) {
      case 0: 0
      case 1: pending.count
      default: Int.random(in: 0...pending.count, using: &random)
      }
    for change in pending[..<count] { Self.apply(change, to: &durable) }
    entries = durable
    pending = []
  }

  private static func apply(_ change: Change, to entries: inout [String: Node]) {
    switch change {
    case .link(let name, let node): entries[name] = node
    case .unlink(let name): entries[name] = nil
    case .rename(let from, let to): entries[to] = entries.removeValue(forKey: from)
    }
  }
}
