extension Parser {
  /// `pool LogReplication { task Segment where prior links following  policy gap error }`
  mutating func parsePool() throws(Failure) -> PoolSyntax {
    advance()
    let name = try parseName("the pool's name")
    try expect(.leftBrace, "to open pool `\(name.text)`", insert: " {") {
      $0.isKeyword(.task) || $0.isKeyword(.explore) || $0.isKeyword(.policy)
    }
    var pool = PoolSyntax(name: name)
    while !isAtPoolEnd {
      _ = recovering { (parser) throws(Failure) in try parser.parsePoolItem(into: &pool) }
    }
    if !take(.rightBrace) { reportMissing("`}` to close pool `\(name.text)`", insert: "\n}") }
    return pool
  }

  /// `}`, or something that is no item of a pool and starts a declaration. `task` does not: a task
  /// inside a pool that is not closed reads as an entry, and its `{` is the error.
  private var isAtPoolEnd: Bool { isAtBodyEnd && !token.isKeyword(.task) }

  private mutating func parsePoolItem(into pool: inout PoolSyntax) throws(Failure) {
    correct([.task, .explore, .policy])
    switch token.kind {
    case .keyword(.task): pool.entries.append(try parsePoolEntry())
    case .keyword(.explore): pool.explores.append(try parseExplore())
    case .keyword(.policy): pool.policies.append(try parsePolicy())
    default: throw unexpected("`task`, `explore` or `policy`")
    }
  }

  private mutating func parsePoolEntry() throws(Failure) -> PoolSyntax.Entry {
    advance()
    let task = try parseName("a task's name")
    guard take(.where) else { return PoolSyntax.Entry(task: task, links: nil) }
    let left = try parseName("a related after `where`")
    try expect(.links, "after `where \(left.text)`")
    let right = try parseName("a related after `links`")
    return PoolSyntax.Entry(task: task, links: (left, right))
  }

  /// `explore Segment * 2 (replica * 3), ServerFailure budget 1000`
  private mutating func parseExplore() throws(Failure) -> ExploreSyntax {
    let position = token.position
    advance()
    var parts = [try parseExploredTask()]
    while take(.comma) { parts.append(try parseExploredTask()) }
    let budget = take(.budget) ? try parseCount("the most states to visit") : nil
    return ExploreSyntax(parts: parts, budget: budget, position: position)
  }

  private mutating func parseExploredTask() throws(Failure) -> ExploreSyntax.Part {
    var part = ExploreSyntax.Part(task: try parseName("a task to explore"))
    if take(.star) { part.count = try parseCount("how many instances") }
    guard take(.leftParenthesis) else { return part }
    repeat {
      let each = try parseName("the name of an each")
      try expect(.star, "and how many instances")
      part.elements.append((each, try parseCount("how many instances")))
    } while take(.comma)
    try expect(.rightParenthesis, "after the counts of the eaches")
    return part
  }

  private mutating func parseCount(_ what: String) throws(Failure) -> CountSyntax {
    let position = token.position
    return CountSyntax(value: try parseInteger(what), position: position)
  }

  private mutating func parsePolicy() throws(Failure) -> PoolSyntax.Policy {
    advance()
    let position = token.position
    let kind = try parseWord(
      PoolModel.Policy.self, "`gap`, `overlap`, `stall`, `unreachable` or `busy`")
    let severity = try parseWord(PoolModel.Severity.self, "`error`, `warn` or `allow`")
    return PoolSyntax.Policy(kind: kind, severity: severity, position: position)
  }

  /// One of a few words, with the nearest one when it is another.
  private mutating func parseWord<Word: RawRepresentable & CaseIterable>(
    _ words: Word.Type, _ expected: String
  ) throws(Failure) -> Word where Word.RawValue == String {
    guard case .identifier(let text) = token.kind else { throw unexpected(expected) }
    if let word = Word(rawValue: text) {
      advance()
      return word
    }
    let near = nearestName(to: text, among: words.allCases.map(\.rawValue))
    guard let near, let word = Word(rawValue: near) else { throw unexpected(expected) }
    report(
      at: token.position, "expected \(expected), found `\(text)`; did you mean `\(near)`?",
      fix: .replace(tokenRange, with: near))
    advance()
    return word
  }
}
