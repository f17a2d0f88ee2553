/// Owns a node table. A reference type that only `DecisionDiagram` sees, which copies it before a
/// change if another value shares it.
final class NodeStore {
  /// Behind a pointer, because each access to a `var` of a class would be checked for exclusiveness
  /// at run time. Sound: only `DecisionDiagram` changes the table, through the one reference to it.
  let table: UnsafeMutablePointer<NodeTable>

  init(_ nodes: NodeTable) {
    table = .allocate(capacity: 1)
    table.initialize(to: nodes)
  }

  deinit {
    table.pointee.deallocate()
    table.deallocate()
  }
}
