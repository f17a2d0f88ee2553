import RulesLanguage
import RulesOutput

let scopeOption = OptionSpecification(
  name: "--scope", value: "SCOPE",
  help: "The task or each that is meant, Segment.replica, where several could be.")

/// A question that some scope understood.
struct AskedQuestion {
  var question: StateQuestion
  var program: Program
  var condition: Condition
}

/// Finds out whose states a text describes.
///
/// - Parameter scope: the scope that the command line names; nil: the one that has all that the
///   text mentions.
/// - Returns: the question, or the exit status where what is wrong is on standard error already.
/// - Throws: why the text makes no sense.
func askedQuestion(
  _ text: String, scope: String?, _ sources: [SourceFile], verb: String
) throws -> (asked: AskedQuestion?, failure: ExitStatus) {
  let compiled = compile(sources, load: loadImport)
  guard let program = compiled.result.value else {
    report(compiled.result.diagnostics, files: compiled.files)
    return (nil, .findings)
  }
  let scopes = try scope.map { [try knownScope($0, in: program)] } ?? program.askableScopes
  guard !scopes.isEmpty else { throw UsageError("\(verb): no scope has a rule, wait or goal") }
  var understood: [(scope: String, program: Program, condition: Condition)] = []
  var refusals: [(diagnostics: [Diagnostic], files: [SourceFile])] = []
  for scope in scopes {
    let asked = compile(sources, asking: StateQuestion(scope: scope, text: text), load: loadImport)
    if let value = asked.result.value {
      understood.append((scope, value.program, value.state))
    } else {
      refusals.append((asked.result.diagnostics, asked.files))
    }
  }
  let meant = scopesAsked(understood)
  if meant.count > 1, let first = meant.first {
    throw UsageError(
      "\(verb): a state of \(meant.joined(separator: " or ")) could be meant; say which, "
        + "`--scope \(first)`")
  }
  if let chosen = understood.first(where: { $0.scope == meant.first }) {
    return (
      AskedQuestion(
        question: StateQuestion(scope: chosen.scope, text: text), program: chosen.program,
        condition: chosen.condition), .fine
    )
  }
  if let other = understood.first {
    throw UsageError(
      "\(verb): the state mentions what plays no part in \(other.scope): no clause, event or "
        + "`always` there asks for it")
  }
  if let nearest = refusals.min(by: { $0.diagnostics.count < $1.diagnostics.count }) {
    report(nearest.diagnostics, files: nearest.files)
  }
  return (nil, .unusable)
}

/// A scope by name.
func knownScope(_ name: String, in program: Program) throws(UsageError) -> String {
  let scopes = program.askableScopes
  guard !scopes.contains(name) else { return name }
  // The each alone is enough where only one task has one of that name.
  let ends = scopes.filter { $0.hasSuffix("." + name) }
  if let scope = ends.first, ends.count == 1 { return scope }
  let nearest = nearestName(to: name, among: scopes)
  throw UsageError(
    "no scope with a rule, wait or goal is called `\(name)`; "
      + (nearest.map { "did you mean `\($0)`?" }
        ?? "there is \(scopes.isEmpty ? "none" : scopes.joined(separator: ", "))"))
}
