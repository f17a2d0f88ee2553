extension LineWriter {
  mutating func write(_ body: LayoutBody, indentation: Int) {
    var index = 0
    while index < body.items.count {
      let end = runEnd(body.items, from: index, indentation: indentation)
      let columns = columns(of: body.items[index..<end], indentation: indentation)
      for item in body.items[index..<end] {
        writeLead(
          item.comments, hasBlankBefore: item.hasBlankBefore,
          separated: index > 0 && item.isLarge && indentation == 0, isFirst: index == 0,
          indentation: indentation)
        write(item, columns: columns, indentation: indentation)
        index += 1
      }
    }
    writeLead(
      body.end.comments, hasBlankBefore: false, separated: false, isFirst: body.items.isEmpty,
      indentation: indentation)
  }

  /// What stands on lines of its own before an item, or before the end of a body.
  private mutating func writeLead(
    _ comments: [OwnLineComment], hasBlankBefore: Bool, separated: Bool, isFirst: Bool,
    indentation: Int
  ) {
    if separated { addBlankLine() }
    for (index, comment) in comments.enumerated() {
      if comment.hasBlankBefore, !(isFirst && index == 0) { addBlankLine() }
      addComment(comment.text, indentation: indentation)
    }
    if hasBlankBefore, !(isFirst && comments.isEmpty) { addBlankLine() }
  }

  private mutating func write(_ item: LayoutItem, columns: [Int]?, indentation: Int) {
    startItem(indentation: indentation)
    switch item.tall {
    case .flowing where item.isTall(indentation): writeFlowing(item)
    case .stacked where item.isTall(indentation): writeStacked(item, indentation: indentation)
    case .block(let open, let content, let close) where item.isTall(indentation):
      if let name = item.cells.first??.content { write(name, reserve: open.space + 1) }
      write(open)
      startLine(at: indentation + 2)
      write(content)
      writeEnd(close, indentation: indentation)
    default: writeLine(item, columns: columns, indentation: indentation)
    }
    guard let body = item.body else { return finish() }
    if body.items.isEmpty, body.end.comments.isEmpty, !endsWithComment {
      write(Layout(body.end, space: 0))
    } else {
      finish()
      write(body, indentation: indentation + 2)
      var end = body.end
      end.comments = []
      writeEnd(end, indentation: indentation)
    }
    finish()
  }

  private mutating func writeEnd(_ brace: SourceWord, indentation: Int) {
    finish()
    var brace = brace
    writeLead(
      brace.comments, hasBlankBefore: false, separated: false, isFirst: false,
      indentation: indentation + 2)
    brace.comments = []
    startLine(at: indentation)
    write(Layout(brace))
  }

  private mutating func writeFlowing(_ item: LayoutItem) {
    let cells = item.cells.compactMap { $0 }
    write(
      .joined(
        cells.enumerated().map { index, cell in cell.line.spaced(index == 0 ? 0 : cell.gap) }))
  }

  /// ```text
  /// rule R1
  ///   when ...
  ///   do   ...
  /// ```
  private mutating func writeStacked(_ item: LayoutItem, indentation: Int) {
    for (index, cell) in item.cells.compactMap({ $0 }).enumerated() {
      guard index > 0, let keyword = cell.keyword else {
        write(cell.line)
        continue
      }
      startLine(at: indentation + 2)
      write(keyword)
      let isBlock = cell.content.isSwiftBlock
      write(
        cell.content, space: isBlock ? 1 : max(1, keywordColumn - keyword.head),
        column: indentation + 2 + keywordColumn)
    }
  }

  private mutating func writeLine(_ item: LayoutItem, columns: [Int]?, indentation: Int) {
    var isFirst = true
    for (index, cell) in item.cells.enumerated() {
      guard let cell else { continue }
      let aligned = columns.map { indentation + $0[index] - column }
      write(cell.line, space: isFirst ? 0 : aligned ?? cell.gap)
      isFirst = false
    }
  }

  // MARK: Runs

  /// The end of the run that starts at an item.
  private func runEnd(_ items: [LayoutItem], from start: Int, indentation: Int) -> Int {
    var end = start + 1
    guard let run = items[start].run, !items[start].isTall(indentation) else { return end }
    while end < items.count, items[end].run == run, !items[end].isTall(indentation),
      !items[end].hasBlankBefore, !items[end].comments.contains(where: \.hasBlankBefore)
    {
      end += 1
    }
    return end
  }

  /// Where the cells of the items of a run start, behind their indentation; nil if a line would
  /// become too long.
  private func columns(of items: ArraySlice<LayoutItem>, indentation: Int) -> [Int]? {
    guard items.count > 1, let first = items.first else { return nil }
    var columns: [Int] = []
    var end = 0
    for index in first.cells.indices {
      let cells = items.compactMap { $0.cells[index] }
      let start = end + (index == 0 ? 0 : cells.first?.gap ?? 0)
      columns.append(start)
      guard let width = cells.map({ $0.width ?? 0 }).max() else { continue }
      end = start + width
    }
    let isTooLong = items.contains { item in
      let last = item.cells.lastIndex { $0 != nil } ?? 0
      return indentation + columns[last] + (item.cells[last]?.width ?? 0) > Self.limit
    }
    return isTooLong ? nil : columns
  }
}

/// `then `
private let keywordColumn = 5

extension LayoutItem {
  /// Does not go on one line.
  fileprivate func isTall(_ indentation: Int) -> Bool {
    if isAlwaysTall { return true }
    var width = indentation
    for (index, cell) in cells.compactMap({ $0 }).enumerated() {
      let line = cell.line
      guard let own = line.width, index == 0 || !line.startsWithComment else { return true }
      width += own + (index == 0 ? 0 : cell.gap)
    }
    let isInterrupted = cells.compactMap { $0 }.dropLast().contains { $0.line.endsWithComment }
    return isInterrupted || width > LineWriter.limit
  }
}

extension Layout {
  /// An action in braces.
  fileprivate var isSwiftBlock: Bool {
    guard case .word(let word) = kind else { return false }
    return word.token == nil && word.text.hasPrefix("{")
  }
}
