extension LayoutReader {
  /// `fact server : Server  initially none`
  mutating func readFact() -> LayoutItem {
    var item = startItem()
    var head: [Layout] = []
    while !current.isKeyword(.fact) { head.append(take()) }
    head.append(take())
    let isChain = next().isSymbol(.less) || next().isSymbol(.lessOrEqual)
    head.append(isChain ? readChain() : readList { $0.take() })
    item.run = isChain ? .chains : .facts
    let type = Layout.joined([take(), take()])
    var initial: LayoutItem.Cell?
    if current.isKeyword(.initially) {
      let keyword = take()
      initial = LayoutItem.Cell(keyword: keyword, content: readList { $0.take() }, gap: 2)
    }
    var swift: LayoutItem.Cell?
    if current.isSymbol(.assign) {
      let sign = take()
      swift = LayoutItem.Cell(keyword: sign, content: take())
    }
    item.cells = [
      LayoutItem.Cell(content: .joined(head)), LayoutItem.Cell(content: type), initial, swift,
    ]
    return item
  }

  private mutating func readChain() -> Layout {
    var parts = [take()]
    while current.isSymbol(.less) || current.isSymbol(.lessOrEqual) {
      parts.append(.joined([take(), take()]))
    }
    return .filled(parts)
  }

  /// `related prior : Segment?  absent closed`
  mutating func readRelated() -> LayoutItem {
    var item = startItem()
    item.run = .relateds
    let head = Layout.joined([take(), take()])
    var type = [take(), take()]
    if current.isSymbol(.question) { type.append(take(space: 0)) }
    var absent: LayoutItem.Cell?
    if current.isWord(.absent) {
      let keyword = take()
      absent = LayoutItem.Cell(keyword: keyword, content: readList { $0.take() }, gap: 2)
    }
    item.cells = [
      LayoutItem.Cell(content: head), LayoutItem.Cell(content: .joined(type)), absent,
    ]
    return item
  }

  /// `define opened = all replica: header == committed`
  mutating func readDefine() -> LayoutItem {
    var item = startItem()
    item.run = .defines
    var head = [take()]
    while !current.isSymbol(.assign) { head.append(take()) }
    let sign = take()
    item.cells = [
      LayoutItem.Cell(content: .joined(head)),
      LayoutItem.Cell(keyword: sign, content: readCondition()),
    ]
    return item
  }
}
