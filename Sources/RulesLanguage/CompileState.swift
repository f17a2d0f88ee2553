/// A family of states in the words of one scope, as somebody asks about it: `rpc == flying`.
public struct StateQuestion: Hashable, Sendable {
  /// `Segment` or `Segment.replica`
  public var scope: String
  /// A condition. Chained comparisons are welcome too, `committed == sent < appended`: reports of
  /// running programs write states so. Empty: all states.
  public var text: String

  public init(scope: String, text: String) {
    self.scope = scope
    self.text = text
  }
}

/// `compile` of a program that is asked a question: numbers of the question cut the number line of
/// an Int like those of the rules, so that it is answered exactly.
///
/// - Returns: the files, after them the question's text as a file called `STATE`, which its
///   diagnostics index; the program and the question's condition, unless something is in error.
///   `isQuestionWrong`: the program alone is sound.
public func compile(
  _ files: [SourceFile], asking question: StateQuestion, load: (_ path: String) -> SourceFile?
) -> (
  files: [SourceFile], result: Checked<(program: Program, state: Condition)>, isQuestionWrong: Bool
) {
  let loaded = loadFiles(files, load: load)
  let file = SourceFile(path: "STATE", text: question.text)
  var resolver = Resolver(trees: loaded.trees)
  let start = SourcePosition(file: loaded.files.count, line: 1, column: 1)
  var found: [Diagnostic] = []
  var state = Condition.constant(true)
  let program = resolver.resolve(files: loaded.files) { resolver in
    let before = resolver.diagnostics.count
    let parsed = parseState(file, at: start)
    found = parsed.diagnostics
    guard let scope = resolver.scope(named: question.scope) else {
      let names = resolver.scopeNames
      let near = nearestName(to: question.scope, among: names)
      found.append(
        Diagnostic(
          "unknown-name", at: start,
          "no task or each is called `\(question.scope)`; "
            + (near.map { "did you mean `\($0)`?" } ?? "there is \(names.joined(separator: ", "))"))
      )
      return
    }
    guard let condition = parsed.condition else { return }
    state = resolver.resolveAlone(condition, resolver.view(scope), .clause, at: start)
    found += resolver.diagnostics[before...]
    resolver.diagnostics.removeSubrange(before...)
  }
  // What is found out about the whole program at its end names the question by its place.
  let all = loaded.diagnostics + resolver.diagnostics
  let others = all.filter { $0.position.file != start.file }
  found += all.filter { $0.position.file == start.file }
  let isSound = !others.contains { $0.severity == .error }
  let hasAnswer = isSound && found.isEmpty
  return (
    loaded.files + [file],
    Checked(
      value: hasAnswer ? (program, state) : nil,
      diagnostics: Array(sortedByPlace(isSound ? found : others).prefix(Limits.diagnostics))),
    isSound && !found.isEmpty
  )
}

private func sortedByPlace(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
  diagnostics.sorted { ($0.position, $0.code) < ($1.position, $1.code) }
}

/// The condition of a question; nil where there is none or it is in error.
private func parseState(
  _ file: SourceFile, at start: SourcePosition
) -> (condition: ConditionSyntax?, diagnostics: [Diagnostic]) {
  guard file.text.utf8.count <= Limits.fileBytes else {
    return (nil, [Diagnostic("syntax", at: start, "the state is too long")])
  }
  var parser = Parser(file: file, index: start.file)
  if parser.token.kind == .endOfFile { return (.constant(true), []) }
  parser.permitsChains = true
  let condition = try? parser.parseCondition()
  if condition != nil, parser.token.kind != .endOfFile {
    _ = parser.unexpected("`,`, `or` or the end of the state")
  }
  return (parser.diagnostics.isEmpty ? condition : nil, parser.diagnostics)
}

extension Resolver {
  /// `Segment` and `Segment.replica`, in text order.
  fileprivate var scopeNames: [String] {
    taskTrees.flatMap { task in
      [task.name.text] + task.body.eaches.map { "\(task.name.text).\($0.name.text)" }
    }
  }

  fileprivate func scope(named name: String) -> ScopeID? {
    for (task, tree) in taskTrees.enumerated() {
      if tree.name.text == name { return ScopeID(task: task, each: nil) }
      for (each, body) in tree.body.eaches.enumerated()
      where "\(tree.name.text).\(body.name.text)" == name {
        return ScopeID(task: task, each: each)
      }
    }
    return nil
  }
}
