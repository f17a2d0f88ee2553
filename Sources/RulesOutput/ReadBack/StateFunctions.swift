import RulesAnalysis

// The functions that generated code is read back into: from states to integers, shared and reduced,
// as the analysis has them. They are made anew here, so that a fault in the one is no fault in the
// other, and because reading back needs little: `if`.

/// Functions from states to integers. Equal numbers are equal functions.
struct StateFunctions {
  private struct Record: Hashable {
    /// The place of the variable in the order; `Int.max` at a leaf.
    var level: Int
    /// One function for each value; the leaf's value.
    var children: [Int]
  }

  private struct Question: Hashable { var condition, then, otherwise: Int }

  /// The variables in the order in which functions ask for them.
  let order: [Int]
  private let sizes: [Int]
  private let levels: [Int]
  private var records: [Record] = []
  private var known: [Record: Int] = [:]
  private var answers: [Question: Int] = [:]
  /// More functions than any decision needs that was made of a bounded diagram.
  private let limit = 500_000

  /// The condition that never holds.
  static let never = 0
  /// The condition that always holds.
  static let always = 1

  /// There were too many of them.
  struct TooMany: Error {}

  /// - Parameter sizes: the number of values of each variable, by its number.
  init(order: [Int], sizes: [Int]) {
    self.order = order
    self.sizes = sizes
    var levels = Array(repeating: 0, count: sizes.count)
    for (level, variable) in order.enumerated() { levels[variable] = level }
    self.levels = levels
    for leaf in 0...1 {
      let record = Record(level: .max, children: [leaf])
      known[record] = leaf
      records.append(record)
    }
  }

  /// The function that has this value everywhere.
  mutating func constant(_ leaf: Int) throws(TooMany) -> Int {
    try function(Record(level: .max, children: [leaf]))
  }

  /// The condition that a variable has one of these values.
  mutating func literal(_ variable: Int, in values: [Int]) throws(TooMany) -> Int {
    var children = Array(repeating: Self.never, count: sizes[variable])
    for value in values { children[value] = Self.always }
    return try branch(variable, children)
  }

  /// The function that asks for a variable, and goes on with one of these; none of them may ask for
  /// a variable before it in the order.
  mutating func branch(_ variable: Int, _ children: [Int]) throws(TooMany) -> Int {
    if children.allSatisfy({ $0 == children[0] }) { return children[0] }
    return try function(Record(level: levels[variable], children: children))
  }

  /// `then` where the condition holds, else `otherwise`.
  mutating func choose(_ condition: Int, _ then: Int, _ otherwise: Int) throws(TooMany) -> Int {
    if condition == Self.always || then == otherwise { return then }
    if condition == Self.never { return otherwise }
    if then == Self.always && otherwise == Self.never { return condition }
    let question = Question(condition: condition, then: then, otherwise: otherwise)
    if let answer = answers[question] { return answer }
    let level = min(
      records[condition].level, records[then].level, records[otherwise].level)
    var children: [Int] = []
    for value in 0..<sizes[order[level]] {
      children.append(
        try choose(
          child(condition, level, value), child(then, level, value),
          child(otherwise, level, value)))
    }
    let answer = try branch(order[level], children)
    answers[question] = answer
    return answer
  }

  mutating func not(_ condition: Int) throws(TooMany) -> Int {
    try choose(condition, Self.never, Self.always)
  }

  mutating func and(_ a: Int, _ b: Int) throws(TooMany) -> Int { try choose(a, b, Self.never) }

  mutating func or(_ a: Int, _ b: Int) throws(TooMany) -> Int { try choose(a, Self.always, b) }

  /// The same function with other leaves.
  mutating func map(_ function: Int, _ leaf: (Int) -> Int) throws(TooMany) -> Int {
    var done: [Int: Int] = [:]
    return try map(function, leaf, &done)
  }

  private mutating func map(
    _ function: Int, _ leaf: (Int) -> Int, _ done: inout [Int: Int]
  ) throws(TooMany) -> Int {
    if let known = done[function] { return known }
    let record = records[function]
    let result: Int
    if record.level == .max {
      result = try constant(leaf(record.children[0]))
    } else {
      var children: [Int] = []
      for child in record.children { children.append(try map(child, leaf, &done)) }
      result = try branch(order[record.level], children)
    }
    done[function] = result
    return result
  }

  /// Every pair of values that two functions have in a state, with the first such state found: for
  /// each variable a value, -1 where it does not matter.
  func pairs(_ a: Int, _ b: Int, report: (_ a: Int, _ b: Int, _ state: [Int]) -> Void) {
    struct Pair: Hashable { var a, b: Int }
    var seen: Set<Pair> = []
    var state = Array(repeating: -1, count: sizes.count)
    func visit(_ a: Int, _ b: Int) {
      guard seen.insert(Pair(a: a, b: b)).inserted else { return }
      let level = min(records[a].level, records[b].level)
      if level == .max {
        report(records[a].children[0], records[b].children[0], state)
        return
      }
      for value in 0..<sizes[order[level]] {
        state[order[level]] = value
        visit(child(a, level, value), child(b, level, value))
      }
      state[order[level]] = -1
    }
    visit(a, b)
  }

  private func child(_ function: Int, _ level: Int, _ value: Int) -> Int {
    records[function].level == level ? records[function].children[value] : function
  }

  private mutating func function(_ record: Record) throws(TooMany) -> Int {
    if let function = known[record] { return function }
    guard records.count < limit else { throw TooMany() }
    known[record] = records.count
    records.append(record)
    return records.count - 1
  }
}

extension StateFunctions {
  /// A function of the analysis; its diagram must have the order of these functions.
  mutating func convert(
    _ root: DecisionDiagram.Node, of diagram: DecisionDiagram
  ) throws(TooMany) -> Int {
    var done: [DecisionDiagram.Node: Int] = [:]
    return try convert(root, diagram, &done)
  }

  private mutating func convert(
    _ node: DecisionDiagram.Node, _ diagram: DecisionDiagram,
    _ done: inout [DecisionDiagram.Node: Int]
  ) throws(TooMany) -> Int {
    if let leaf = diagram.leaf(node) { return try constant(leaf) }
    if let known = done[node] { return known }
    var children: [Int] = []
    for child in diagram.children(of: node) {
      children.append(try convert(child, diagram, &done))
    }
    let function = try branch(diagram.variable(of: node), children)
    done[node] = function
    return function
  }
}
