/// The graph in the language of Graphviz: `rulesc graph FILE | dot -Tsvg`.
public func graphDOT(_ graph: RuleGraph) -> String {
  var text = """
    digraph rules {
      graph [fontname="Helvetica", rankdir=TB, nodesep=0.35, ranksep=0.5, labeljust=l]
      node [fontname="Helvetica", fontsize=11, style="filled,rounded", shape=box, margin="0.15,0.07"]
      edge [fontname="Helvetica", fontsize=9, color="#5b6670", arrowsize=0.7]

    """
  for (index, part) in graph.parts.enumerated() {
    text += "  subgraph cluster_\(index) {\n"
    text +=
      "    label=\(dotQuoted("\(part.name), \(part.remark)")); color=\"#c6ccd2\"; style=rounded\n"
    for (number, node) in part.nodes.enumerated() {
      let title = node.label.map { node.name + "\n" + $0 } ?? node.name
      text += "    n\(index)_\(number) [label=\(dotQuoted(title)), \(attributes(node.kind))]\n"
    }
    for edge in part.edges {
      text += "    n\(index)_\(edge.from) -> n\(index)_\(edge.to) [\(attributes(edge))]\n"
    }
    text += "  }\n"
  }
  return text + "}\n"
}

private func attributes(_ kind: RuleGraph.Kind) -> String {
  switch kind {
  case .rule: "fillcolor=\"#dbe8fa\", color=\"#1f5fb8\""
  case .wait: "fillcolor=\"#fbeccb\", color=\"#8a5a00\", shape=hexagon, style=filled"
  case .goal: "fillcolor=\"#d8f0e0\", color=\"#1b7240\", peripheries=2"
  case .event: "fillcolor=\"#ece3f7\", color=\"#6a3d9a\", shape=ellipse, style=filled"
  case .guest: "fillcolor=\"#eef0f2\", color=\"#5b6670\", style=\"filled,rounded,dashed\""
  case .environment:
    "fillcolor=\"#eef0f2\", color=\"#5b6670\", shape=ellipse, style=\"filled,dashed\""
  }
}

private func attributes(_ edge: RuleGraph.Edge) -> String {
  switch edge.relation {
  case .enables: "tooltip=\(dotQuoted(edge.label))"
  case .awaits: "style=dashed, color=\"#8a5a00\", arrowhead=odot"
  case .wakes: "style=dotted, label=\(dotQuoted(edge.label))"
  }
}

/// A quoted string of DOT; `\n` in it centres lines.
private func dotQuoted(_ text: String) -> String {
  var result = "\""
  for character in text {
    switch character {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    default: result.append(character.isControl ? "?" : character)
    }
  }
  return result + "\""
}

extension Character {
  /// Whether a drawing cannot show it.
  var isControl: Bool {
    unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}
