import RulesLanguage

/// Reachable states that tests need not see, and why: one line of the file that `--except` names.
///
/// ```text
/// // States that only a second failure of the same server would show.
/// Segment.replica: header == sent, rpc == ok  // the simulator has no second failure yet
/// ```
public struct CoverageException: Sendable {
  /// `Segment.replica`
  public var scope: String
  /// The condition as written.
  public var text: String
  /// Why nobody expects tests to see these states.
  public var reason: String
  /// Where it stands.
  public var line: Int
  /// Where its condition starts in its line, from 1.
  public var column: Int

  /// The condition, in each rule set that has the scope, by number.
  var conditions: [Int: Condition] = [:]
  /// The reachable states that it matches, and those of them that tests have not seen.
  public internal(set) var matched = 0
  public internal(set) var unseen = 0
  /// It could not be compared with anything: what its scope can reach is not known.
  var isUnchecked = false
  /// Why it cannot be told whether a state is meant.
  var problem: String?
}

/// Something about a file that a person has to repair: `path:line:column: error: message`.
public struct CoverageProblem: Error, Hashable, Sendable {
  public var file: String
  public var line: Int
  public var column: Int
  public var message: String
  /// Further lines, each two columns deeper.
  public var notes: [String] = []

  /// As it is printed, with a line end.
  public var text: String {
    let place = "\(file):\(line):\(column): error: \(message)\n"
    return place + notes.map { "  \($0)\n" }.joined()
  }
}

/// Exceptions of one file: each costs a compilation.
private let exceptionLimit = 1000

/// Reads the exceptions of a file: each line a scope, `:`, a condition in the words of the scope,
/// `//` and a reason; empty lines, and lines that only have a `//` comment, mean nothing.
///
/// - Parameter programs: the rule sets, by number; a condition must be right in each that has its
///   scope, and one must have it.
/// - Returns: the exceptions, and what is wrong with the file; then it cannot be used.
public func readExceptions(
  _ file: SourceFile, in programs: [Program]
) -> (exceptions: [CoverageException], problems: [CoverageProblem]) {
  var exceptions: [CoverageException] = []
  var problems: [CoverageProblem] = []
  let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
  for (index, line) in lines.enumerated() {
    do throws(CoverageProblem) {
      guard var exception = try readException(line, index + 1, file.path) else { continue }
      guard exceptions.count < exceptionLimit else {
        throw CoverageProblem(
          file: file.path, line: index + 1, column: 1,
          message: "more than \(exceptionLimit) exceptions; a condition may mean many states")
      }
      try resolve(&exception, in: programs, file.path)
      exceptions.append(exception)
    } catch {
      problems.append(error)
      // The first mistakes are enough.
      if problems.count >= 20 || exceptions.count >= exceptionLimit { break }
    }
  }
  return (exceptions, problems)
}

private func readException(
  _ line: Substring, _ number: Int, _ path: String
) throws(CoverageProblem) -> CoverageException? {
  func problem(_ message: String, at column: Int = 1) -> CoverageProblem {
    CoverageProblem(file: path, line: number, column: column, message: message)
  }
  let comment = line.firstRange(of: "//")
  let entry = line[..<(comment?.lowerBound ?? line.endIndex)]
  guard entry.contains(where: { !$0.isWhitespace }) else { return nil }
  guard let colon = entry.firstIndex(of: ":") else {
    throw problem("expected `Scope: condition  // reason`")
  }
  let scope = trimmed(entry[..<colon])
  let condition = trimmed(entry[entry.index(after: colon)...])
  guard !scope.isEmpty, !condition.isEmpty else {
    throw problem(
      "expected `Scope: condition  // reason`; for all states of a scope the condition is `true`")
  }
  let reason = comment.map { trimmed(line[$0.upperBound...]) } ?? ""
  guard !reason.isEmpty else {
    throw problem(
      "say why tests need not see these states: `\(scope): \(condition)  // reason`",
      at: line.count + 1)
  }
  return CoverageException(
    scope: String(scope), text: String(condition), reason: String(reason), line: number,
    column: line.distance(from: line.startIndex, to: condition.startIndex) + 1)
}

private func resolve(
  _ exception: inout CoverageException, in programs: [Program], _ path: String
) throws(CoverageProblem) {
  let question = StateQuestion(scope: exception.scope, text: exception.text)
  for (number, program) in programs.enumerated() where program.hasScope(exception.scope) {
    let answer = compile(program.files, asking: question) { _ in nil }
    if let value = answer.result.value {
      exception.conditions[number] = value.state
    } else {
      let first = answer.result.diagnostics.first
      throw CoverageProblem(
        file: path, line: exception.line,
        column: exception.column + max(0, (first?.position.column ?? 1) - 1),
        message: first?.message ?? "this condition cannot be read")
    }
  }
  guard exception.conditions.isEmpty else { return }
  let names = programs.flatMap(\.scopeNames)
  let near = nearestName(to: exception.scope, among: names)
  throw CoverageProblem(
    file: path, line: exception.line, column: 1,
    message: "no task or each is called `\(exception.scope)`"
      + (near.map { "; did you mean `\($0)`?" } ?? ""))
}

extension Program {
  /// `Segment`, `Segment.replica`
  fileprivate var scopeNames: [String] {
    tasks.flatMap { task in [task.name] + task.eaches.map { "\(task.name).\($0.name)" } }
  }

  fileprivate func hasScope(_ name: String) -> Bool { scopeNames.contains(name) }
}

private func trimmed(_ text: Substring) -> Substring {
  var text = text
  while text.first?.isWhitespace == true { text.removeFirst() }
  while text.last?.isWhitespace == true { text.removeLast() }
  return text
}
