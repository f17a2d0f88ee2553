/// Puts words into lines: where a layout may be broken, as many parts as fit go on one line.
struct LineWriter {
  struct Line {
    /// Without the comment at its end.
    var text: String
    var comment: String?
  }

  /// Columns that code keeps to if it can be broken.
  static let limit = 100
  /// A list that starts further right goes on under its item, not under its first part. Bounds what
  /// indentation can add to a text.
  private static let furthestAlignment = 60
  /// Further than this no line of Swift text is moved.
  private static let furthestShift = 100

  private(set) var lines: [Line] = []
  private var line = Line(text: "")
  /// Characters of `line.text`.
  private var width = 0
  /// Nothing but indentation stands on the line.
  private var isFresh = true
  /// Where lines go on that continue an item without something to be aligned with.
  private var continuation = 0

  /// Characters of the current line.
  var column: Int { width }
  var endsWithComment: Bool { line.comment != nil }

  // MARK: Lines

  mutating func startItem(indentation: Int) {
    startLine(at: indentation)
    continuation = indentation + 4
  }

  /// Starts a line, unless nothing stands on the current one yet.
  mutating func startLine(at column: Int) {
    finish()
    line.text = spaces(column)
    width = column
  }

  mutating func addBlankLine() {
    finish()
    if lines.last?.text.isEmpty == false { lines.append(Line(text: "")) }
  }

  mutating func addComment(_ comment: String, indentation: Int) {
    finish()
    lines.append(Line(text: spaces(indentation) + comment))
  }

  /// Ends the current line.
  mutating func finish() {
    if !isFresh { lines.append(line) }
    line = Line(text: "")
    width = 0
    isFresh = true
  }

  // MARK: Layouts

  /// - Parameters:
  ///   - space: spaces before it, unless it starts a line; nil: its own.
  ///   - column: where the line goes on after a comment.
  ///   - reserve: characters that follow it on its last line.
  mutating func write(
    _ layout: Layout, space: Int? = nil, column: Int? = nil, reserve: Int = 0
  ) {
    let space = space ?? layout.space
    let column = column ?? continuation
    switch layout.kind {
    case .word(let word): write(word, space: space, column: column)
    case .joined(let parts):
      for (index, part) in parts.enumerated() {
        let following = parts[(index + 1)...]
        let isLast = following.isEmpty
        let next = isLast ? 0 : following[following.startIndex].space
        let isOpen = following.contains { $0.canBreak }
        write(
          part, space: index == 0 ? space : part.space, column: column,
          reserve: next + Layout.headWidth(following) + (isOpen ? 0 : reserve))
      }
    case .filled(let parts): fill(parts, width: layout.width, space: space, reserve: reserve)
    }
  }

  private mutating func fill(_ parts: [Layout], width: Int?, space: Int, reserve: Int) {
    if line.comment != nil { startLine(at: continuation) }
    var start = isFresh ? self.width : self.width + space
    let fits = width.map { start + $0 + reserve <= Self.limit } ?? false
    if start > Self.furthestAlignment, !fits {
      startLine(at: continuation)
      start = continuation
    }
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      let ownReserve = isLast ? reserve : 0
      if index > 0, !self.fits(part, reserve: ownReserve) { startLine(at: start) }
      write(part, space: index == 0 ? space : part.space, column: start, reserve: ownReserve)
    }
  }

  private func fits(_ part: Layout, reserve: Int) -> Bool {
    guard let partWidth = part.width, line.comment == nil, !part.startsWithComment else {
      return false
    }
    return width + part.space + partWidth + reserve <= Self.limit
  }

  private mutating func write(_ word: SourceWord, space: Int, column: Int) {
    if line.comment != nil { startLine(at: column) }
    if !word.comments.isEmpty {
      let own = isFresh ? width : column
      for comment in word.comments { addComment(comment.text, indentation: own) }
      startLine(at: own)
    }
    if !isFresh, space > 0 {
      line.text += spaces(space)
      width += space
    }
    if word.token == nil {
      writeSwift(word)
    } else {
      line.text += word.text
      width += word.text.count
    }
    isFresh = false
    line.comment = word.trailing
  }

  /// The further lines move with the first one, those of a block so that it ends below its `do`;
  /// unless some of them may belong to a string.
  private mutating func writeSwift(_ word: SourceWord) {
    var parts = word.text.utf8.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    )
    .map { String(Substring($0)) }
    let first = parts.removeFirst()
    var shift = width + 1 - word.column
    if word.text.hasPrefix("{"), let last = parts.last, last.drop(while: { $0 == " " }) == "}" {
      shift = width - "do ".count - (last.count - 1)
    }
    let isMovable = !word.text.contains("\"\"\"") && !parts.contains { $0.hasPrefix("\t") }
    let indentation = parts.filter { $0.contains { $0 != " " } }.map {
      $0.prefix { $0 == " " }.count
    }
    shift = max(shift, -(indentation.min() ?? 0))
    if !isMovable || abs(shift) > Self.furthestShift { shift = 0 }
    line.text += first
    width += first.count
    for part in parts {
      lines.append(line)
      let isEmpty = !part.contains { $0 != " " }
      let moved = shift < 0 ? String(part.dropFirst(-shift)) : spaces(shift) + part
      line = Line(text: isEmpty ? part : moved)
      width = line.text.count
    }
  }

  // MARK: Text

  /// The lines, with the comments behind neighbouring ones in one column.
  consuming func text() -> String {
    finish()
    var text = ""
    var index = 0
    while index < lines.count {
      var end = index
      while end < lines.count, lines[end].comment != nil, lines[end].text.count <= Self.limit {
        end += 1
      }
      let column = lines[index..<end].map(\.text.count).max() ?? 0
      for line in lines[index..<max(end, index + 1)] {
        text += line.text
        if let comment = line.comment {
          text += spaces(max(0, column - line.text.count) + 2) + comment
        }
        text += "\n"
      }
      index = max(end, index + 1)
    }
    return text
  }
}

private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
