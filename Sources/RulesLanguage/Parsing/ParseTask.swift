extension Parser {
  /// `task Segment { ... }`
  mutating func parseTask(doc: String?) throws(Failure) -> TaskSyntax {
    advance()
    let name = try parseName("the task's name")
    var parameters: [ParameterSyntax] = []
    var isDamaged = false
    do throws(Failure) {
      parameters = try parseParameters()
      try expectBody("to open task `\(name.text)`")
    } catch {
      guard skipToBody() else { throw error }
      isDamaged = true
    }
    var body = parseBody(of: "task `\(name.text)`", isTask: true)
    body.isDamaged = body.isDamaged || isDamaged
    return TaskSyntax(name: name, parameters: parameters, doc: doc, body: body)
  }

  /// `(log: LogState, failed: ServerID?)`, or nothing.
  private mutating func parseParameters() throws(Failure) -> [ParameterSyntax] {
    guard take(.leftParenthesis) else { return [] }
    var parameters: [ParameterSyntax] = []
    repeat {
      let name = try parseName("a parameter's name")
      try expect(.colon, "after parameter `\(name.text)`")
      let type = try parsePath("the Swift type of parameter `\(name.text)`")
      parameters.append(ParameterSyntax(name: name, type: type, isOptional: take(.question)))
    } while take(.comma)
    try expect(.rightParenthesis, "after the parameters")
    return parameters
  }

  /// Leaves the opening brace of a body to be taken; one that is missing before the first item is
  /// reported and taken as read.
  mutating func expectBody(_ context: String) throws(Failure) {
    if token.isSymbol(.leftBrace) { return }
    guard isAtItem else { throw unexpected("`{` \(context)") }
    reportMissing("`{` \(context)", insert: " {")
  }

  /// The items between `{`, where we are, and `}`.
  private mutating func parseBody(of owner: String, isTask: Bool) -> BodySyntax {
    var body = BodySyntax(range: SourceRange(start: token.position, end: token.position))
    _ = take(.leftBrace)
    while !isAtBodyEnd {
      // What trails an item declares nothing.
      let isTrailing = !token.isFirstOnLine && !isAtItem
      let isRead = recovering { (parser) throws(Failure) in
        try parser.parseItem(into: &body, isTask: isTask)
      }
      if !isRead, !isTrailing { body.isDamaged = true }
    }
    body.range.end = token.position
    if token.isSymbol(.rightBrace) {
      body.range.end = lexer.position
      advance()
    } else {
      // What is typed at the end of the file is still in the body.
      if token.kind == .endOfFile { body.range.end.line += 1 }
      reportMissing("`}` to close \(owner)", insert: "\n}")
    }
    return body
  }

  private mutating func parseItem(into body: inout BodySyntax, isTask: Bool) throws(Failure) {
    let doc = token.doc
    correct(isTask ? Self.taskItems : Self.eachItems)
    switch token.kind {
    case .symbol(.semicolon):
      report(
        at: token.position, "no `;` is needed between items", fix: .remove(tokenRange, ";"))
      advance()
    case .keyword(.define): body.defines.append(try parseDefine(isStable: false, doc: doc))
    case .keyword(.stable) where peek().0.isKeyword(.define):
      advance()
      body.defines.append(try parseDefine(isStable: true, doc: doc))
    case .keyword(.fact), .keyword(.lazy), .keyword(.stable):
      body.facts.append(try parseFact(doc: doc))
    case .keyword(.always): body.always.append(try parseAlways())
    case .keyword(.event): body.events.append(try parseEvent(doc: doc))
    case .keyword(.goal): body.clauses.append(.clause(try parseGoal(doc: doc)))
    case .keyword(.when), .keyword(.rule), .keyword(.wait):
      body.clauses.append(try parseClauseItem(&body.isDamaged))
    case .keyword(.related) where isTask: body.relateds.append(try parseRelated())
    case .keyword(.each) where isTask: body.eaches.append(try parseEach(doc: doc))
    case .keyword(.related), .keyword(.each):
      // Read whole, so that what stands in it causes no further errors.
      let position = token.position
      let word = token.description
      if token.isKeyword(.each) { _ = try parseEach(doc: nil) } else { _ = try parseRelated() }
      report(at: position, "\(word) stands only directly in a task, not in an `each`")
      body.isDamaged = true
    default:
      throw unexpected(
        "a fact, define, always, event, rule, wait, goal, `when` group"
          + (isTask ? ", related or each" : ""))
    }
  }

  /// `related prior : Segment? absent closed`
  private mutating func parseRelated() throws(Failure) -> RelatedSyntax {
    advance()
    var related = RelatedSyntax(
      name: try parseName("the name of the related task"), task: nil, isOptional: true, absent: [])
    let name = related.name.text
    _ = part(until: []) { (parser) throws(Failure) in
      try parser.expect(.colon, "after `related \(name)`", insert: ":") { $0.isIdentifier }
      related.task = try parser.parseName("the task that `\(name)` is")
      related.isOptional = parser.take(.question)
      if parser.take(.absent) {
        related.absent = try parser.parseNames("a name that is true when it is absent")
      }
    }
    return related
  }

  /// `each replica : Replica in replicas { ... }`
  private mutating func parseEach(doc: String?) throws(Failure) -> EachSyntax {
    try nested { (parser) throws(Failure) in try parser.parseEachUnbounded(doc: doc) }
  }

  private mutating func parseEachUnbounded(doc: String?) throws(Failure) -> EachSyntax {
    advance()
    let name = try parseName("the name of the each")
    var element = PathSyntax(first: NameSyntax(text: "", position: name.position), rest: [])
    var collection = SwiftText("", at: name.position)
    var isDamaged = false
    do throws(Failure) {
      try expect(.colon, "after `each \(name.text)`")
      element = try parsePath("a Swift type, or another task's each")
      guard token.isKeyword(.in) else { throw unexpected("`in` and the collection in Swift") }
      collection = try parseSwift(.collection, after: "`in`")
      try expectBody("to open each `\(name.text)`")
    } catch {
      guard skipToBody() else { throw error }
      isDamaged = true
    }
    var body = parseBody(of: "each `\(name.text)`", isTask: false)
    body.isDamaged = body.isDamaged || isDamaged
    return EachSyntax(name: name, element: element, collection: collection, doc: doc, body: body)
  }

  private static let eachItems: [Keyword] = [
    .fact, .lazy, .stable, .define, .always, .event, .when, .rule, .wait, .goal,
  ]
  private static let taskItems = eachItems + [.related, .each]
}
