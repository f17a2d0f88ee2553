/// The graph for a terminal: each rule and event, and what it enables.
public func graphText(_ graph: RuleGraph) -> String {
  graph.parts.map(partText).joined(separator: "\n")
}

private func partText(_ part: RuleGraph.Part) -> String {
  var text = part.name + (part.remark.isEmpty ? "" : ", \(part.remark)") + "\n"
  for (index, node) in part.nodes.enumerated() {
    let edges = part.edges.filter { $0.from == index }
    guard !edges.isEmpty else { continue }
    // An event or a change of the environment says what it is by its name.
    let title =
      (node.kind == .rule || node.kind == .wait ? "\(node.kind.rawValue) " : "") + node.name
    text += "  \(title)\(node.label.map { " \"\($0)\"" } ?? "")\n"
    let names = edges.map { edge in "\(edge.relation.rawValue) \(part.nodes[edge.to].name)" }
    let width = names.map(\.count).max() ?? 0
    for (name, edge) in zip(names, edges) {
      text += "    " + "\(name.padded(to: width))  \(edge.label)".trimmingTrailingSpaces + "\n"
    }
  }
  return text
}
