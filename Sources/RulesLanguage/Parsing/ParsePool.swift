extension Parser {
  /// `pool LogReplication { task Segment where prior links following  policy gap error }`
  mutating func parsePool() throws(Failure) -> PoolSyntax {
    advance()
    let name = try parseName("the pool's name")
    try expect(.leftBrace, "to open pool `\(name.text)`")
    var pool = PoolSyntax(name: name)
    while !isAtPoolEnd {
      _ = recovering { (parser) throws(Failure) in try parser.parsePoolItem(into: &pool) }
    }
    try expect(.rightBrace, "to close pool `\(name.text)`")
    return pool
  }

  /// `}`, or something that is no item of a pool and starts a declaration. `task` does not: a task
  /// inside a pool that is not closed reads as an entry, and its `{` is the error.
  private var isAtPoolEnd: Bool { isAtBodyEnd && !token.isKeyword(.task) }

  private mutating func parsePoolItem(into pool: inout PoolSyntax) throws(Failure) {
    let position = token.position
    switch token.kind {
    case .keyword(.task): pool.entries.append(try parsePoolEntry())
    case .keyword(.explore):
      try parseExplore()
      pool.explores.append(position)
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

  /// `explore Segment * 2 (replica * 3), ServerFailure budget 1000`; read, and refused later.
  private mutating func parseExplore() throws(Failure) {
    advance()
    repeat {
      _ = try parseName("a task to explore")
      if take(.star) { _ = try parseInteger("how many instances") }
      guard take(.leftParenthesis) else { continue }
      repeat {
        _ = try parseName("the name of an each")
        try expect(.star, "and how many instances")
        _ = try parseInteger("how many instances")
      } while take(.comma)
      try expect(.rightParenthesis, "after the counts of the eaches")
    } while take(.comma)
    if take(.budget) { _ = try parseInteger("the most states to visit") }
  }

  private mutating func parsePolicy() throws(Failure) -> PoolSyntax.Policy {
    advance()
    let position = token.position
    let kind = try parseName("`gap`, `overlap`, `stall` or `unreachable`")
    guard let policy = PoolModel.Policy(rawValue: kind.text) else {
      throw error(
        at: position, "expected `gap`, `overlap`, `stall` or `unreachable`, found `\(kind.text)`")
    }
    let severityPosition = token.position
    let word = try parseName("`error`, `warn` or `allow`")
    guard let severity = PoolModel.Severity(rawValue: word.text) else {
      throw error(
        at: severityPosition, "expected `error`, `warn` or `allow`, found `\(word.text)`")
    }
    return PoolSyntax.Policy(kind: policy, severity: severity, position: position)
  }
}
