import RulesAnalysis
import RulesLanguage

/// The mutants that `generateSwift` has code for when its options ask for them, in the order of the tasks.
public func ruleMutants(_ program: Program, _ analysis: Analysis) -> [RuleMutant] {
  let options = GenerationOptions(root: "/", workingDirectory: "/", hasMutants: true)
  let source = SourceText(program: program, options: options)
  return program.tasks.flatMap { taskMutants($0, source, analysis) }
}

/// Those of one task.
func taskMutants(
  _ task: TaskModel, _ source: SourceText, _ analysis: Analysis
) -> [RuleMutant] {
  let list = MutantList(of: task)
  var scratch = SwiftWriter()
  emitTask(task, source, analysis, list, to: &scratch)
  MutantProofs(source.program, analysis).prove(list)
  return list.mutants
}

/// The list as the runtime reads it, one a line: number, kind, line of the rules file, what is changed.
/// What is proved to change nothing is of the kind `same`.
func emitMutantTable(_ mutants: [RuleMutant], to writer: inout SwiftWriter) {
  writer.line("mutants: RuleTable.mutants(")
  writer.indented { writer in
    writer.line("\"\"\"")
    for mutant in mutants {
      let kind = mutant.sameness == nil ? mutant.kind.rawValue : "same"
      writer.line("\(mutant.number) \(kind) \(mutant.position.line) \(mutant.text)")
    }
    writer.line("\"\"\"))")
  }
}

/// A define that others read as a property, with its mutants.
/// - Returns: false when it has none: only the rules of its own task use it, and they have them.
func emitMutatedDefine(
  _ define: DefineModel, _ task: TaskModel, _ program: Program, _ mutants: MutantList,
  to writer: inout SwiftWriter
) -> Bool {
  let isRead = program.tasks.contains { other in
    other.relateds.contains { $0.task == task.name } && other.reads(define.name)
  }
  if case .constant = define.condition { return false }
  guard isRead || define.condition.isQuantified else { return false }
  let scope = Scope(program, task, nil)
  let place = ConditionDivision.Place(
    clause: "\(task.name) \(define.name)", position: define.position)
  writer.block("var \(swiftName(define.name)): Bool") { writer in
    writer.line("let mutants = RuleMutants.selected(of: Self.ruleTable)")
    let result: String
    if case .quantified(let quantifier, let each, let body) = define.condition {
      result = emitQuantifier(quantifier, each, body, scope, place, mutants, to: &writer)
    } else {
      let naming = scope.reading(element: "")
      var division = ConditionDivision(scope, mutants) { naming.define($0, $1) != nil }
      let divided = division.divide(define.condition, of: place)
      mutants.value(scope.name, is: divided)
      var conditions = MutatedConditions(scope, naming)
      result = conditions.write(divided)
      for line in conditions.lines { writer.line(line) }
    }
    writer.line("return \(result)")
  }
  return true
}

/// `all replica: ...`, whose parts are left out for all elements at once.
private func emitQuantifier(
  _ quantifier: Condition.Quantifier, _ each: String, _ body: Condition, _ scope: Scope,
  _ place: ConditionDivision.Place, _ mutants: MutantList, to writer: inout SwiftWriter
) -> String {
  let instance = Scope(scope.program, scope.task, scope.task.each(each))
  let naming = instance.reading(element: "item")
  var division = ConditionDivision(instance, mutants) { naming.define($0, $1) != nil }
  let divided = division.divide(body, of: place)
  mutants.value(instance.name, is: divided)
  var conditions = MutatedConditions(instance, naming)
  let value = conditions.write(divided)
  let collection = operand(instance.each?.collection.text ?? each)
  let call = quantifier == .all ? "allSatisfy" : "contains"
  writer.line("let result: Bool = \(collection).\(call) { item in")
  writer.indented { writer in
    for line in conditions.lines { writer.line(line) }
    writer.line("return \(value)")
  }
  writer.line("}")
  return quantifier == .none ? "!result" : "result"
}

extension TaskModel {
  /// Whether a condition in it asks a related task for this name.
  fileprivate func reads(_ name: String) -> Bool {
    ([body] + eaches.map(\.body)).contains { body in
      (body.clauses.map(\.condition) + body.defines.map(\.condition)).contains {
        $0.asksRelated(for: name)
      }
    }
  }
}

extension Condition {
  fileprivate var isQuantified: Bool {
    if case .quantified = self { return true }
    return parts.contains(where: \.isQuantified)
  }

  fileprivate func asksRelated(for name: String) -> Bool {
    if case .related(_, let own) = self { return own == name }
    return parts.contains { $0.asksRelated(for: name) }
  }
}
