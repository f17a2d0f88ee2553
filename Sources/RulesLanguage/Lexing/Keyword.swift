/// The reserved words: never a name.
package enum Keyword: String, CaseIterable, Sendable {
  case `import`, extern, `enum`, task, fact, lazy, stable, initially, related, define, always, each
  case `in`, event, when, rule, over, `do`, then, or, and, not, wait, `for`, goal, stay, forget, any
  case pool, explore, policy, `true`, `false`
}

/// The words that mean something at one place of the grammar and are names everywhere else.
package enum ContextualWord: String, CaseIterable, Sendable {
  case int = "Int"
  case absent, fair, warn, after, all, some, none, one, of, `where`, links, budget
  case gap, overlap, stall, unreachable, busy, error, allow
  case milliseconds = "ms"
  case seconds = "s"
  /// Minutes of a duration, and the open lower end of a range.
  case min
  case max
}

/// Everything of the grammar that is not a word.
package enum Symbol: String, CaseIterable, Sendable {
  case leftBrace = "{"
  case rightBrace = "}"
  case leftParenthesis = "("
  case rightParenthesis = ")"
  case leftBracket = "["
  case rightBracket = "]"
  case comma = ","
  case colon = ":"
  case semicolon = ";"
  case dot = "."
  case question = "?"
  case star = "*"
  case assign = "="
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case implies = "=>"
}
