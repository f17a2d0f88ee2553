/// The graph as one SVG drawing that needs no other file: the parts below each other, each with its
/// legend; light and dark by the reader's setting.
public func graphSVG(_ graph: RuleGraph) -> String {
  var body = ""
  var top = margin
  var width = 0.0
  for part in graph.parts {
    let drawing = draw(part)
    body += "<g transform=\"translate(\(number(margin)) \(number(top)))\">\n\(drawing.text)</g>\n"
    top += drawing.size.height + 2 * margin
    width = max(width, drawing.size.width)
  }
  let size = (width: number(width + 2 * margin), height: number(max(top - margin, 2 * margin)))
  return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size.width) \(size.height)" \
    width="\(size.width)" height="\(size.height)" role="img">
    <title>Which rule enables which</title>
    <style>
    \(graphStyle)
    </style>
    \(markerDefinitions(""))
    <rect class="page" width="100%" height="100%"/>
    \(body)</svg>

    """
}

/// One part as a drawing inside a page that brings its own style sheet for it. `id` tells its markers
/// from those of other drawings of the page.
func embeddedGraphSVG(_ part: RuleGraph.Part, id: String) -> String {
  let drawing = draw(part, markers: id + "-")
  // Without the title, which the page has; strokes reach beyond the layout.
  let size = (
    width: number(drawing.size.width + margin), height: number(drawing.size.height - margin / 2)
  )
  return """
    <svg viewBox="\(number(-margin / 2)) \(number(margin)) \(size.width) \(size.height)" width="\(size.width)" height="\(size.height)" \
    role="img" aria-label="Which rule enables which">
    \(markerDefinitions(id + "-"))
    \(drawing.text)</svg>
    """
}

/// The ends of edges; `prefix` stands before their names.
private func markerDefinitions(_ prefix: String) -> String {
  """
  <defs>
  <marker id="\(prefix)arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" \
  orient="auto-start-reverse"><path d="M0 1 10 5 0 9z" class="tip"/></marker>
  <marker id="\(prefix)dot" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6" markerHeight="6">\
  <circle cx="5" cy="5" r="3.5" class="ring"/></marker>
  </defs>
  """
}

private let margin = 24.0
/// A character's width and a line's height in the drawing's font, in pixels; measured, rounded up.
private let characterWidth = 7.0
private let lineHeight = 16.0

private typealias Size = LayeredLayout.Size

private func draw(
  _ part: RuleGraph.Part, markers: String = ""
) -> (text: String, size: Size) {
  let lines = part.nodes.map { node in [node.name] + wrapped(node.label ?? "") }
  let sizes = zip(part.nodes, lines).map { boxSize($0, $1) }
  let layout = LayeredLayout(
    boxes: zip(part.nodes, sizes).map { .init(size: $1, portWidth: portWidth($0.kind, $1)) },
    edges: part.edges.map { ($0.from, $0.to) })
  let legend = drawLegend(part, markers)
  let headHeight = 60.0
  var text = """
    <text class="title" x="0" y="16">\(escaped(part.name))</text>
    <text class="remark" x="0" y="36">\(escaped(part.remark))</text>
    <g transform="translate(0 \(number(headHeight)))">

    """
  for (edge, way) in zip(part.edges, layout.ways) { text += draw(edge, way, part, markers) }
  for (index, node) in part.nodes.enumerated() {
    text += draw(node, lines[index], layout.centers[index], sizes[index])
  }
  text += "</g>\n"
  let legendTop = headHeight + layout.size.height + 36
  text += "<g transform=\"translate(0 \(number(legendTop)))\">\n\(legend.text)</g>\n"
  let titleWidth = Double(max(part.name.count * 10, part.remark.count * 8))
  return (
    text,
    Size(
      width: max(layout.size.width, legend.size.width, titleWidth),
      height: legendTop + legend.size.height)
  )
}

/// Lines of about 24 characters.
private func wrapped(_ text: String) -> [String] {
  var lines: [String] = []
  for word in text.split(separator: " ") {
    if let last = lines.last, last.count + word.count < 24 {
      lines[lines.count - 1] += " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines
}

private func boxSize(_ node: RuleGraph.Node, _ lines: [String]) -> Size {
  let longest = Double(lines.map(\.count).max() ?? 0) * characterWidth
  let height = Double(lines.count) * lineHeight + 14
  switch node.kind {
  case .rule, .guest, .goal: return Size(width: longest + 24, height: height)
  case .wait: return Size(width: longest + 44, height: height)
  case .event, .environment: return Size(width: longest + 36, height: height + 4)
  }
}

/// Where an outline is nearly level.
private func portWidth(_ kind: RuleGraph.Kind, _ size: Size) -> Double {
  switch kind {
  case .rule, .guest: size.width * 0.7
  case .wait, .goal: size.width - size.height
  case .event, .environment: size.width * 0.3
  }
}

// MARK: Nodes

private func draw(
  _ node: RuleGraph.Node, _ lines: [String], _ center: LayeredLayout.Point, _ size: Size
) -> String {
  var text = "<g class=\"node \(node.kind.rawValue)\">"
  text += "<title>\(escaped("\(node.kind.meaning) \(node.name)"))</title>"
  text += outline(node.kind, center, size)
  let first = center.y - Double(lines.count - 1) * lineHeight / 2
  for (index, line) in lines.enumerated() {
    let y = number(first + Double(index) * lineHeight)
    let style = index == 0 ? " class=\"name\"" : ""
    text += "<text\(style) x=\"\(number(center.x))\" y=\"\(y)\">\(escaped(line))</text>"
  }
  return text + "</g>\n"
}

private func outline(
  _ kind: RuleGraph.Kind, _ center: LayeredLayout.Point, _ size: Size
) -> String {
  let (w, h) = (size.width, size.height)
  let (left, top) = (center.x - w / 2, center.y - h / 2)
  func box(inset: Double, radius: Double) -> String {
    "<rect x=\"\(number(left + inset))\" y=\"\(number(top + inset))\""
      + " width=\"\(number(w - 2 * inset))\" height=\"\(number(h - 2 * inset))\""
      + " rx=\"\(number(radius))\"/>"
  }
  switch kind {
  case .rule, .guest: return box(inset: 0, radius: 5)
  case .goal: return box(inset: 0, radius: h / 2) + box(inset: 3.5, radius: h / 2 - 3.5)
  case .event, .environment:
    return "<ellipse cx=\"\(number(center.x))\" cy=\"\(number(center.y))\""
      + " rx=\"\(number(w / 2))\" ry=\"\(number(h / 2))\"/>"
  case .wait:
    let corner = 12.0
    let points = [
      (left, center.y), (left + corner, top), (left + w - corner, top), (left + w, center.y),
      (left + w - corner, top + h), (left + corner, top + h),
    ]
    let list = points.map { "\(number($0.0)),\(number($0.1))" }.joined(separator: " ")
    return "<polygon points=\"\(list)\"/>"
  }
}

// MARK: Edges

private func draw(
  _ edge: RuleGraph.Edge, _ way: [LayeredLayout.Point], _ part: RuleGraph.Part, _ markers: String
) -> String {
  let (from, to) = (part.nodes[edge.from].name, part.nodes[edge.to].name)
  let title =
    "\(from) \(edge.relation.meaning) \(to)" + (edge.label.isEmpty ? "" : ": \(edge.label)")
  let marker = edge.relation == .awaits ? "dot" : "arrow"
  return "<path class=\"edge \(edge.relation.rawValue)\" d=\"\(curve(way))\""
    + " marker-end=\"url(#\(markers)\(marker))\"><title>\(escaped(title))</title></path>\n"
}

/// A smooth line through the points that leaves and enters each layer straight up or down.
private func curve(_ points: [LayeredLayout.Point]) -> String {
  guard let first = points.first else { return "" }
  var path = "M\(number(first.x)) \(number(first.y))"
  for (a, b) in zip(points, points.dropFirst()) {
    if a.x == b.x {
      path += "L\(number(b.x)) \(number(b.y))"
    } else {
      let middle = number((a.y + b.y) / 2)
      path +=
        "C\(number(a.x)) \(middle) \(number(b.x)) \(middle) \(number(b.x)) \(number(b.y))"
    }
  }
  return path
}

// MARK: Legend

private func drawLegend(_ part: RuleGraph.Part, _ markers: String) -> (text: String, size: Size) {
  var text = ""
  var x = 0.0
  for kind in part.kinds {
    let sample = Size(width: 26, height: 16)
    text += "<g class=\"node \(kind.rawValue)\">"
    text += outline(kind, .init(x: x + 13, y: 8), sample) + "</g>"
    text += "<text class=\"legend\" x=\"\(number(x + 33))\" y=\"8\">\(kind.meaning)</text>\n"
    x += 33 + Double(kind.meaning.count) * characterWidth + 18
  }
  for relation in part.relations {
    let marker = relation == .awaits ? "dot" : "arrow"
    text +=
      "<path class=\"edge \(relation.rawValue)\" d=\"M\(number(x)) 8h30\" marker-end=\"url(#\(markers)\(marker))\"/>"
    text += "<text class=\"legend\" x=\"\(number(x + 37))\" y=\"8\">\(relation.meaning)</text>\n"
    x += 37 + Double(relation.meaning.count) * characterWidth + 18
  }
  return (text, Size(width: max(0, x - 18), height: 16))
}

/// With at most one decimal, so that the text does not depend on the last bits of a fraction.
private func number(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  let sign = tenths < 0 ? "-" : ""
  let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
  return sign + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
}

private let graphStyle = """
  svg { --page: #fbfbfa; --text: #1d2126; --muted: #626b75; --line: #6b7680; }
  .page { fill: var(--page); }
  text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--text); dominant-baseline: central; }
  .node text { text-anchor: middle; fill: var(--ink); }
  .node .name { font-weight: 700; }
  .title { font-size: 17px; font-weight: 700; }
  .remark, .legend { fill: var(--muted); }
  .node rect, .node ellipse, .node polygon { fill: var(--fill); stroke: var(--stroke); stroke-width: 1.4; }
  .node rect + rect { fill: none; stroke-width: 1; }
  .guest rect, .environment ellipse { stroke-dasharray: 4 3; }
  .rule { --fill: #dbe8fa; --stroke: #1f5fb8; --ink: #12263f; }
  .wait { --fill: #fbeccb; --stroke: #8a5a00; --ink: #3d2a05; }
  .goal { --fill: #d8f0e0; --stroke: #1b7240; --ink: #0f2e1b; }
  .event { --fill: #ece3f7; --stroke: #6a3d9a; --ink: #2b1745; }
  .guest, .environment { --fill: #eef0f2; --stroke: #5b6670; --ink: #22282e; }
  .edge { fill: none; stroke: var(--line); stroke-width: 1.2; }
  .edge:hover { stroke-width: 3; }
  .edge.awaits { stroke: var(--wait); stroke-dasharray: 5 3; }
  .edge.wakes { stroke-dasharray: 2 3; }
  .tip { fill: var(--line); }
  .ring { fill: var(--page); stroke: var(--wait); stroke-width: 1.6; }
  svg { --wait: #8a5a00; }
  @media (prefers-color-scheme: dark) {
    svg { --page: #15181c; --text: #e4e7ea; --muted: #98a2ad; --line: #8c98a4; --wait: #e0b055; }
    .rule { --fill: #1c3354; --stroke: #7db1f5; --ink: #e6effb; }
    .wait { --fill: #43330f; --stroke: #e0b055; --ink: #f8edd6; }
    .goal { --fill: #173a26; --stroke: #6fcb95; --ink: #e0f5e8; }
    .event { --fill: #35244c; --stroke: #c3a0ea; --ink: #f0e8fa; }
    .guest, .environment { --fill: #272d33; --stroke: #98a2ad; --ink: #e4e7ea; }
  }
  """
