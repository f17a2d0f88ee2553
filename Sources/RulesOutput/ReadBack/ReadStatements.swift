/// A statement of a generated method, as far as it decides anything.
indirect enum ReadStatement: Equatable {
  /// `turn.fire(ReplicaLeaf.R1, ...)`: the method of the turn, and the leaf.
  case end(call: String, leaf: String)
  case ifElse(String, [ReadStatement], [ReadStatement])
  /// The property, and the values with what follows.
  case select(String, [(values: [String], body: [ReadStatement])])
  /// A lazy property gets its value.
  case read(String)
  /// A method of the decision goes on.
  case call(String)
  case isWaiting
  case `return`

  static func == (a: ReadStatement, b: ReadStatement) -> Bool { "\(a)" == "\(b)" }
}

/// Generated text that is not what a generator writes.
struct UnreadableText: Error { var line: String }

/// Reads the body of a generated method, line by line. What follows a firing - who is woken, whether
/// it did what its rule says, whether the state is as it was - decides nothing, and is passed over.
struct StatementReader {
  /// What decides nothing.
  private static let idle = [
    "let now = ", "var now = ", "let word = ", "var word = ", "word = ", "var (now, word) = ",
    "var isWaiting = false", "turn.wake(", "turn.stay(", "check",
  ]

  private let lines: [Substring]
  private var next = 0

  init(_ lines: [Substring]) {
    self.lines = lines.compactMap { line in
      let text = line.trimmed
      return text.isEmpty || text.hasPrefix("//") || text.hasPrefix("#sourceLocation") ? nil : text
    }
  }

  /// The whole body.
  mutating func read() throws(UnreadableText) -> [ReadStatement] {
    let body = try block()
    if next < lines.count { throw UnreadableText(line: String(lines[next])) }
    return body
  }

  /// Statements up to a `}` or a `case`, or the end.
  private mutating func block() throws(UnreadableText) -> [ReadStatement] {
    var body: [ReadStatement] = []
    while next < lines.count, !lines[next].hasPrefix("}"), !lines[next].hasPrefix("case ") {
      if let statement = try statement() { body.append(statement) }
    }
    return body
  }

  private mutating func statement() throws(UnreadableText) -> ReadStatement? {
    let line = lines[next]
    next += 1
    if line == "return" { return .return }
    if line == "isWaiting = true" { return .isWaiting }
    if Self.idle.contains(where: line.hasPrefix) { return nil }
    if line.hasPrefix("turn.") { return try end(line) }
    if line.hasPrefix("if let ") && line.contains("turn.wake(") { return nil }
    if line.hasPrefix("if ") { return try ifElse(line) }
    if line.hasPrefix("switch now.") { return try select(line) }
    if line.hasPrefix("now.") { return .read(String(line.dropFirst(4).prefix { $0 != " " })) }
    if line.hasPrefix("decide") || line.hasSuffix("&turn)") {
      guard let bracket = line.firstIndex(of: "(") else { throw UnreadableText(line: String(line)) }
      return .call(String(line[..<bracket]))
    }
    throw UnreadableText(line: String(line))
  }

  private mutating func end(_ line: Substring) throws(UnreadableText) -> ReadStatement {
    guard let bracket = line.firstIndex(of: "("), let dot = line[bracket...].firstIndex(of: "."),
      let comma = line[dot...].firstIndex(of: ",")
    else { throw UnreadableText(line: String(line)) }
    if line.hasSuffix("{") {
      // The action on a line of its own.
      next += 1
      try close()
    }
    let call = line[line.index(line.startIndex, offsetBy: 5)..<bracket]
    return .end(call: String(call), leaf: String(line[line.index(after: dot)..<comma]))
  }

  private mutating func ifElse(_ first: Substring) throws(UnreadableText) -> ReadStatement? {
    let condition = try condition(first)
    let then = try block()
    var otherwise: [ReadStatement] = []
    guard next < lines.count else { throw UnreadableText(line: String(first)) }
    let end = lines[next]
    if end.hasPrefix("} else if ") {
      next += 1
      if let rest = try ifElse(end.dropFirst(7)) { otherwise = [rest] }
    } else if end == "} else {" {
      next += 1
      otherwise = try block()
      try close()
    } else {
      try close()
    }
    // Whether the state is as it was before a firing.
    return condition.hasSuffix(".word == word") ? nil : .ifElse(condition, then, otherwise)
  }

  /// From `if` to the brace, which stands alone below a broken condition.
  private mutating func condition(_ first: Substring) throws(UnreadableText) -> String {
    var text = String(first.dropFirst(3))
    while !text.hasSuffix("{") {
      guard next < lines.count else { throw UnreadableText(line: String(first)) }
      text += " " + lines[next]
      next += 1
    }
    return String(text.dropLast().trimmed)
  }

  private mutating func select(_ line: Substring) throws(UnreadableText) -> ReadStatement {
    let property = line.dropFirst("switch now.".count).dropLast(2)
    var cases: [(values: [String], body: [ReadStatement])] = []
    while next < lines.count, lines[next].hasPrefix("case "), lines[next].hasSuffix(":") {
      let values = lines[next].dropFirst(5).dropLast().split(separator: ",")
        .map { String($0.trimmed.dropFirst()) }
      next += 1
      cases.append((values, try block()))
    }
    try close()
    return .select(String(property), cases)
  }

  private mutating func close() throws(UnreadableText) {
    guard next < lines.count, lines[next] == "}" else {
      throw UnreadableText(line: next < lines.count ? String(lines[next]) : "the end")
    }
    next += 1
  }
}

extension Substring {
  /// Without the blanks around it.
  var trimmed: Substring {
    var text = self
    while text.utf8.first == UInt8(ascii: " ") { text = text.dropFirst() }
    while text.utf8.last == UInt8(ascii: " ") { text = text.dropLast() }
    return text
  }
}
