import RulesLanguage

// What changes make of a chain.
//
// The naive way is to try numbers: give the members of `committed <= sent <= appended` integers that
// have the old ordering, give the changed members every integer that the changes permit, and note
// the orderings of the results that the declaration allows. The tests do that. Here nothing depends
// on which integers they are: only where they lie among the old values.
//
// The old values are a few different points on a line, in a known order, and between, before and
// after them are gaps. A gap may be as wide as one likes - some integers with the old ordering leave
// room in it - so it holds any number of new values, equal or different as one likes. Hence a new
// value is known well enough by its *place*: a point or a gap, numbered from left to right, gaps
// even and points odd. An unchanged member keeps its point; `= sent` is the point of the old `sent`;
// a range permits the places between its ends. A number that is no member may be any point or a
// new point in any gap, so each of these possibilities is tried.
//
// The declaration makes new values ascend, so the new orderings are found from left to right: for
// each ordering of the members so far, the set of places where the last of them can be.

/// For each old ordering the new ones that are possible, ascending.
func chainOutcomes(
  _ chain: ChainOrder, _ changes: [(member: String, value: Change.Value)]
) -> [[Int]] {
  (0..<chain.count).map { old in
    var found: Set<Int> = []
    for line in NumberLine.all(chain, old, changes) {
      var permitted: [UInt64] = []
      for member in chain.members {
        let change = changes.last { $0.member == member }
        permitted.append(change.map { line.places(for: $0.value) } ?? line.place(of: member))
      }
      found.formUnion(newOrderings(chain, permitted, gaps: line.gaps))
    }
    return found.sorted()
  }
}

/// The old values of a chain as places on a line, as a bit set each.
private struct NumberLine {
  /// The point of each member, and of the number that is no member, by name.
  private var points: [String: Int] = [:]
  private var pointCount = 0

  /// Gap 0, point 0, gap 1, point 1, ..., gap `pointCount`.
  private var all: UInt64 { (1 << UInt64(2 * pointCount + 1)) - 1 }
  var gaps: UInt64 { all & 0x5555_5555_5555_5555 }

  /// The line of an ordering; several if a number is mentioned that may lie anywhere on it.
  static func all(
    _ chain: ChainOrder, _ ordering: Int, _ changes: [(member: String, value: Change.Value)]
  ) -> [NumberLine] {
    var line = NumberLine()
    for (index, member) in chain.members.enumerated() {
      if index > 0, chain.isStrict(index - 1, in: ordering) { line.pointCount += 1 }
      line.points[member] = line.pointCount
    }
    line.pointCount += 1
    let numbers = changes.flatMap { $0.value.numbers }
    guard let number = numbers.first(where: { line.points[$0] == nil }) else { return [line] }
    var lines: [NumberLine] = []
    for point in 0..<line.pointCount {
      var equal = line
      equal.points[number] = point
      lines.append(equal)
    }
    for gap in 0...line.pointCount {
      var between = line
      between.points = line.points.mapValues { $0 < gap ? $0 : $0 + 1 }
      between.points[number] = gap
      between.pointCount += 1
      lines.append(between)
    }
    return lines
  }

  func place(of name: String) -> UInt64 {
    points[name].map { 1 << UInt64(2 * $0 + 1) } ?? 0
  }

  func places(for value: Change.Value) -> UInt64 {
    switch value {
    case .any: return all
    case .exactly(let name): return place(of: name)
    case .anyOf(let names): return names.reduce(0) { $0 | place(of: $1) }
    case .range(let from, let includesFrom, let to, let includesTo):
      var places = all
      if from != "min", let point = points[from] {
        let bit = 2 * point + (includesFrom ? 1 : 2)
        places &= ~((1 << UInt64(bit)) - 1)
      }
      if to != "max", let point = points[to] {
        let bit = 2 * point + (includesTo ? 2 : 1)
        places &= (1 << UInt64(bit)) - 1
      }
      return places
    }
  }
}

extension Change.Value {
  /// The numbers it mentions, as written.
  fileprivate var numbers: [String] {
    let names: [String]
    switch self {
    case .any: names = []
    case .exactly(let name): names = [name]
    case .anyOf(let all): names = all
    case .range(let from, _, let to, _): names = [from, to]
    }
    return names.filter { Int($0) != nil }
  }
}

/// The orderings that members can have whose places are among the permitted ones.
private func newOrderings(
  _ chain: ChainOrder, _ permitted: [UInt64], gaps: UInt64
) -> [Int] {
  var found: [(ordering: Int, last: UInt64)] = permitted[0] == 0 ? [] : [(0, permitted[0])]
  var bit = 0
  for (link, kind) in chain.links.enumerated() {
    var next: [(ordering: Int, last: UInt64)] = []
    for (ordering, last) in found {
      let lowest = last & (~last &+ 1)
      let above = ~(lowest | (lowest &- 1)) | (last & gaps)
      let strict = permitted[link + 1] & above
      let isOpen = kind == .lessOrEqual
      if strict != 0 { next.append((isOpen ? ordering | 1 << bit : ordering, strict)) }
      let equal = permitted[link + 1] & last
      if isOpen, equal != 0 { next.append((ordering, equal)) }
    }
    found = next
    if kind == .lessOrEqual { bit += 1 }
  }
  return found.map(\.ordering)
}
