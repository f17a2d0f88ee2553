/// The links of a network, those that are in use and what is to hold for those to come.
struct LinkTable {
  private struct Name: Hashable { var from, to: String }

  private let seed: UInt64
  private var links: [Name: Link] = [:]
  /// In the order in which they came into use: a dictionary's own differs from process to process.
  private(set) var inOrder: [Link] = []
  /// Later ones win.
  private var conditions: [(links: Links, conditions: LinkConditions)]
  private var blocks: [(links: Links, block: Block?)] = []
  private var traps: [(links: Links, trap: Trap)] = []

  /// Something that waits for a byte of a connection.
  struct Trap {
    enum Kind { case close, reset, corrupt }
    var kind: Kind
    var byte: Int
  }

  init(seed: UInt64, conditions: LinkConditions) {
    self.seed = seed
    self.conditions = [(.all, conditions)]
  }

  /// nil when nothing has gone that way.
  func existing(from: String, to: String) -> Link? { links[Name(from: from, to: to)] }

  func existing(_ which: Links) -> [Link] {
    inOrder.filter { which.contains(from: $0.from, to: $0.to) }
  }

  mutating func link(from: String, to: String) -> Link {
    if let link = existing(from: from, to: to) { return link }
    let fitting = conditions.last { $0.links.contains(from: from, to: to) }
    let link = Link(
      from: from, to: to, number: inOrder.count, seed: seed,
      conditions: fitting?.conditions ?? LinkConditions())
    link.block = blocks.last { $0.links.contains(from: from, to: to) }?.block
    links[Name(from: from, to: to)] = link
    inOrder.append(link)
    return link
  }

  /// - Returns: the links in use that it concerns, changed already.
  mutating func set(_ new: LinkConditions, _ which: Links) -> [Link] {
    conditions.removeAll { which == .all || $0.links == which }
    conditions.append((which, new))
    let changed = existing(which)
    for link in changed { link.conditions = new }
    return changed
  }

  /// - Parameter block: nil: none any more.
  /// - Returns: the links in use that it concerns, changed already.
  mutating func set(_ block: Block?, _ which: Links) -> [Link] {
    blocks.removeAll { which == .all || $0.links == which }
    if block != nil || which != .all { blocks.append((which, block)) }
    let changed = existing(which)
    for link in changed { link.block = block }
    return changed
  }

  mutating func add(_ trap: Trap, _ which: Links) { traps.append((which, trap)) }

  /// Takes what waits for the first byte of a connection's bytes `range`.
  mutating func takeTrap(on link: Link, in range: Range<Int>) -> Trap? {
    guard !traps.isEmpty else { return nil }
    let first = traps.indices
      .filter {
        range.contains(traps[$0].trap.byte)
          && traps[$0].links.contains(from: link.from, to: link.to)
      }
      .min { traps[$0].trap.byte < traps[$1].trap.byte }
    return first.map { traps.remove(at: $0).trap }
  }
}
