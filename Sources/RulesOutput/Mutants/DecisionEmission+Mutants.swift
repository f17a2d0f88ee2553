import RulesAnalysis
import RulesLanguage

/// The evaluation of one scope with mutants: clause by clause, rules before waits before goals, because
/// a mutant may make several of them hold.
extension DecisionEmission {
  func emitMutated(_ mutants: MutantList, to writer: inout SwiftWriter) {
    emitMutatedReader(to: &writer)
    let parameters = (names.parameter.isEmpty ? [] : [names.parameter]) + ["_ turn: inout Turn"]
    writer.gap()
    writer.line("/// The same with the selected mutants.")
    writer.block(
      "private func applyMutated\(names.stem)Rules(\(parameters.joined(separator: ", ")))"
    ) { writer in
      writer.line("let mutants = RuleMutants.selected(of: Self.ruleTable)")
      let lazies = names.space.variables.indices.filter { names.space.variables[$0].isLazy }
      writer.line("\(lazies.isEmpty ? "let" : "var") now = \(mutatedReadCall)")
      for variable in lazies {
        for (property, reading) in zip(names.properties(variable), interface.readings(variable)) {
          writer.line("now.\(swiftName(property.name)) = \(reading)")
        }
      }
      writer.line("let word = now.word")
      for guarded in guards where guarded.condition.text != "false" { emit(guarded, to: &writer) }
      emitChain(mutants, to: &writer)
    }
  }

  private var mutatedReadCall: String {
    names.elementType == nil ? "readMutatedTask()" : "readMutated\(names.stem)(\(names.subject))"
  }

  /// The facts as the rules see them when an assignment of an action is not seen.
  private func emitMutatedReader(to writer: inout SwiftWriter) {
    writer.gap()
    writer.block(
      "private func readMutated\(names.stem)(\(names.parameter)) -> \(names.stateType)"
    ) { writer in
      writer.line("let now = \(names.readCall)")
      writer.line("guard RuleMutants.hasUnseen else { return now }")
      let eager = names.space.variables.indices.filter { !names.space.variables[$0].isLazy }
      let arguments = eager.flatMap(names.properties).map { property in
        let value = "now.\(swiftName(property.name))"
        guard let fact = property.fact else { return "\(property.name): \(value)" }
        return "\(property.name): RuleMutants.seen(\(value), \(quoted(fact.name)), of: "
          + "\(subject(of: fact)))"
      }
      writer.call("return \(names.stateType)(", arguments.map { .plain($0) }, tail: ")")
    }
  }

  /// The object that a fact of this scope is a property of.
  private func subject(of fact: FactReference) -> String {
    fact.owner == .task || fact.owner == .foreignTask ? "self" : names.subject
  }

  private func emitChain(_ mutants: MutantList, to writer: inout SwiftWriter) {
    let naming = names.ofState
    var division = ConditionDivision(scope, mutants) { naming.define($0, $1) != nil }
    let clauses = scope.clauses.map { clause in
      division.divide(
        clause.condition,
        of: .init(clause: "\(scope.name) \(clause.name)", position: clause.position))
    }
    mutants.decide(scope.name, by: clauses)
    var conditions = MutatedConditions(scope, naming)
    let values = clauses.map { conditions.write($0) }
    for line in conditions.lines { writer.line(line) }
    func indices(_ isWanted: (ClauseModel) -> Bool) -> [Int] {
      scope.clauses.indices.filter { isWanted(scope.clauses[$0]) }
    }
    for rule in indices(\.isRule) {
      writer.block("if \(values[rule])") { writer in
        emitFire(rule, mutants, to: &writer)
        writer.line("return")
      }
    }
    let waits = indices { if case .wait = $0.kind { true } else { false } }
    for wait in waits {
      writer.block("if \(values[wait])") { emitWait(wait, to: &$0) }
    }
    if !waits.isEmpty {
      writer.line("if \(waits.map { values[$0] }.joined(separator: " || ")) { return }")
    }
    for goal in indices({ if case .goal = $0.kind { true } else { false } }) {
      writer.block("if \(values[goal])") { writer in
        writer.line("turn.reachGoal(\(interface.arguments(interface.leaves[goal].enumCase)))")
        writer.line("return")
      }
    }
    let unhandled = interface.leaves.last { $0.name == "unhandled" }
    writer.line("turn.unexpected(\(interface.arguments(unhandled?.enumCase ?? "unhandled")))")
  }

  /// After a rule's action: what a mutant keeps the rules from seeing of it.
  func emitUnseen(_ rule: Int, _ mutants: MutantList, to writer: inout SwiftWriter) {
    guard case .rule(_, let effects) = scope.clauses[rule].kind else { return }
    var facts: [FactReference] = []
    for case .changes(let changes) in effects {
      for case .fact(let fact) in changes.map(\.target) where !facts.contains(fact) {
        facts.append(fact)
      }
    }
    let clause = "\(scope.name) \(scope.clauses[rule].name)"
    for (index, variable) in names.space.variables.enumerated() where !variable.isLazy {
      for (property, reading) in zip(names.properties(index), interface.readings(index)) {
        guard let fact = property.fact, facts.contains(fact) else { continue }
        let number = mutants.add(
          .skipped, clause, fact.name, at: scope.clauses[rule].position)
        mutants.hide(index, of: rule, in: scope.name)
        writer.block("if mutants.has(\(number))") { writer in
          writer.line(
            "RuleMutants.hide(\(reading), behind: now.\(swiftName(property.name)), "
              + "\(quoted(fact.name)), of: \(subject(of: fact)))")
        }
      }
    }
  }
}
