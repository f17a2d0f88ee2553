import RulesAnalysis
import RulesLanguage

/// The generated code of one scope: leaves, state, reader, decision, rules.
struct ScopeEmission {
  /// The place of the scope in the task's table.
  let number: Int
  let partition: Partition
  let names: ScopeNames
  let source: SourceText
  let tree: DecisionTree
  /// Of the rules of this scope.
  let wakeUps: [WakeUp]
  let guards: [StateGuard]
  /// Clauses in text order, then the guards, then the reports of the decision.
  let leaves: [Leaf]

  init(number: Int, _ analysis: ScopeAnalysis, _ source: SourceText, _ wakeUps: [WakeUp]) {
    self.number = number
    self.source = source
    partition = analysis.partition
    names = ScopeNames(partition)
    tree = buildDecisionTree(partition)
    let scope = partition.scope
    self.wakeUps = wakeUps.filter { $0.task == scope.task.name && $0.each == scope.each?.name }
    var cases = UniqueNames()
    var leaves = scope.clauses.map { clause in
      Leaf(
        name: clause.name, enumCase: cases.make(clause.name), kind: clause.kindName,
        line: clause.position.line, label: clause.label, causes: clause.causes.map(\.text))
    }
    guards = StateGuard.all(of: partition, names, &cases)
    leaves += guards.map(\.leaf)
    if tree.outcomes.contains(.inconsistent) {
      leaves.append(
        Leaf(
          name: "inconsistent", enumCase: cases.make("inconsistent"), kind: "impossible",
          line: scope.position.line, label: "these facts cannot be true together"))
    }
    leaves.append(
      Leaf(
        name: "unhandled", enumCase: cases.make("unhandled"), kind: "unhandled",
        line: scope.position.line))
    self.leaves = leaves
  }

  var scope: Scope { partition.scope }

  /// `ReplicaLeaf.R1, now.word, replica`: what every call of the turn begins with.
  func arguments(_ enumCase: String) -> String {
    "\(names.leafType).\(swiftName(enumCase)), now.word, \(names.subject)"
  }

  /// The evaluation of the scope in `applyRules`.
  func emitCall(to writer: inout SwiftWriter) {
    guard let each = scope.each else {
      writer.line("applyTaskRules(&turn)")
      return
    }
    let path = source.options.absolutePath(of: source.program.files[each.position.file].path)
    writer.verbatim(
      "#sourceLocation(file: \(quoted(path)), line: \(each.collection.position.line))")
    writer.line(
      "for \(each.name) in \(each.collection.text) { apply\(names.stem)Rules(\(each.name), &turn) }"
    )
    writer.verbatim("#sourceLocation()")
  }

  func emit(to writer: inout SwiftWriter) {
    writer.gap()
    let title = scope.each.map { "each \($0.name)" } ?? "the task itself"
    writer.line("// MARK: \(title), \(source.place(scope.position))")
    emitLeaves(to: &writer)
    emitState(to: &writer)
    emitReader(to: &writer)
    emitDecision(to: &writer)
    emitRules(to: &writer)
  }

  private func emitLeaves(to writer: inout SwiftWriter) {
    writer.gap()
    writer.block("private enum \(names.leafType): Int, RuleLeaf") { writer in
      writer.line("static let scope = \(number)")
      let groups = [
        leaves.prefix(scope.clauses.count), leaves.dropFirst(scope.clauses.count),
      ]
      for group in groups where !group.isEmpty {
        writer.call("case ", group.map { .plain(swiftName($0.enumCase)) }, tail: "")
      }
    }
  }

  private func emitState(to writer: inout SwiftWriter) {
    writer.gap()
    writer.line("/// The facts of one evaluation, each read once.")
    writer.block("private struct \(names.stateType)") { writer in
      for (index, variable) in names.space.variables.enumerated() {
        for property in properties(of: variable, index) {
          writer.line("let \(swiftName(property.name)): \(property.type)")
        }
      }
      writer.gap()
      writer.block("var word: StateWord") { writer in
        writer.line("var word = StateWord()")
        for (index, field) in StateField.layout(names.space).enumerated() {
          for line in putLines(field, index) { writer.line(line) }
        }
        writer.line("return word")
      }
    }
  }

  private func properties(
    of variable: StateVariable, _ index: Int
  ) -> [(name: String, type: String)] {
    guard case .fact(_, let model) = variable.origin else {
      return [(names.atomProperties[index] ?? variable.name, "Bool")]
    }
    return variable.facts.map { (names.factProperties[$0] ?? $0.name, model.swiftType) }
  }

  private func putLines(_ field: StateField, _ index: Int) -> [String] {
    let properties = properties(of: field.variable, index).map { swiftName($0.name) }
    if let chain = field.variable.chain {
      return chain.openLinks.enumerated().map { bit, link in
        "word.put(\(properties[link]) < \(properties[link + 1]), at: \(field.shift + bit))"
      }
    }
    guard case .fact(_, let model) = field.variable.origin,
      case .enumeration(let name) = model.kind
    else { return ["word.put(\(properties[0]), at: \(field.shift))"] }
    let isExtern = source.program.enumeration(name)?.isExtern ?? false
    let value = isExtern ? "index(of: \(properties[0]))" : "\(properties[0]).rawValue"
    return ["word.put(\(value), at: \(field.shift))"]
  }

  private func emitReader(to writer: inout SwiftWriter) {
    for fact in scope.each?.body.variables ?? [] {
      guard let text = fact.swift, let each = scope.each else { continue }
      writer.gap()
      writer.line("/// `fact \(fact.name)`, \(source.place(fact.position))")
      writer.block(
        "private func \(scope.factReader(fact.name))(_ \(each.name): \(scope.elementType)) -> "
          + fact.swiftType
      ) { source.write(text, to: &$0) }
    }
    let reading = scope.reading(element: names.subject)
    var arguments: [String] = []
    for (index, variable) in names.space.variables.enumerated() {
      let values: [String]
      switch variable.origin {
      case .fact: values = variable.facts.map(reading.fact)
      case .related(let related, let name):
        values = [reading.related(RelatedName(related: related, name: name)).text]
      case .quantifier(let each, let body):
        let property = names.atomProperties[index] ?? ""
        let isDefine = scope.task.body.define(property) != nil
        values = [
          isDefine
            ? property : reading.quantifier(UniversalQuantifier(each: each, body: body)).text
        ]
      }
      for (property, value) in zip(properties(of: variable, index), values) {
        arguments.append("\(property.name): \(value)")
      }
    }
    writer.gap()
    let head = "private func read\(names.stem)(\(names.parameter)) -> \(names.stateType)"
    writer.block(head) { writer in
      guard arguments.count > 1 else {
        writer.line("\(names.stateType)(\(arguments.joined()))")
        return
      }
      writer.line("\(names.stateType)(")
      writer.indented { writer in
        for (index, argument) in arguments.enumerated() {
          writer.line(argument + (index == arguments.count - 1 ? ")" : ","))
        }
      }
    }
  }
}
