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
// each pair of nodes, so that the work is at most the product of the two sizes. Many diagrams are
// combined in pairs, then the results in pairs, and so on: each is touched only log2(n) times. A
// condition that is a conjunction of single comparisons needs no combining at all; its diagram is a
// chain of one node a variable, made from the last one up (`cube`).
//
// Counting states is one walk from the top: the root weighs 1, a branch passes its node's weight on,
// a question that was left out multiplies it by the number of its values, and the weight of a leaf
// is its number of states. Counts are exact integers.
//
// The order of the variables decides how large a diagram is. It is the order of declaration, unless
// that makes the diagram much larger than the rules; then a better one is looked for
// (`ImproveOrder.swift`). A *level* is a place in that order. No order helps every rule set, so the
// number of nodes is bounded, and crossing the bound is an error that says so.

/// Functions from states to integers, shared and reduced. A function is a `Node`; nodes are equal
/// exactly if the functions are. Conditions are functions to 0 (does not hold) and 1 (holds).
///
/// A value: a change copies the nodes if another value shares them.
///
/// `@unchecked Sendable` is sound because the store is changed only by a `mutating` method, which
/// holds the one value that refers to it (`change`); stores that are shared are only read.
package struct DecisionDiagram: @unchecked Sendable {
  /// A function of this diagram; means nothing in another one.
  package struct Node: Hashable, Sendable {
    let index: Int
  }

  /// The number of values of each variable.
  package let domainSizes: [Int]
  /// The order in which variables are asked for.
  package let order: VariableOrder
  private var storage: NodeStore

  /// The condition that never holds.
  package static let never = Node(index: 0)
  /// The condition that always holds.
  package static let always = Node(index: 1)
  /// Far above what rules written by people need, and about a second of work in a debug build.
  package static let defaultNodeLimit = 400_000

  /// - Precondition: each variable has at least one value; `order` is as long as `domainSizes`.
  package init(
    domainSizes: [Int], order: VariableOrder? = nil, nodeLimit: Int = defaultNodeLimit
  ) {
    precondition(domainSizes.allSatisfy { $0 >= 1 }, "a variable has at least one value")
    let order = order ?? .declared(domainSizes.count)
    precondition(order.variables.count == domainSizes.count, "an order has every variable once")
    self.domainSizes = domainSizes
    self.order = order
    storage = NodeStore(
      NodeTable(sizes: order.variables.map { domainSizes[$0] }, nodeLimit: nodeLimit))
  }

  /// To read nodes, as long as this diagram exists.
  var table: UnsafeMutablePointer<NodeTable> { storage.table }
  /// Keeps the nodes.
  var store: NodeStore { storage }

  /// The most nodes this diagram may have.
  package var nodeLimit: Int { storage.table.pointee.nodeLimit }
  /// Allows so many nodes beside those there are.
  mutating func allowNodes(_ more: Int) {
    makeUnique()
    storage.table.pointee.nodeLimit = nodeCount + more
  }

  private mutating func makeUnique() {
    if isKnownUniquelyReferenced(&storage) { return }
    storage = NodeStore(NodeTable(copying: storage.table.pointee))
  }

  /// The nodes made so far, needed or not.
  package var nodeCount: Int { storage.table.pointee.count }

  /// Runs an operation on a table that nobody else sees; it may make `limit` more nodes.
  mutating func change(
    atMost limit: Int = .max, _ operation: (inout NodeTable) -> Int
  ) throws(AnalysisFailure) -> Node {
    makeUnique()
    let table = storage.table
    table.pointee.begin(atMost: limit)
    let result = operation(&table.pointee)
    guard !table.pointee.isExhausted else { throw .nodeBudget(min(limit, nodeLimit)) }
    return Node(index: result)
  }

  /// The place of the node's variable in the order; the number of variables for a leaf.
  func level(of node: Node) -> Int { Int(table.pointee.level[node.index]) }

  /// The variable that the node asks for; `domainSizes.count` for a leaf.
  package func variable(of node: Node) -> Int {
    let level = level(of: node)
    return level == domainSizes.count ? level : order.variables[level]
  }

  /// One node for each value of the node's variable; empty for a leaf.
  package func children(of node: Node) -> [Node] {
    let first = Int(table.pointee.start[node.index])
    let arity = Int(table.pointee.sizes[level(of: node)])
    return (0..<arity).map { Node(index: Int(table.pointee.children[first + $0])) }
  }

  /// The branch of one value; the node must not be a leaf.
  package func child(of node: Node, _ value: Int) -> Node {
    Node(index: Int(table.pointee.children[Int(table.pointee.start[node.index]) + value]))
  }

  /// The leaf's value, nil for an inner node.
  package func leaf(_ node: Node) -> Int? {
    level(of: node) == domainSizes.count ? Int(table.pointee.start[node.index]) : nil
  }

  /// The function that has this value everywhere.
  package mutating func constant(_ leaf: Int) throws(AnalysisFailure) -> Node {
    try change { $0.leaf(leaf) }
  }

  /// The condition that a variable has one of these values.
  package mutating func literal(
    _ variable: Int, in values: some Sequence<Int>
  ) throws(AnalysisFailure) -> Node {
    var permitted = Array(repeating: false, count: domainSizes[variable])
    for value in values { permitted[value] = true }
    return try cube([(variable, permitted)])
  }

  /// The condition that each of these variables has a permitted value; a variable stands in it at
  /// most once. Makes no more nodes than there are variables.
  mutating func cube(
    _ literals: [(variable: Int, permitted: [Bool])]
  ) throws(AnalysisFailure) -> Node {
    let levels = order.levels
    let fromLast = literals.sorted { levels[$0.variable] > levels[$1.variable] }
    return try change { table in
      var node = 1
      for literal in fromLast {
        let first = table.scratchTop
        for isPermitted in literal.permitted { table.push(isPermitted ? node : 0) }
        node = table.node(levels[literal.variable], first)
      }
      return node
    }
  }
}
