/// The graph in the language of Mermaid, as Markdown pages show it.
public func graphMermaid(_ graph: RuleGraph) -> String {
  var text = "flowchart TB\n"
  var edges = ""
  var awaiting: [Int] = []
  var edgeCount = 0
  for (index, part) in graph.parts.enumerated() {
    text += "  subgraph s\(index)[\(mermaidQuoted("\(part.name) (\(part.remark))"))]\n"
    for (number, node) in part.nodes.enumerated() {
      let title = node.label.map { "\(node.name): \($0)" } ?? node.name
      let (open, close) = brackets(node.kind)
      text +=
        "    n\(index)_\(number)\(open)\(mermaidQuoted(title))\(close):::\(node.kind.rawValue)\n"
    }
    text += "  end\n"
    for edge in part.edges {
      let ends = (from: "n\(index)_\(edge.from)", to: "n\(index)_\(edge.to)")
      switch edge.relation {
      case .enables: edges += "  \(ends.from) --> \(ends.to)\n"
      case .awaits: edges += "  \(ends.from) -.-o \(ends.to)\n"
      case .wakes: edges += "  \(ends.from) -. \(mermaidQuoted(edge.label)) .-> \(ends.to)\n"
      }
      if edge.relation == .awaits { awaiting.append(edgeCount) }
      edgeCount += 1
    }
  }
  text += edges
  if !awaiting.isEmpty {
    text += "  linkStyle \(awaiting.map(String.init).joined(separator: ",")) stroke:#8a5a00\n"
  }
  return text + """
      classDef rule fill:#dbe8fa,stroke:#1f5fb8,color:#12263f
      classDef wait fill:#fbeccb,stroke:#8a5a00,color:#3d2a05
      classDef goal fill:#d8f0e0,stroke:#1b7240,stroke-width:3px,color:#0f2e1b
      classDef event fill:#ece3f7,stroke:#6a3d9a,color:#2b1745
      classDef guest fill:#eef0f2,stroke:#5b6670,stroke-dasharray:4 3,color:#22282e
      classDef environment fill:#eef0f2,stroke:#5b6670,stroke-dasharray:4 3,color:#22282e

    """
}

private func brackets(_ kind: RuleGraph.Kind) -> (String, String) {
  switch kind {
  case .rule, .guest: ("[", "]")
  case .wait: ("{{", "}}")
  case .goal: ("([", "])")
  case .event, .environment: ("(", ")")
  }
}

/// A quoted text of Mermaid, which knows `#...;` as the only way to write a special character.
private func mermaidQuoted(_ text: String) -> String {
  var result = "\""
  for character in text {
    switch character {
    case "\"": result += "#quot;"
    case "#": result += "#35;"
    case "<": result += "#lt;"
    case ">": result += "#gt;"
    case "&": result += "#amp;"
    case "`": result += "#96;"
    default: result.append(character.isControl ? "?" : character)
    }
  }
  return result + "\""
}
