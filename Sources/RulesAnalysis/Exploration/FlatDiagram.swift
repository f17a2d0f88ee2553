/// Functions of several decision diagrams in one flat table that reads state words: evaluating one
/// is a few reads of memory, which matters because exploring does little else.
///
/// An inner node is the position of its record: how far to shift the word, which bits then tell the
/// value, and for each value the next entry.
struct FlatDiagram: Sendable {
  /// A function: an inner node's position, or the complement of a leaf's value.
  typealias Entry = Int

  private let layout: WordLayout
  /// The records of all inner nodes.
  private(set) var code: [Int32] = []

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
    var copies: [Int32] = []
    for child in diagram.children(of: node) {
      copies.append(Int32(truncatingIfNeeded: add(child, of: diagram, &known)))
    }
    let variable = diagram.variable(of: node)
    let entry = code.count
    code.append(Int32(layout.shifts[variable]))
    code.append(Int32(layout.masks[variable]))
    code += copies
    // A field has room for values that its domain has not: no word has them, but none reads astray.
    code += Array(
      repeating: Int32(Self.never), count: Int(layout.masks[variable]) + 1 - copies.count)
    known[node] = entry
    return entry
  }

  /// The value in a state.
  func value(_ entry: Entry, at word: UInt64) -> Int {
    code.withUnsafeBufferPointer { code in
      // An empty table has no base, and no entry that would read it.
      guard let base = code.baseAddress else { return ~entry }
      return Int(Self.value(Int32(truncatingIfNeeded: entry), at: word, base))
    }
  }

  /// Whether a condition holds in a state.
  func holds(_ entry: Entry, at word: UInt64) -> Bool { value(entry, at: word) == 1 }

  /// `value` for the innermost loops: `code` is the table, in which every entry that a record names
  /// is a record again or a leaf, and every value that a word can have has one.
  @inline(__always)
  static func value(_ entry: Int32, at word: UInt64, _ code: UnsafePointer<Int32>) -> Int32 {
    var entry = entry
    while entry >= 0 {
      let record = code + Int(entry)
      let field = (word &>> UInt64(record[0])) & UInt64(record[1])
      entry = record[2 &+ Int(field)]
    }
    return ~entry
  }

  /// The bits of a word on which a function depends.
  func support(of entry: Entry) -> UInt64 {
    var bits: UInt64 = 0
    var seen: Set<Int32> = []
    var open = [Int32(truncatingIfNeeded: entry)]
    while let next = open.popLast() {
      guard next >= 0, seen.insert(next).inserted else { continue }
      let record = Int(next)
      let mask = UInt64(code[record + 1])
      bits |= mask &<< UInt64(code[record])
      open += code[(record + 2)...(record + 2 + Int(code[record + 1]))]
    }
    return bits
  }
}
