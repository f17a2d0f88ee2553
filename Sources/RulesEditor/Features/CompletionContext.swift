import RulesLanguage

/// What the tokens before a place say about what may be written there. A guess, made from the words
/// alone: the text is being typed.
struct CompletionContext {
  /// What the innermost open brace belongs to.
  enum Block {
    case file, task, each, group, pool
    /// Names or conditions: of an enum, `one of { }`, `explore`.
    case list
    /// `in { }`, `any { }`
    case values
  }

  /// What is missing next.
  enum Slot {
    /// Nothing that has a name yet known: a new name, a label, a number.
    case nothing
    case importedFile
    /// A keyword that starts an item of the block, or goes on with the current one.
    case item
    case condition
    /// Behind a complete condition: `and`, `or`, what the clause goes on with, the next item.
    case afterCondition
    case each
    case type
    case taskName
    case cause
    case clause
    case change
    case value
    case effectValue
  }

  private(set) var block: Block = .file
  private(set) var slot: Slot = .item
  /// The keyword of the item that is being written.
  private(set) var item: Keyword?
  private var blocks: [Block] = [.file]
  /// `when`, `then`, `for`, `over`: the part of the item.
  private(set) var part: Keyword?

  /// - Parameter tokens: those before the place, without the word that is being typed there.
  init(_ tokens: ArraySlice<SourceToken>) {
    var previous: SourceToken?
    for token in tokens {
      read(token, behind: previous)
      previous = token
    }
    block = blocks.last ?? .file
    slot = slot(behind: tokens)
  }

  private mutating func read(_ token: SourceToken, behind previous: SourceToken?) {
    switch token.kind {
    case .keyword(let keyword):
      switch keyword {
      case .when:
        // Behind a finished item it starts a group.
        if item == nil || part == .do || part == .then || part == .when { item = .when }
        part = .when
      case .over, .do, .then, .for, .initially: part = keyword
      case .import, .enum, .task, .fact, .related, .define, .always, .each, .event, .rule, .wait,
        .goal, .pool, .explore, .policy:
        if keyword == .goal, part == .over { break }
        item = keyword
        part = nil
      default: break
      }
    case .symbol(.leftBrace):
      switch previous?.kind {
      case .keyword(.in), .keyword(.any): return blocks.append(.values)
      case .name("of"): return blocks.append(.list)
      default: break
      }
      switch item {
      case .task where blocks.last == .file: open(.task)
      case .each: open(.each)
      case .pool: open(.pool)
      case .when: open(.group)
      default: blocks.append(.list)
      }
    case .symbol(.rightBrace):
      guard blocks.count > 1 else { break }
      let closed = blocks.removeLast()
      if ![.list, .values].contains(closed) || item == .enum {
        item = nil
        part = nil
      }
    case .symbol(.assign) where item == .define: part = .when
    default: break
    }
  }

  private mutating func open(_ block: Block) {
    blocks.append(block)
    item = nil
    part = nil
  }

  private func slot(behind tokens: ArraySlice<SourceToken>) -> Slot {
    guard let last = tokens.last else { return .item }
    switch last.kind {
    case .keyword(let keyword): return slot(behind: keyword)
    case .symbol(let symbol): return slot(behind: symbol)
    case .name(let word): return slot(behindName: word, tokens.dropLast())
    case .string: return isConditional ? .condition : .item
    case .number, .swift: return isInCondition ? .afterCondition : .item
    case .invalid: return .nothing
    }
  }

  private func slot(behind keyword: Keyword) -> Slot {
    switch keyword {
    case .import: .importedFile
    case .when, .and, .not, .always: .condition
    case .or: part == .then ? .change : .condition
    case .goal: part == .over ? .item : .condition
    case .for: .cause
    case .over: .clause
    case .then: .change
    case .forget: .change
    case .initially: .value
    case .true, .false: isInCondition ? .afterCondition : .item
    case .task where blocks.last == .pool: .taskName
    case .explore: .taskName
    case .lazy, .stable, .extern, .any, .stay: .item
    case .task, .fact, .related, .define, .each, .event, .rule, .wait, .pool, .enum, .policy, .do,
      .in:
      .nothing
    }
  }

  private func slot(behind symbol: Symbol) -> Slot {
    switch symbol {
    case .comma where blocks.last == .values, .leftBrace where blocks.last == .values: .value
    case .colon:
      switch item {
      case .related: .taskName
      case .fact, .task, .each: .type
      default: .condition
      }
    case .assign: item == .define ? .condition : .effectValue
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      isInCondition ? .value : .nothing
    case .comma:
      switch part {
      case .for: .cause
      case .over: .clause
      case .then: .change
      case .initially: .value
      default: isInCondition ? .condition : item == .explore ? .taskName : .nothing
      }
    case .leftParenthesis, .implies, .semicolon: isInCondition ? .condition : .nothing
    case .leftBrace: blocks.last == .list ? (isInCondition ? .condition : .nothing) : .item
    case .rightBrace, .rightParenthesis, .rightBracket, .question:
      isInCondition ? .afterCondition : .item
    case .leftBracket, .dot, .star: .nothing
    }
  }

  private func slot(behindName word: String, _ before: ArraySlice<SourceToken>) -> Slot {
    if isInCondition {
      let isQuantifier = Condition.Quantifier(rawValue: word) != nil
      return isQuantifier && !before.endsWithRelation ? .each : .afterCondition
    }
    if word == "links" || word == "where" { return .nothing }
    return .item
  }

  /// The item has a condition as soon as its label is over.
  private var isConditional: Bool { (item == .goal || item == .always) && part == nil }

  private var isInCondition: Bool {
    part == .when || ((item == .goal || item == .always) && part != .over)
  }
}

extension ArraySlice<SourceToken> {
  fileprivate var endsWithRelation: Bool {
    guard case .symbol(let symbol)? = last?.kind else { return false }
    return Condition.Relation(rawValue: symbol.rawValue) != nil
  }
}
