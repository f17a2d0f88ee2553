/// Reads a trace, version 2 or 1. A file that was cut or changed is refused as a whole.
public func parseTrace(_ text: String) throws(TraceFormatError) -> RecordedTrace {
  var parser = TraceParser()
  var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  let endsLine = lines.last?.isEmpty ?? false
  if endsLine { lines.removeLast() }
  parser.trace.version = try checkEnd(lines, endsLine)
  for (index, line) in lines.dropLast().enumerated() {
    parser.line = index + 1
    try parser.parse(String(Substring(line)))
  }
  return parser.trace
}

/// The first line says what it is, the last one that nothing is missing.
/// - Returns: the version.
private func checkEnd(
  _ lines: [Substring.UTF8View], _ endsLine: Bool
) throws(TraceFormatError) -> Int {
  guard let first = lines.first.map({ String(Substring($0)) }),
    first.hasPrefix("swift-rules trace ")
  else {
    throw TraceFormatError(
      line: 1, message: "this is no trace: it does not begin `swift-rules trace 2`")
  }
  guard let version = [1, 2].first(where: { first == "swift-rules trace \($0)" }) else {
    throw TraceFormatError(
      line: 1, message: "`\(first)` is of another version; this rulesc reads versions 1 and 2")
  }
  var hash = Fnv1a()
  for (index, line) in lines.enumerated() {
    guard line.starts(with: "end ".utf8) else {
      hash.add(line)
      hash.add("\n".utf8)
      continue
    }
    guard String(Substring(line)) == "end \(paddedHexadecimal(hash.value))" else {
      throw TraceFormatError(
        line: index + 1,
        message: "the trace is damaged: what stands before this line has another hash")
    }
    guard index == lines.count - 1, endsLine else {
      throw TraceFormatError(
        line: index + 2, message: "the trace is damaged: it goes on after its end")
    }
    return version
  }
  throw TraceFormatError(
    line: lines.count, message: "the trace is cut off: it has no `end` line")
}

func paddedHexadecimal(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

/// Far more leaves than any scope has.
private let mostLeaves = 1 << 20

private struct TraceParser {
  var trace = RecordedTrace()
  var line = 0

  mutating func parse(_ text: String) throws(TraceFormatError) {
    if line == 1 { return }
    var words = Words(text: text[...], line: line)
    let kind = try words.next()
    switch kind {
    case "process":
      // The name may have spaces, the number is last.
      let rest = words.rest
      guard let space = rest.lastIndex(of: " "), let number = Int(rest[rest.index(after: space)...])
      else { throw words.error("`process` needs a name and a number") }
      trace.program = String(rest[..<space])
      trace.process = number
    case "pool": trace.pool = unescaped(words.rest)
    case "task": try parseTask(&words)
    case "scope": try parseScope(&words)
    case "fact": try parseFact(&words)
    case "leaf": try parseLeaf(&words)
    case "cause":
      let number: Int = try words.number()
      guard (1...255).contains(number) else { throw words.error("there is no cause \(number)") }
      trace.causeNames[number] = unescaped(words.rest)
    case "signal":
      trace.signal = try words.number()
      try words.end()
    case "subject":
      let id: UInt64 = try words.number()
      trace.subjects[id] = unescaped(words.rest)
    case "lost":
      trace.lost = try words.number()
      try words.end()
    case "fire": try parseFiring(&words)
    case "now":
      let record = try parseRecord(&words, sequence: 0, nanoseconds: 0)
      try words.end()
      trace.present.append(record)
    default: throw words.error("`\(kind)` is no record of a trace")
    }
  }

  private mutating func parseTask(_ words: inout Words) throws(TraceFormatError) {
    let index: Int = try words.number()
    let name = try words.next()
    let hash = try words.next()
    guard index == trace.tasks.count else { throw words.error("tasks are not in order") }
    guard hash.utf8.count == 16, let value = UInt64(hash, radix: 16) else {
      throw words.error("`\(hash)` is no hash of 16 digits")
    }
    trace.tasks.append(
      RecordedTrace.Task(name: name, contentHash: value, path: unescaped(words.rest)))
  }

  private mutating func parseScope(_ words: inout Words) throws(TraceFormatError) {
    let task = try words.index(trace.tasks.indices, "task")
    let index: Int = try words.number()
    guard index == trace.tasks[task].scopes.count else {
      throw words.error("scopes are not in order")
    }
    let name = try words.next()
    let leaves: Int = try words.number()
    guard (0...mostLeaves).contains(leaves) else { throw words.error("\(leaves) leaves cannot be") }
    try words.end()
    trace.tasks[task].scopes.append(RecordedTrace.Scope(name: name, leafCount: leaves))
  }

  private mutating func parseFact(_ words: inout Words) throws(TraceFormatError) {
    let (task, scope) = try parsePlace(&words)
    // Records are checked against the facts as they are read.
    guard trace.firings.isEmpty, trace.present.isEmpty else {
      throw words.error("a fact stands behind firings")
    }
    let shift: Int = try words.number()
    let width: Int = try words.number()
    let parts = words.rest.split(separator: " | ", omittingEmptySubsequences: false).map(unescaped)
    guard parts.count >= 2, (0...63).contains(width), (0...1 << 20).contains(shift),
      shift % 64 + width <= 64
    else { throw words.error("this is no fact of a state word") }
    trace.tasks[task].scopes[scope].facts.append(
      RecordedTrace.Fact(
        name: parts[0], values: Array(parts.dropFirst()), shift: shift, width: width))
  }

  private mutating func parseLeaf(_ words: inout Words) throws(TraceFormatError) {
    let (task, scope) = try parsePlace(&words)
    let number = try words.index(0..<trace.tasks[task].scopes[scope].leafCount, "leaf")
    let kind = try words.next()
    let line: Int = try words.number()
    trace.tasks[task].scopes[scope].leaves[number] = RecordedTrace.Leaf(
      name: unescaped(words.rest), kind: kind, line: line)
  }

  private mutating func parseFiring(_ words: inout Words) throws(TraceFormatError) {
    let sequence: UInt64 = try words.number()
    let nanoseconds: Int64 = try words.number()
    if let last = trace.firings.last {
      guard last.sequence < sequence else { throw words.error("firings are not in order") }
    }
    var record = try parseRecord(&words, sequence: sequence, nanoseconds: nanoseconds)
    if trace.version > 1 {
      let after = try words.next()
      if after != "?" { record.after = try parseState(after, record, words) }
      record.cause = try parseCause(&words, before: sequence)
    }
    try words.end()
    trace.firings.append(record)
  }

  private func parseCause(
    _ words: inout Words, before sequence: UInt64
  ) throws(TraceFormatError) -> RecordedTrace.Cause {
    let word = try words.next()
    guard let kind = RecordedTrace.Cause.Kind(rawValue: word) else {
      throw words.error("`\(word)` is no kind of cause")
    }
    let number = try words.next()
    var origin: UInt64?
    if number != "-" {
      guard let value = UInt64(number), value < sequence else {
        throw words.error("`\(number)` is no firing before this one")
      }
      origin = value
    }
    return RecordedTrace.Cause(kind: kind, origin: origin, name: try words.number())
  }

  private func parseRecord(
    _ words: inout Words, sequence: UInt64, nanoseconds: Int64
  ) throws(TraceFormatError) -> RecordedTrace.Record {
    let (task, scope) = try parsePlace(&words)
    let subject: UInt64 = try words.number()
    let leaf = try words.index(0..<trace.tasks[task].scopes[scope].leafCount, "leaf")
    var record = RecordedTrace.Record(
      sequence: sequence, nanoseconds: nanoseconds, task: task, scope: scope, subject: subject,
      leaf: leaf, words: [])
    record.words = try parseState(try words.next(), record, words)
    return record
  }

  /// - Parameter record: whose state it is.
  private func parseState(
    _ digits: String, _ record: RecordedTrace.Record, _ words: Words
  ) throws(TraceFormatError) -> [UInt64] {
    let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
    let state = parts.compactMap { UInt64($0, radix: 16) }
    guard state.count == parts.count else { throw words.error("`\(digits)` is no state") }
    for fact in trace.tasks[record.task].scopes[record.scope].facts where fact.width > 0 {
      guard fact.shift / 64 < state.count else { throw words.error("the state has too few words") }
      guard fact.values.indices.contains(fact.index(in: state)) else {
        throw words.error("`\(fact.name)` has no value \(fact.index(in: state))")
      }
    }
    return state
  }

  private func parsePlace(
    _ words: inout Words
  ) throws(TraceFormatError) -> (task: Int, scope: Int) {
    let task = try words.index(trace.tasks.indices, "task")
    return (task, try words.index(trace.tasks[task].scopes.indices, "scope"))
  }

  private func unescaped(_ text: Substring) -> String {
    guard text.contains("\\") else { return String(text) }
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        result.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}

extension RecordedTrace.Fact {
  /// The index of its value in a state.
  func index(in words: [UInt64]) -> Int {
    guard width > 0 else { return 0 }
    return Int(words[shift / 64] >> UInt64(shift % 64) & ((1 << UInt64(width)) - 1))
  }
}

/// The words of one line, taken one after the other.
private struct Words {
  private var text: Substring
  let line: Int

  init(text: Substring, line: Int) {
    self.text = text
    self.line = line
  }

  /// What is left of the line.
  var rest: Substring { text }

  mutating func next() throws(TraceFormatError) -> String {
    let word = text.prefix { $0 != " " }
    guard !word.isEmpty else { throw error("something is missing at the end of the line") }
    text = text.dropFirst(word.count + 1)
    return String(word)
  }

  mutating func number<Number: FixedWidthInteger>() throws(TraceFormatError) -> Number {
    let word = try next()
    guard let number = Number(word) else { throw error("`\(word)` is no number in range") }
    return number
  }

  mutating func index(_ range: Range<Int>, _ what: String) throws(TraceFormatError) -> Int {
    let index: Int = try number()
    guard range.contains(index) else { throw error("there is no \(what) \(index)") }
    return index
  }

  func end() throws(TraceFormatError) {
    guard text.isEmpty else { throw error("`\(text)` is too much on this line") }
  }

  func error(_ message: String) -> TraceFormatError {
    TraceFormatError(line: line, message: message)
  }
}
