import RulesLanguage

/// Finds the text of whole items - a fact, a rule, a task - from the words that start and end them.
/// Also in a text that is in error, then perhaps too much or too little. O(tokens).
struct ItemExtents {
  private var items: [Range<Int>] = []
  /// The number of the item that a word stands in, by the word's offset; none for a value in the
  /// braces of an enum and for a parameter.
  private var itemsOfWords: [Int: Int] = [:]
  private var levels = [Level(isBody: true)]

  /// What stands between two brackets, or in the file.
  private struct Level {
    /// Items may start here.
    var isBody: Bool
    /// The item that goes on, and the word that started it.
    var item: Int?
    var keyword: Keyword?
    /// A further `when` is not of the item, but starts a group.
    var hasCondition = true
  }

  init(_ tokens: [SourceToken]) {
    var previous: SourceToken?
    for token in tokens {
      read(token, behind: previous)
      previous = token
    }
    let end = previous?.range.upperBound ?? 0
    for level in levels { close(level, at: end) }
  }

  /// From the word that starts the item of a name to the end of the item; only the name if it is no
  /// item's.
  func extent(of name: Range<Int>) -> Range<Int> {
    guard let item = itemsOfWords[name.lowerBound] else { return name }
    return items[item].lowerBound..<max(name.upperBound, items[item].upperBound)
  }

  // MARK: Reading

  private var last: Level {
    get { levels[levels.count - 1] }
    set { levels[levels.count - 1] = newValue }
  }

  private mutating func read(_ token: SourceToken, behind previous: SourceToken?) {
    switch token.kind {
    case .keyword(let keyword):
      if startsItem(keyword, behind: previous?.kind) {
        while !last.isBody { levels.removeLast() }
        start(keyword, token, behind: previous)
      } else if keyword == .do || keyword == .when {
        last.hasCondition = true
      }
    case .symbol(.leftBrace):
      let owners: [Keyword?] = [.task, .each, .pool, .enum, .when]
      levels.append(Level(isBody: last.isBody && owners.contains(last.keyword)))
    case .symbol(.leftParenthesis), .symbol(.leftBracket):
      levels.append(Level(isBody: false))
    case .symbol(.rightParenthesis), .symbol(.rightBracket):
      if !last.isBody { levels.removeLast() }
    case .symbol(.rightBrace):
      guard levels.count > 1 else { break }
      let level = levels.removeLast()
      guard level.isBody else { break }
      close(level, at: previous?.range.upperBound ?? 0)
      close(last, at: token.range.upperBound)
      last = Level(isBody: true)
    case .name: itemsOfWords[token.range.lowerBound] = last.item
    case .number, .string, .symbol, .swift, .invalid: break
    }
  }

  private func startsItem(_ keyword: Keyword, behind previous: SourceToken.Kind?) -> Bool {
    switch keyword {
    case .goal: previous != .keyword(.over) && previous != .symbol(.comma)
    case .when: last.isBody && last.hasCondition
    case .extern, .lazy, .stable, .import, .enum, .task, .pool, .fact, .related, .define, .always,
      .each, .event, .rule, .wait, .explore, .policy:
      true
    default: false
    }
  }

  private mutating func start(
    _ keyword: Keyword, _ token: SourceToken, behind previous: SourceToken?
  ) {
    let goesOn = previous?.isModifier == true && last.item != nil
    if !goesOn {
      close(last, at: previous?.range.upperBound ?? 0)
      last.item = items.count
      items.append(token.range)
    }
    last.keyword = keyword
    last.hasCondition = ![.rule, .wait, .event].contains(keyword)
    // The word `goal` is the name of a goal.
    itemsOfWords[token.range.lowerBound] = last.item
  }

  private mutating func close(_ level: Level, at end: Int) {
    guard let item = level.item else { return }
    items[item] = items[item].lowerBound..<max(items[item].upperBound, end)
  }
}

extension SourceToken {
  fileprivate var isModifier: Bool {
    [.keyword(.extern), .keyword(.lazy), .keyword(.stable)].contains(kind)
  }
}
