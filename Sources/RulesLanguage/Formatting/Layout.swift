/// Words in an order, with the places where a line may end between them.
///
/// `server == none, rpc == idle` is filled with two parts: as many as fit go on one line, the others
/// below the first. Each part is joined from words, between which no line ends but behind a comment.
struct Layout: Sendable {
  indirect enum Kind: Sendable {
    case word(SourceWord)
    case joined([Layout])
    case filled([Layout])
  }

  let kind: Kind
  /// Spaces before it, unless it starts a line.
  var space: Int
  /// Characters on one line, without the space before; nil when one line cannot hold it, for a
  /// comment or Swift text of several lines.
  let width: Int?
  /// Characters up to the first place where a line may end.
  let head: Int
  /// A line may end somewhere in it.
  let canBreak: Bool
  let startsWithComment: Bool
  let endsWithComment: Bool

  init(_ word: SourceWord, space: Int = 1) {
    kind = .word(word)
    self.space = space
    let isOneLine = !word.text.utf8.contains(UInt8(ascii: "\n"))
    width = isOneLine ? word.text.count : nil
    head = isOneLine ? word.text.count : word.text.prefix { !$0.isNewline }.count
    canBreak = false
    startsWithComment = !word.comments.isEmpty
    endsWithComment = word.trailing != nil
  }

  private init(_ kind: Kind, _ parts: [Layout], canBreak: Bool, head: Int) {
    self.kind = kind
    space = parts.first?.space ?? 0
    self.canBreak = canBreak
    self.head = head
    startsWithComment = parts.first?.startsWithComment ?? false
    endsWithComment = parts.last?.endsWithComment ?? false
    var width: Int? = 0
    for (index, part) in parts.enumerated() {
      let isInterrupted =
        (index > 0 && part.startsWithComment) || (index < parts.count - 1 && part.endsWithComment)
      guard let known = width, let own = part.width, !isInterrupted else {
        width = nil
        break
      }
      width = known + own + (index > 0 ? part.space : 0)
    }
    self.width = width
  }

  static func joined(_ parts: [Layout]) -> Layout {
    if parts.count == 1 { return parts[0] }
    return Layout(
      .joined(parts), parts, canBreak: parts.contains { $0.canBreak }, head: headWidth(parts[...]))
  }

  static func filled(_ parts: [Layout]) -> Layout {
    if parts.count == 1 { return parts[0] }
    return Layout(.filled(parts), parts, canBreak: true, head: parts.first?.head ?? 0)
  }

  func spaced(_ space: Int) -> Layout {
    var copy = self
    copy.space = space
    return copy
  }

  /// Of parts that are joined: the characters up to the first place where a line may end.
  static func headWidth(_ parts: ArraySlice<Layout>) -> Int {
    var width = 0
    for (index, part) in zip(parts.indices, parts) {
      width += part.head + (index > parts.startIndex ? part.space : 0)
      if part.canBreak { break }
    }
    return width
  }
}
