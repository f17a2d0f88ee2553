extension Parser {
  /// `group | rule | wait`
  mutating func parseClauseItem(_ isDamaged: inout Bool) throws(Failure) -> ClauseItemSyntax {
    let doc = token.doc
    correct([.when, .rule, .wait, .goal])
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
      try expectBody("to open the `when` group")
    } catch {
      guard skipToBody() else { throw error }
    }
    _ = take(.leftBrace)
    var items: [ClauseItemSyntax] = []
    while !isAtBodyEnd {
      var isInnerDamaged = false
      let isRead = recovering { (parser) throws(Failure) in
        items.append(try parser.parseClauseItem(&isInnerDamaged))
      }
      if !isRead || isInnerDamaged { isDamaged = true }
    }
    if !take(.rightBrace) { reportMissing("`}` to close the `when` group", insert: "\n}") }
    return GroupSyntax(condition: condition, items: items)
  }

  /// `rule R1 "label" over R2 when server == none do chooseServer() then server = chosen`
  private mutating func parseRule(doc: String?) throws(Failure) -> ClauseSyntax {
    advance()
    let name = try parseName("the rule's name")
    var rule = ClauseSyntax(
      name: name, label: takeString(),
      kind: .rule(action: SwiftText("", at: name.position), effects: []), doc: doc)
    correct([.over, .when, .do])
    guard
      part(
        until: [.when, .do, .then],
        { (parser) throws(Failure) in rule.over = try parser.parseOver() }),
      part(
        until: [.do, .then],
        { (parser) throws(Failure) in rule.condition = try parser.parseWhen() })
    else { return rule }
    correct([.do])
    var action = SwiftText("", at: name.position)
    var effects: [EffectSyntax] = []
    if part(
      until: [.then],
      { (parser) throws(Failure) in
        guard parser.token.isKeyword(.do) else {
          throw parser.unexpected("`do` and the action of rule `\(name.text)`")
        }
        action = try parser.parseSwift(.action, after: "`do`")
      })
    {
      _ = part(until: []) { (parser) throws(Failure) in effects = try parser.parseThen() }
    }
    rule.kind = .rule(action: action, effects: effects)
    return rule
  }

  /// `wait W1 "reply" for reply when rpc == flying warn after 2 s`
  private mutating func parseWait(doc: String?) throws(Failure) -> ClauseSyntax {
    advance()
    let name = try parseName("the wait's name")
    var causes: [PathSyntax] = []
    var wait = ClauseSyntax(
      name: name, label: takeString(), kind: .wait(causes: [], warnAfterMilliseconds: nil),
      doc: doc)
    correct([.over, .for])
    guard
      part(
        until: [.for, .when],
        { (parser) throws(Failure) in wait.over = try parser.parseOver() }),
      part(
        until: [.when],
        { (parser) throws(Failure) in
          causes = try parser.parseCauses(of: name)
        }),
      part(
        until: [],
        { (parser) throws(Failure) in
          parser.correct([.when])
          wait.condition = try parser.parseOwnWhen()
        })
    else {
      wait.kind = .wait(causes: causes, warnAfterMilliseconds: nil)
      return wait
    }
    var warnAfter: Int?
    _ = part(until: []) { (parser) throws(Failure) in warnAfter = try parser.parseWarning() }
    wait.kind = .wait(causes: causes, warnAfterMilliseconds: warnAfter)
    return wait
  }

  private mutating func parseCauses(of wait: NameSyntax) throws(Failure) -> [PathSyntax] {
    if token.isIdentifier {
      reportMissing("`for` and what wait `\(wait.text)` waits for", insert: " for")
    } else {
      try expect(.for, "and what wait `\(wait.text)` waits for")
    }
    var causes = [try parsePath("an event or a condition to wait for")]
    while take(.comma) { causes.append(try parsePath("another event or condition")) }
    return causes
  }

  /// `warn after 2 s`
  private mutating func parseWarning() throws(Failure) -> Int? {
    guard take(.warn) else { return nil }
    if case .integer = token.kind {
      reportMissing("`after` after `warn`", insert: " after")
    } else {
      try expect(.after, "after `warn`")
    }
    return try parseDuration()
  }

  /// `goal "replica complete" header == committed`
  mutating func parseGoal(doc: String?) throws(Failure) -> ClauseSyntax {
    let name = NameSyntax(text: Keyword.goal.rawValue, position: token.position)
    advance()
    var goal = ClauseSyntax(name: name, label: takeString(), kind: .goal, doc: doc)
    _ = part(until: []) { (parser) throws(Failure) in goal.condition = try parser.parseCondition() }
    return goal
  }

  /// `event reply "label" fair when rpc == flying then rpc = ok`
  mutating func parseEvent(doc: String?) throws(Failure) -> EventSyntax {
    advance()
    var event = EventSyntax(name: try parseName("the event's name"), doc: doc)
    event.label = takeString()
    event.isFair = take(.fair)
    correct([.when, .then])
    if part(
      until: [.then],
      { (parser) throws(Failure) in event.condition = try parser.parseOwnWhen() })
    {
      _ = part(until: []) { (parser) throws(Failure) in event.effects = try parser.parseThen() }
    }
    return event
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
