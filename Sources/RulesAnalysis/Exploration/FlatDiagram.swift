/// Functions of several decision diagrams in one flat table that reads state words: evaluating one
/// is a few array reads, which matters because exploring does little else.
struct FlatDiagram: Sendable {
  /// A function: an inner node's number, or the complement of a leaf's value.
  typealias Entry = Int

  private let layout: WordLayout
  /// For each inner node the field it asks for and where its children begin.
  private var shifts: [UInt64] = []
  private var masks: [UInt64] = []
  private var firsts: [Int] = []
  private var children: [Entry] = []

  static let never: Entry = ~0
  static let always: Entry = ~1

  init(_ layout: WordLayout) { self.layout = layout }

  /// Copies functions of one diagram; they must depend only on variables of the layout.
  mutating func add(_ nodes: [DecisionDiagram.Node], of diagram: DecisionDiagram) -> [Entry] {
    var known: [DecisionDiagram.Node: Entry] = [:]
    return nodes.map { add($0, of: diagram, &known) }
  }

  private mutating func add(
    _ node: DecisionDiagram.Node, of diagram: DecisionDiagram,
    _ known: inout [DecisionDiagram.Node: Entry]
  ) -> Entry {
    if let leaf = diagram.leaf(node) { return ~leaf }
    if let entry = known[node] { return entry }
    var copies: [Entry] = []
    for child in diagram.children(of: node) { copies.append(add(child, of: diagram, &known)) }
    let variable = diagram.variable(of: node)
    let entry = shifts.count
    shifts.append(layout.shifts[variable])
    masks.append(layout.masks[variable])
    firsts.append(children.count)
    children += copies
    known[node] = entry
    return entry
  }

  /// The value in a state.
  func value(_ entry: Entry, at word: UInt64) -> Int {
    var entry = entry
    while entry >= 0 {
      entry =
        children[firsts[entry] &+ Int(truncatingIfNeeded: word &>> shifts[entry] & masks[entry])]
    }
    return ~entry
  }

  /// Whether a condition holds in a state.
  func holds(_ entry: Entry, at word: UInt64) -> Bool { value(entry, at: word) == 1 }
}
