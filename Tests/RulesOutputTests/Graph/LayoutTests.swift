import Testing

@testable import RulesOutput

@Suite("The layered layout")
struct LayoutTests {
  private func layout(_ nodes: Int, _ edges: [(from: Int, to: Int)]) -> LayeredLayout {
    let boxes = (0..<nodes).map { index in
      LayeredLayout.Box(
        size: .init(width: 60 + Double(index % 4) * 20, height: 40), portWidth: 30)
    }
    return LayeredLayout(boxes: boxes, edges: edges)
  }

  @Test("a chain stands in a straight line, each below the one before")
  func chain() {
    let layout = layout(3, [(0, 1), (1, 2)])
    #expect(layout.centers.map { $0.x.rounded() } == [50, 50, 50])
    #expect(layout.centers[0].y < layout.centers[1].y && layout.centers[1].y < layout.centers[2].y)
  }

  @Test("a circle is opened: one edge leads up")
  func circle() {
    let layout = layout(3, [(0, 1), (1, 2), (2, 0)])
    let ways = layout.ways.map { ($0.first?.y ?? 0) < ($0.last?.y ?? 0) }
    #expect(ways == [true, true, false])
  }

  @Test("no two nodes touch, edges end at their nodes, equal graphs get equal drawings")
  func random() {
    for seed in 1..<40 as Range<UInt64> {
      var state = seed &* 0x9e37_79b9_7f4a_7c15
      func number(_ count: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 20) % count
      }
      let count = 2 + number(14)
      let edges = (0..<number(30)).map { _ in (from: number(count), to: number(count)) }
        .filter { $0.from != $0.to }
      let drawing = layout(count, edges)
      for a in 0..<count {
        for b in 0..<a {
          let distance = abs(drawing.centers[a].x - drawing.centers[b].x)
          let widths = Double(60 + a % 4 * 20 + 60 + b % 4 * 20) / 2
          let isApart = distance >= widths || drawing.centers[a].y != drawing.centers[b].y
          #expect(isApart, "seed \(seed): \(a) and \(b)")
        }
        #expect(drawing.centers[a].x >= 0 && drawing.centers[a].x <= drawing.size.width)
      }
      for (edge, way) in zip(edges, drawing.ways) {
        for (node, point) in [(edge.from, way.first), (edge.to, way.last)] {
          let center = drawing.centers[node]
          #expect(abs((point?.y ?? 0) - center.y) == 20, "seed \(seed)")
          #expect(abs((point?.x ?? 0) - center.x) <= 15.01, "seed \(seed)")
        }
      }
      #expect(layout(count, edges).ways == drawing.ways, "seed \(seed)")
    }
  }
}
