/// Recursive descent over the words of a file without syntax errors: `rules.ebnf` again, but for
/// what stands beside and below what.
struct LayoutReader {
  let words: [SourceWord]
  private(set) var position = 0

  init(_ words: [SourceWord]) { self.words = words }

  // MARK: Words

  var current: SourceWord { next(0) }

  func next(_ ahead: Int = 1) -> SourceWord { words[min(position + ahead, words.count - 1)] }

  /// The current word.
  mutating func take(space: Int = 1) -> Layout {
    var word = current
    // What stands before an item is the item's, which has it already.
    if position == itemStart { word.comments = [] }
    position = min(position + 1, words.count - 1)
    return Layout(word, space: space)
  }

  private var itemStart = -1

  /// An item that starts at the current word.
  mutating func startItem() -> LayoutItem {
    itemStart = position
    return LayoutItem(
      comments: current.comments, hasBlankBefore: current.hasBlankBefore, cells: [])
  }

  // MARK: Declarations

  mutating func readFile() -> LayoutBody {
    var items: [LayoutItem] = []
    while current.token != .endOfFile { items.append(readItem(inPool: false)) }
    return LayoutBody(items: items, end: current)
  }

  /// The items up to the closing brace, and it.
  mutating func readBody(ofPool: Bool = false) -> LayoutBody {
    var items: [LayoutItem] = []
    while !current.isSymbol(.rightBrace), current.token != .endOfFile {
      items.append(readItem(inPool: ofPool))
    }
    defer { _ = take() }
    return LayoutBody(items: items, end: current)
  }

  private mutating func readItem(inPool: Bool) -> LayoutItem {
    guard case .keyword(let keyword)? = current.token else { return readPlainItem() }
    switch keyword {
    case .enum, .extern: return readEnum()
    case .task where !inPool: return readTask()
    case .pool: return readPool()
    case .explore: return readExplore()
    case .define: return readDefine()
    case .stable where next().isKeyword(.define): return readDefine()
    case .fact, .lazy, .stable: return readFact()
    case .related: return readRelated()
    case .always: return readAlways()
    case .goal: return readGoal()
    case .event: return readEvent()
    case .rule: return readRule()
    case .wait: return readWait()
    case .when: return readGroup()
    case .each: return readEach()
    default: return readPlainItem()
    }
  }

  /// `import`, or `task` and `policy` of a pool: names behind each other, up to the next keyword.
  private mutating func readPlainItem() -> LayoutItem {
    var item = startItem()
    var parts = [take()]
    while true {
      if case .keyword? = current.token { break }
      if current.isSymbol(.rightBrace) || current.token == .endOfFile { break }
      parts.append(take())
    }
    item.cells = [LayoutItem.Cell(content: .joined(parts))]
    return item
  }

  private mutating func readEnum() -> LayoutItem {
    var item = startItem()
    item.run = .enums
    var head: [Layout] = []
    while !current.isSymbol(.leftBrace) { head.append(take()) }
    let open = take()
    let content = readList { $0.take() }
    let end = current
    item.cells = [
      LayoutItem.Cell(content: .joined(head)),
      LayoutItem.Cell(content: .joined([open, content, take()])),
    ]
    item.tall = .block(open: open, content: content, close: end)
    return item
  }

  private mutating func readTask() -> LayoutItem {
    var item = startItem()
    item.isLarge = true
    var parts = [take(), take()]
    if current.isSymbol(.leftParenthesis) {
      parts += [take(space: 0), readList { $0.readParameter() }.spaced(0), take(space: 0)]
    }
    item.cells = [LayoutItem.Cell(content: .joined(parts + [take()]))]
    item.body = readBody()
    return item
  }

  private mutating func readParameter() -> Layout {
    var parts = [take(), take(space: 0), readPath()]
    if current.isSymbol(.question) { parts.append(take(space: 0)) }
    return .joined(parts)
  }

  /// `each replica : Replica in replicas {`
  private mutating func readEach() -> LayoutItem {
    var item = startItem()
    let parts = [take(), take(), take(), readPath(), take(), take(), take()]
    item.cells = [LayoutItem.Cell(content: .joined(parts))]
    item.body = readBody()
    return item
  }

  // MARK: Pools

  private mutating func readPool() -> LayoutItem {
    var item = startItem()
    item.isLarge = true
    item.cells = [LayoutItem.Cell(content: .joined([take(), take(), take()]))]
    item.body = readBody(ofPool: true)
    return item
  }

  /// `explore Segment * 2 (replica * 3), ServerFailure  budget 1000000`
  private mutating func readExplore() -> LayoutItem {
    var item = startItem()
    var parts = [take(), readList { $0.readExplorePart() }]
    if current.isWord(.budget) { parts += [take(space: 2), take()] }
    item.cells = [LayoutItem.Cell(content: .joined(parts))]
    return item
  }

  private mutating func readExplorePart() -> Layout {
    var parts = [readCount()]
    if current.isSymbol(.leftParenthesis) {
      parts += [take(), readList { $0.readCount() }.spaced(0), take(space: 0)]
    }
    return .joined(parts)
  }

  private mutating func readCount() -> Layout {
    let name = take()
    return current.isSymbol(.star) ? .joined([name, take(), take()]) : name
  }
}
