/// A declaration, an item of a body, or one of a pool, as the writer needs it.
struct LayoutItem: Sendable {
  /// Items of one kind that follow each other are aligned in columns.
  enum Run: Hashable, Sendable {
    case enums, facts, chains, relateds, defines, events, waits
    case always(hasLabel: Bool)
    case goals(hasLabel: Bool)
  }

  /// How an item is written whose cells do not go on one line.
  enum Tall: Sendable {
    /// Cell behind cell, each broken where it can be.
    case flowing
    /// Cell below cell, their first words in a column.
    case stacked
    /// The last cell is `{ ... }`, with its content on lines of its own.
    case block(open: Layout, content: Layout, close: SourceWord)
  }

  struct Cell: Sendable {
    /// `when`, `do`, `then` and so on; part of the cell.
    var keyword: Layout?
    var content: Layout
    /// Spaces before it when it stands behind another cell.
    var gap = 1

    /// All of it on one line, or nil.
    var width: Int? { line.width }
    var line: Layout { .joined((keyword.map { [$0] } ?? []) + [content]) }
  }

  /// Before it, on lines of their own.
  var comments: [OwnLineComment]
  var hasBlankBefore: Bool
  var run: Run?
  /// It never stands on one line.
  var isAlwaysTall = false
  var tall = Tall.flowing
  /// By column; nil where an item of this kind leaves one out.
  var cells: [Cell?]
  /// What stands between its braces; the opening one ends its last cell.
  var body: LayoutBody?
  /// A task or a pool: an empty line stands before it.
  var isLarge = false
}

struct LayoutBody: Sendable {
  var items: [LayoutItem]
  /// The closing brace; of a file, its end.
  var end: SourceWord
}
