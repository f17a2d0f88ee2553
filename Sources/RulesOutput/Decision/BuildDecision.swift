import RulesAnalysis

// From the diagram to `if` and `else`, in one of three shapes, the first that is small enough:
//
//   1. A tree, as a person would write it (`TreeBuilder`): up to `treeLimit` paths.
//   2. The diagram itself, a method for each node that several ways lead to (`SharedDecision`).
//   3. The clauses one after the other (`RuleChain`).
//
// All three are bounded: no method has more than about fifty rules, and none nests its `if`s deeper
// than `nestingLimit`, far below the 256 levels that Swift's parser refuses.

/// The bounds of generated decisions.
enum DecisionLimits {
  /// Above so many paths nobody reads a tree.
  static let treePaths = 64
  /// A diagram of more nodes is not tried as a tree: each step would cost too much.
  static let treeNodes = 400
  /// `if`s inside each other, `else if` not counted, in one method.
  static let nesting = 12
  /// Branches with an end in one method of a shared decision.
  static let methodPaths = 50
  /// A diagram of more nodes becomes a chain of clauses: more methods help nobody.
  static let sharedNodes = 2_000
}

/// The decision of a scope. Total: every state that the guards let through has an outcome.
func buildDecision(_ partition: Partition, _ names: ScopeNames) -> Decision {
  if let tree = TreeBuilder.tree(of: partition) { return Decision(root: tree) }
  if let shared = SharedDecision.decision(of: partition, names) { return shared }
  return RuleChain(partition.scope, partition.space, stem: names.stem).decision()
}
