extension Parser {
  /// `group | rule | wait`
  mutating func parseClauseItem(_ isDamaged: inout Bool) throws(Failure) -> ClauseItemSyntax {
    let doc = token.doc
    switch token.kind {
    case .keyword(.when):
      var isGroupDamaged = false
      let group = try nested { (parser) throws(Failure) in
        try parser.parseGroup(&isGroupDamaged)
      }
      isDamaged = isDamaged || isGroupDamaged
      return .group(group)
    case .keyword(.rule): return .clause(try parseRule(doc: doc))
    case .keyword(.wait): return .clause(try parseWait(doc: doc))
    case .keyword(.goal):
      let position = token.position
      _ = try parseGoal(doc: nil)
      throw error(at: position, "a goal stands directly in a task or an `each`, not in a group")
    default: throw unexpected("a rule, a wait or a `when` group")
    }
  }

  /// `when server == chosen { ... }`
  private mutating func parseGroup(_ isDamaged: inout Bool) throws(Failure) -> GroupSyntax {
    advance()
    var condition = ConditionSyntax.constant(true)
    do throws(Failure) {
      condition = try parseCondition()
      if !token.isSymbol(.leftBrace) { throw unexpected("`{` to open the `when` group") }
    } catch {
      guard skipToBody() else { throw error }
      isDamaged = true
    }
    advance()
    var items: [ClauseItemSyntax] = []
    while !isAtBodyEnd {
      var isInnerDamaged = false
      let isRead = recovering { (parser) throws(Failure) in
        items.append(try parser.parseClauseItem(&isInnerDamaged))
      }
      if !isRead || isInnerDamaged { isDamaged = true }
    }
    if !take(.rightBrace) {
      isDamaged = true
      _ = unexpected("`}` to close the `when` group")
    }
    return GroupSyntax(condition: condition, items: items)
  }

  /// `rule R1 "label" over R2 when server == none do chooseServer() then server = chosen`
  private mutating func parseRule(doc: String?) throws(Failure) -> ClauseSyntax {
    advance()
    let name = try parseName("the rule's name")
    let label = takeString()
    let over = try parseOver()
    let condition = try parseWhen()
    guard token.isKeyword(.do) else {
      throw unexpected("`do` and the action of rule `\(name.text)`")
    }
    let action = try parseSwift(.action, after: "`do`")
    let effects = try parseThen()
    return ClauseSyntax(
      name: name, label: label, kind: .rule(action: action, effects: effects), over: over,
      condition: condition, doc: doc)
  }

  /// `wait W1 "reply" for reply when rpc == flying warn after 2 s`
  private mutating func parseWait(doc: String?) throws(Failure) -> ClauseSyntax {
    advance()
    let name = try parseName("the wait's name")
    let label = takeString()
    let over = try parseOver()
    try expect(.for, "and what wait `\(name.text)` waits for")
    var causes = [try parsePath("an event or a condition to wait for")]
    while take(.comma) { causes.append(try parsePath("another event or condition")) }
    let condition = try parseOwnWhen()
    var warnAfter: Int?
    if take(.warn) {
      try expect(.after, "after `warn`")
      warnAfter = try parseDuration()
    }
    return ClauseSyntax(
      name: name, label: label, kind: .wait(causes: causes, warnAfterMilliseconds: warnAfter),
      over: over, condition: condition, doc: doc)
  }

  /// `goal "replica complete" header == committed`
  mutating func parseGoal(doc: String?) throws(Failure) -> ClauseSyntax {
    let name = NameSyntax(text: Keyword.goal.rawValue, position: token.position)
    advance()
    let label = takeString()
    let condition = try parseCondition()
    return ClauseSyntax(
      name: name, label: label, kind: .goal, over: [], condition: condition, doc: doc)
  }

  /// `event reply "label" fair when rpc == flying then rpc = ok`
  mutating func parseEvent(doc: String?) throws(Failure) -> EventSyntax {
    advance()
    let name = try parseName("the event's name")
    let label = takeString()
    let isFair = take(.fair)
    let condition = try parseOwnWhen()
    let effects = try parseThen()
    return EventSyntax(
      name: name, label: label, isFair: isFair, condition: condition, effects: effects, doc: doc)
  }

  private mutating func parseOver() throws(Failure) -> [NameSyntax] {
    guard take(.over) else { return [] }
    var over: [NameSyntax] = []
    repeat {
      if token.isKeyword(.goal) {
        over.append(NameSyntax(text: Keyword.goal.rawValue, position: token.position))
        advance()
      } else {
        over.append(try parseName("a rule, a wait or `goal` after `over`"))
      }
    } while take(.comma)
    return over
  }

  private mutating func parseWhen() throws(Failure) -> ConditionSyntax? {
    take(.when) ? try parseCondition() : nil
  }

  /// The condition of a wait or an event. One without a condition may stand before a group, whose
  /// `when` is not its own.
  private mutating func parseOwnWhen() throws(Failure) -> ConditionSyntax? {
    startsGroup ? nil : try parseWhen()
  }

  /// The word here is a `when` that opens a group: its condition is followed by `{`.
  var startsGroup: Bool {
    guard token.isKeyword(.when) else { return false }
    var ahead = lexer
    var previous = token
    var depth = 0
    while true {
      let next = ahead.next()
      switch next.kind {
      case .symbol(.leftBrace):
        // `in { ... }` and `one of { ... }` are parts of a condition.
        guard previous.isKeyword(.in) || previous.isWord(.of) else { return true }
        depth += 1
      case .symbol(.rightBrace):
        if depth == 0 { return false }
        depth -= 1
      case .keyword(.in), .keyword(.and), .keyword(.or), .keyword(.not), .keyword(.true),
        .keyword(.false):
        break
      case .keyword, .endOfFile: return false
      default: break
      }
      previous = next
    }
  }
}
