// How a program can know what holds in *all* states of a scope.
//
// The naive way is to write every state down. The facts of a scope are variables with a few values
// each; a state picks one value for each variable. List all states, evaluate each rule's condition
// in each of them, and read the answers off the list: states in which nothing holds are the gaps,
// states in which two rules hold are the overlaps, and counting is counting lines. This is right,
// and the tests do exactly this to check the code below. But the list has a line for every
// combination: 8 facts of Figure 2 give 1,728 lines, 40 yes/no facts a million million.
//
// The first improvement is a tree: ask for the first variable, go to the branch of its value, ask
// for the second variable there, and so on; a leaf says what holds. A tree is as large as the list,
// but most of its questions do not matter, and two rules remove them:
//
//   1. A question whose branches are all the same is not asked. (If there is no server, nobody
//      needs to know about headers.)
//   2. Equal subtrees are stored once, however many branches lead to them. Before a node is made, a
//      table is asked whether that node exists (*hash-consing*), so equal always means identical.
//
// What is left is a *reduced ordered decision diagram*, here with as many branches a node as its
// variable has values (multi-valued) and with any integer at the leaves (multi-terminal). Rule sets
// written by people give small diagrams: conditions on few, neighbouring facts.
//
// Combining two diagrams - `and`, `or`, or any other function of two leaves - walks both from the
// top at once: split on the earlier variable, combine the branches, and remember the answer for
// each pair of nodes, so that the work is at most the product of the two sizes. Counting states is
// one walk: a leaf counts for one state, a node for the sum of its branches, and a question that
// was left out multiplies by the number of its values. Counts are exact integers.
//
// Variables keep the order in which they are declared. A bad order can make a diagram explode, so
// the number of nodes is bounded, and crossing the bound is an error that says so.

/// Functions from states to integers, shared and reduced. A function is a `Node`; nodes are equal
/// exactly if the functions are. Conditions are functions to 0 (does not hold) and 1 (holds).
package struct DecisionDiagram: Sendable {
  /// A function of this diagram; means nothing in another one.
  package struct Node: Hashable, Sendable {
    fileprivate(set) package var index: Int
  }

  private struct Record: Hashable {
    /// The variable asked for; at a leaf the number of variables.
    var variable: Int
    /// One node for each value; empty at a leaf.
    var children: [Node]
    /// The value of a leaf, else 0.
    var leaf: Int
  }

  /// The number of values of each variable.
  package let domainSizes: [Int]
  /// The most nodes this diagram may have.
  package let nodeLimit: Int
  private var records: [Record] = []
  private var known: [Record: Node] = [:]

  /// The condition that never holds.
  package static let never = Node(index: 0)
  /// The condition that always holds.
  package static let always = Node(index: 1)
  /// About a second of work in a debug build, and far above what rules written by people need.
  package static let defaultNodeLimit = 200_000

  package init(domainSizes: [Int], nodeLimit: Int = defaultNodeLimit) {
    precondition(domainSizes.allSatisfy { $0 >= 1 }, "a variable has at least one value")
    self.domainSizes = domainSizes
    self.nodeLimit = nodeLimit
    for leaf in 0...1 {
      let record = Record(variable: domainSizes.count, children: [], leaf: leaf)
      known[record] = Node(index: leaf)
      records.append(record)
    }
  }

  /// The nodes made so far, needed or not.
  package var nodeCount: Int { records.count }

  /// The variable that a node asks for; `domainSizes.count` for a leaf.
  package func variable(of node: Node) -> Int { records[node.index].variable }
  /// One node for each value of the node's variable; empty for a leaf.
  package func children(of node: Node) -> [Node] { records[node.index].children }
  /// The leaf's value, nil for an inner node.
  package func leaf(_ node: Node) -> Int? {
    let record = records[node.index]
    return record.children.isEmpty ? record.leaf : nil
  }

  /// The function that has this value everywhere.
  package mutating func constant(_ leaf: Int) throws(AnalysisFailure) -> Node {
    try node(Record(variable: domainSizes.count, children: [], leaf: leaf))
  }

  /// The condition that a variable has one of these values.
  package mutating func literal(
    _ variable: Int, in values: some Sequence<Int>
  ) throws(AnalysisFailure) -> Node {
    var children = Array(repeating: Self.never, count: domainSizes[variable])
    for value in values { children[value] = Self.always }
    return try branch(variable, children)
  }

  /// A node, or its only child when all children are the same.
  mutating func branch(_ variable: Int, _ children: [Node]) throws(AnalysisFailure) -> Node {
    if let first = children.first, children.allSatisfy({ $0 == first }) { return first }
    return try node(Record(variable: variable, children: children, leaf: 0))
  }

  private mutating func node(_ record: Record) throws(AnalysisFailure) -> Node {
    if let node = known[record] { return node }
    guard records.count < nodeLimit else { throw .nodeBudget(nodeLimit) }
    let node = Node(index: records.count)
    records.append(record)
    known[record] = node
    return node
  }
}
