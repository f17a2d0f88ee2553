// How the drawing finds its places.
//
// The classical way to draw a directed graph (Sugiyama): turn edges around until there is no circle;
// give each node a layer below all that lead to it; let an edge that spans several layers pass
// through a dummy in each of them, so that only neighbouring layers matter; order each layer so that
// a node stands near the middle of its neighbours (their barycentre), sweeping down and up; and last
// move nodes sideways towards their neighbours as far as the order lets them. Every step goes
// through nodes and edges in their given order and compares whole numbers or breaks ties by that
// order, so the same graph always gets the same drawing.

/// Places for the nodes of a graph and ways for its edges.
struct LayeredLayout {
  struct Point: Equatable {
    var x, y: Double
  }

  struct Size {
    var width, height: Double
  }

  /// What a node takes.
  struct Box {
    var size: Size
    /// The middle part of its upper and lower border, over which edges spread.
    var portWidth: Double
  }

  /// The centre of each node.
  private(set) var centers: [Point]
  /// For each edge the points that it passes, from its start to its end: node borders included.
  private(set) var ways: [[Point]]
  private(set) var size: Size

  /// Space between two nodes of a layer, and between layers.
  private static let gap = 28.0
  private static let layerGap = 56.0
  /// The width that a passing edge takes.
  private static let dummyWidth = 14.0

  /// - Parameter edges: from and to, by index of the node; no edge from a node to itself.
  init(boxes: [Box], edges: [(from: Int, to: Int)]) {
    let sizes = boxes.map(\.size)
    let isTurned = edgesAgainstTheFlow(nodes: sizes.count, edges)
    let flow = zip(edges, isTurned).map { $1 ? (from: $0.to, to: $0.from) : $0 }
    let layers = longestPathLayers(nodes: sizes.count, flow)

    // Nodes first, then dummies; each edge is a chain through consecutive layers.
    var layerOf = layers
    var widths = sizes.map(\.width)
    var chains: [[Int]] = []
    var neighbours: [(above: [Int], below: [Int])] = sizes.map { _ in ([], []) }
    for edge in flow {
      var chain = [edge.from]
      for layer in (layers[edge.from] + 1)..<max(layers[edge.to], layers[edge.from] + 1) {
        chain.append(layerOf.count)
        layerOf.append(layer)
        widths.append(Self.dummyWidth)
        neighbours.append(([], []))
      }
      chain.append(edge.to)
      for (a, b) in zip(chain, chain.dropFirst()) {
        neighbours[a].below.append(b)
        neighbours[b].above.append(a)
      }
      chains.append(chain)
    }

    let rows = orderedRows(layerOf, neighbours)
    let x = horizontalPlaces(rows, widths, neighbours, nodes: sizes.count, gap: Self.gap)
    var tops: [Double] = []
    var heights: [Double] = []
    var y = 0.0
    for row in rows {
      let height = row.filter { $0 < sizes.count }.map { sizes[$0].height }.max() ?? 0
      tops.append(y)
      heights.append(height)
      y += height + Self.layerGap
    }
    size = Size(
      width: zip(x, widths).map { $0 + $1 / 2 }.max() ?? 0, height: max(0, y - Self.layerGap))
    centers = sizes.indices.map {
      Point(x: x[$0], y: tops[layerOf[$0]] + heights[layerOf[$0]] / 2)
    }
    ways = zip(chains, isTurned).map { chain, isTurned in
      var points: [Point] = []
      for (place, item) in chain.enumerated() {
        let layer = layerOf[item]
        let middle = tops[layer] + heights[layer] / 2
        if item >= sizes.count {
          points.append(Point(x: x[item], y: tops[layer]))
          points.append(Point(x: x[item], y: tops[layer] + heights[layer]))
        } else {
          let half = sizes[item].height / 2
          points.append(Point(x: x[item], y: place == 0 ? middle + half : middle - half))
        }
      }
      return isTurned ? points.reversed() : points
    }
    spreadEnds(boxes)
  }

  /// Edges at the same side of a node end beside each other, in the order in which they come.
  private mutating func spreadEnds(_ boxes: [Box]) {
    for (node, box) in boxes.enumerated() {
      for side in [-1.0, 1.0] {
        let y = centers[node].y + side * box.size.height / 2
        let border = Point(x: centers[node].x, y: y)
        var ends: [(way: Int, isFirst: Bool, neighbour: Point)] = []
        for (index, way) in ways.enumerated() where way.count > 1 {
          if way[0] == border { ends.append((index, true, way[1])) }
          if way[way.count - 1] == border { ends.append((index, false, way[way.count - 2])) }
        }
        guard ends.count > 1 else { continue }
        let order = ends.indices.sorted {
          (ends[$0].neighbour.x, $0) < (ends[$1].neighbour.x, $1)
        }
        let step = min(box.portWidth / Double(ends.count - 1), 18)
        for (place, index) in order.enumerated() {
          let end = ends[index]
          let x = border.x + (Double(place) - Double(ends.count - 1) / 2) * step
          ways[end.way][end.isFirst ? 0 : ways[end.way].count - 1].x = x
        }
      }
    }
  }
}

/// The edges to turn around so that no circle is left: those that lead back to a node from which a
/// depth-first walk is still on its way. Walks start in the order of the nodes: the first rule of a
/// text is where most stories begin.
private func edgesAgainstTheFlow(nodes: Int, _ edges: [(from: Int, to: Int)]) -> [Bool] {
  var leaving: [[Int]] = Array(repeating: [], count: nodes)
  for (index, edge) in edges.enumerated() { leaving[edge.from].append(index) }
  var isBack = Array(repeating: false, count: edges.count)
  var isSeen = Array(repeating: false, count: nodes)
  var isOpen = isSeen
  for start in 0..<nodes where !isSeen[start] {
    var walk = [(node: start, next: 0)]
    isSeen[start] = true
    isOpen[start] = true
    while let (node, next) = walk.last {
      guard next < leaving[node].count else {
        isOpen[node] = false
        walk.removeLast()
        continue
      }
      walk[walk.count - 1].next += 1
      let edge = leaving[node][next]
      let target = edges[edge].to
      if isOpen[target] {
        isBack[edge] = true
      } else if !isSeen[target] {
        isSeen[target] = true
        isOpen[target] = true
        walk.append((target, 0))
      }
    }
  }
  return isBack
}

/// The layer of each node: one below the lowest that leads to it. Then a node without predecessors
/// is pulled down to just above the first that it leads to.
private func longestPathLayers(nodes: Int, _ edges: [(from: Int, to: Int)]) -> [Int] {
  var leaving: [[Int]] = Array(repeating: [], count: nodes)
  var missing = Array(repeating: 0, count: nodes)
  for edge in edges {
    leaving[edge.from].append(edge.to)
    missing[edge.to] += 1
  }
  let isSource = missing.map { $0 == 0 }
  var layers = Array(repeating: 0, count: nodes)
  var ready = (0..<nodes).filter { missing[$0] == 0 }
  var next = 0
  while next < ready.count {
    let node = ready[next]
    next += 1
    for target in leaving[node] {
      layers[target] = max(layers[target], layers[node] + 1)
      missing[target] -= 1
      if missing[target] == 0 { ready.append(target) }
    }
  }
  for node in 0..<nodes where isSource[node] {
    if let first = leaving[node].map({ layers[$0] }).min() { layers[node] = first - 1 }
  }
  return layers
}

/// The items of each layer, ordered so that few edges cross.
private func orderedRows(
  _ layerOf: [Int], _ neighbours: [(above: [Int], below: [Int])]
) -> [[Int]] {
  var rows: [[Int]] = Array(repeating: [], count: (layerOf.max() ?? -1) + 1)
  for (item, layer) in layerOf.enumerated() { rows[layer].append(item) }
  var place = Array(repeating: 0, count: layerOf.count)
  func number(_ row: [Int]) { for (index, item) in row.enumerated() { place[item] = index } }
  rows.forEach(number)

  func crossings() -> Int {
    var count = 0
    for row in rows {
      let ends = row.flatMap { item in
        neighbours[item].below.map { (item: place[item], target: place[$0]) }
      }
      for (index, a) in ends.enumerated() {
        for b in ends[(index + 1)...]
        where (a.item < b.item && a.target > b.target) || (a.item > b.item && a.target < b.target) {
          count += 1
        }
      }
    }
    return count
  }
  func reorder(_ row: Int, by side: (Int) -> [Int]) {
    func barycentre(_ item: Int) -> Double {
      let places = side(item).map { Double(place[$0]) }
      return places.isEmpty
        ? Double(place[item]) : places.reduce(0, +) / Double(places.count)
    }
    let keyed = rows[row].map { (key: barycentre($0), place: place[$0], item: $0) }
    rows[row] = keyed.sorted { ($0.key, $0.place) < ($1.key, $1.place) }.map(\.item)
    number(rows[row])
  }

  // Counting crossings compares pairs of edges: for a graph that nobody could read anyway, sweeping
  // has to do.
  let counts = neighbours.reduce(0) { $0 + $1.below.count } <= 2_000
  var best = rows
  var fewest = counts ? crossings() : .max
  for _ in 0..<(counts ? 24 : 2) {
    for row in rows.indices.dropFirst() { reorder(row) { neighbours[$0].above } }
    for row in rows.indices.dropLast().reversed() { reorder(row) { neighbours[$0].below } }
    let now = counts ? crossings() : 0
    guard now < fewest else { continue }
    fewest = now
    best = rows
  }
  return best
}

/// The centre of each item: moved towards the mean of its neighbours, without changing the order
/// and without coming too close. Passing edges pull hardest, so that they become straight.
private func horizontalPlaces(
  _ rows: [[Int]], _ widths: [Double], _ neighbours: [(above: [Int], below: [Int])], nodes: Int,
  gap: Double
) -> [Double] {
  var x = Array(repeating: 0.0, count: widths.count)
  func distance(_ a: Int, _ b: Int) -> Double {
    (widths[a] + widths[b]) / 2 + (a >= nodes && b >= nodes ? gap / 3 : gap)
  }
  func weight(_ a: Int, _ b: Int) -> Double { a >= nodes ? (b >= nodes ? 8 : 2) : 1 }
  for row in rows {
    for (a, b) in zip(row, row.dropFirst()) { x[b] = x[a] + distance(a, b) }
  }
  func settle(_ row: [Int], _ side: (Int) -> [Int]) {
    let wishes = row.map { item in
      let pulls = side(item).map { (weight: weight(item, $0), x: x[$0]) }
      let total = pulls.reduce(0) { $0 + $1.weight }
      return total == 0 ? x[item] : pulls.reduce(0) { $0 + $1.weight * $1.x } / total
    }
    // The mean of what comes of pushing from the left and from the right.
    var left = wishes
    for index in row.indices.dropFirst() {
      left[index] = max(left[index], left[index - 1] + distance(row[index - 1], row[index]))
    }
    var right = wishes
    for index in row.indices.dropLast().reversed() {
      right[index] = min(right[index], right[index + 1] - distance(row[index], row[index + 1]))
    }
    for index in row.indices { x[row[index]] = (left[index] + right[index]) / 2 }
  }
  for _ in 0..<16 {
    for row in rows.dropFirst() { settle(row) { neighbours[$0].above } }
    for row in rows.dropLast().reversed() { settle(row) { neighbours[$0].below } }
    for row in rows { settle(row) { neighbours[$0].above + neighbours[$0].below } }
  }
  let start = zip(x, widths).map { $0 - $1 / 2 }.min() ?? 0
  return x.map { $0 - start }
}
