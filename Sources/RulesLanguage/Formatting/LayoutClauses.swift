extension LayoutReader {
  /// `rule R1 "label" over R2`, and below it `when`, `do` and `then`.
  mutating func readRule() -> LayoutItem {
    var item = startItem()
    item.isAlwaysTall = true
    item.tall = .stacked
    let head = readHead()
    let condition = readWhen()
    let keyword = take()
    let action = LayoutItem.Cell(keyword: keyword, content: take())
    item.cells = [head, condition, action, readThen()].filter { $0 != nil }
    return item
  }

  /// `wait W1 "label" for reply when rpc == flying  warn after 2 s`
  mutating func readWait() -> LayoutItem {
    var item = startItem()
    item.run = .waits
    item.tall = .stacked
    let head = readHead()
    let causes = LayoutItem.Cell(keyword: take(), content: readList { $0.readPath() })
    let condition = startsGroup ? nil : readWhen()
    var warning: LayoutItem.Cell?
    if current.isWord(.warn) {
      let keyword = take()
      warning = LayoutItem.Cell(
        keyword: keyword, content: .joined([take(), take(), take()]), gap: 2)
    }
    item.cells = [head, causes, condition, warning]
    return item
  }

  /// `event reply "label" fair when rpc == flying  then rpc = ok`
  mutating func readEvent() -> LayoutItem {
    var item = startItem()
    item.run = .events
    item.tall = .stacked
    var head = [take(), take()]
    if current.isString { head.append(take()) }
    if current.isWord(.fair) { head.append(take()) }
    let condition = startsGroup ? nil : readWhen()
    item.cells = [LayoutItem.Cell(content: .joined(head)), condition, readThen()]
    return item
  }

  mutating func readGoal() -> LayoutItem {
    var item = startItem()
    let head = readLabelled()
    item.run = .goals(hasLabel: head.hasLabel)
    item.cells = [head.cell, LayoutItem.Cell(content: readCondition())]
    return item
  }

  mutating func readAlways() -> LayoutItem {
    var item = startItem()
    let head = readLabelled()
    item.run = .always(hasLabel: head.hasLabel)
    item.cells = [head.cell, LayoutItem.Cell(content: readCondition())]
    return item
  }

  mutating func readGroup() -> LayoutItem {
    var item = startItem()
    item.cells = [LayoutItem.Cell(content: .joined([take(), readCondition(), take()]))]
    item.body = readBody()
    return item
  }

  private mutating func readLabelled() -> (cell: LayoutItem.Cell, hasLabel: Bool) {
    let keyword = take()
    guard current.isString else { return (LayoutItem.Cell(content: keyword), false) }
    return (LayoutItem.Cell(content: .joined([keyword, take()])), true)
  }

  /// The keyword, the name, the label and what the clause is over.
  private mutating func readHead() -> LayoutItem.Cell {
    var head = [take(), take()]
    if current.isString { head.append(take()) }
    if current.isKeyword(.over) { head += [take(), readList { $0.take() }] }
    return LayoutItem.Cell(content: .joined(head))
  }

  private mutating func readWhen() -> LayoutItem.Cell? {
    guard current.isKeyword(.when) else { return nil }
    return LayoutItem.Cell(keyword: take(), content: readCondition())
  }

  /// The `when` here opens a group, and is not the condition of the wait or event before it. As the
  /// parser decides it.
  private var startsGroup: Bool {
    guard current.isKeyword(.when) else { return false }
    var depth = 0
    var index = position + 1
    while index < words.count {
      let word = words[index]
      switch word.token {
      case .symbol(.leftBrace)?:
        let previous = words[index - 1]
        guard previous.isKeyword(.in) || previous.isWord(.of) else { return true }
        depth += 1
      case .symbol(.rightBrace)?:
        if depth == 0 { return false }
        depth -= 1
      case .keyword(.in)?, .keyword(.and)?, .keyword(.or)?, .keyword(.not)?, .keyword(.true)?,
        .keyword(.false)?:
        break
      case .keyword?, .endOfFile?: return false
      default: break
      }
      index += 1
    }
    return false
  }

  // MARK: Effects

  private mutating func readThen() -> LayoutItem.Cell? {
    guard current.isKeyword(.then) else { return nil }
    let keyword = take()
    var alternatives = [readEffects()]
    while current.isKeyword(.or) { alternatives.append(.joined([take(space: 2), readEffects()])) }
    return LayoutItem.Cell(keyword: keyword, content: .filled(alternatives), gap: 2)
  }

  private mutating func readEffects() -> Layout {
    guard current.isKeyword(.stay) else { return readList { $0.readChange() } }
    let stay = take()
    guard current.isWord(.after) else { return stay }
    return .joined([stay, take(), take(), take()])
  }

  private mutating func readChange() -> Layout {
    if current.isKeyword(.forget) { return .joined([take(), readPath()]) }
    let change = [readPath(), take()]
    guard current.isKeyword(.any) else { return .joined(change + [take()]) }
    let any = take()
    if current.isSymbol(.leftBrace) { return .joined(change + [any, readBraced()]) }
    guard current.isKeyword(.in) else { return .joined(change + [any]) }
    let range = [take(), take(), take(space: 0), take(space: 0), take(), take(space: 0)]
    return .joined(change + [any] + range)
  }
}
