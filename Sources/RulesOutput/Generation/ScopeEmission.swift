import RulesAnalysis
import RulesLanguage

/// What the generated code of one scope is called and made of: leaves, state, reader, guards, rules.
struct ScopeEmission {
  /// The place of the scope in the task's table.
  let number: Int
  let partition: Partition
  let names: ScopeNames
  let source: SourceText
  /// Of the rules of this scope.
  let wakeUps: [WakeUp]
  let guards: [StateGuard]
  /// Clauses in text order, then the guards, then the reports of the decision.
  let leaves: [Leaf]
  let layout: StateWordLayout

  init(number: Int, _ analysis: ScopeAnalysis, _ source: SourceText, _ wakeUps: [WakeUp]) {
    self.number = number
    self.source = source
    partition = analysis.partition
    names = ScopeNames(partition)
    let scope = partition.scope
    self.wakeUps = wakeUps.filter { $0.task == scope.task.name && $0.each == scope.each?.name }
    let table = LeafTable(partition)
    leaves = table.leaves
    guards = StateGuard.all(of: partition, names, table)
    layout = StateWordLayout(partition.space)
  }

  var scope: Scope { partition.scope }

  /// `ReplicaLeaf.R1, word, replica`: what every call of the turn begins with.
  func arguments(_ enumCase: String) -> String {
    "\(names.leafType).\(swiftName(enumCase)), word, \(names.subject)"
  }

  /// The evaluation of the scope, in `applyRules`.
  func emitCall(to writer: inout SwiftWriter) {
    guard let each = scope.each else {
      writer.line("applyTaskRules(&turn)")
      return
    }
    source.write(
      each.collection, after: "for \(names.subject) in ", before: " {", to: &writer)
    writer.indented { writer in
      writer.line("apply\(names.stem)Rules(\(names.subject), &turn)")
    }
    writer.line("}")
  }

  func emit(_ mutants: MutantList? = nil, to writer: inout SwiftWriter) {
    writer.gap()
    let title = scope.each.map { "each \($0.name)" } ?? "the task itself"
    writer.line("// MARK: \(title), \(source.place(scope.position))")
    emitLeaves(to: &writer)
    emitState(to: &writer)
    emitReader(to: &writer)
    DecisionEmission(self).emit(mutants, to: &writer)
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

  /// `R1 "no backup server selected"`; a goal without its number: `goal "replica complete"`.
  func title(_ clause: Int) -> String {
    let clause = scope.clauses[clause]
    return clause.name + (clause.label.map { " \"\($0)\"" } ?? "")
  }

  /// One method a rule, with the action's text, and one that checks what it did.
  func emitRules(to writer: inout SwiftWriter) {
    for (index, clause) in scope.clauses.enumerated() {
      guard case .rule(let action, let effects) = clause.kind else { continue }
      writer.gap()
      if let doc = clause.doc {
        writer.documentation("\(title(index))\n\n\(doc)")
      } else {
        writer.documentation(title(index))
      }
      writer.block("private func rule\(clause.name)(\(names.parameter)) throws") { writer in
        source.write(action, to: &writer)
      }
      emitCheck(clause, effects, to: &writer)
    }
  }
}
