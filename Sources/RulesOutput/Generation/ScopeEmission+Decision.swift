import RulesAnalysis
import RulesLanguage

extension ScopeEmission {
  /// `applyReplicaRules`: read, guard, decide.
  func emitDecision(to writer: inout SwiftWriter) {
    let parameters = (names.parameter.isEmpty ? [] : [names.parameter]) + ["_ turn: inout Turn"]
    writer.gap()
    writer.block(
      "private func apply\(names.stem)Rules(\(parameters.joined(separator: ", ")))"
    ) { writer in
      writer.line("let now = \(names.readCall)")
      let live = guards.filter { $0.condition.text != "false" }
      if !live.isEmpty {
        writer.gap()
        writer.line("// States that must not exist.")
      }
      for guarded in live { emit(guarded, to: &writer) }
      writer.gap()
      emit(tree, to: &writer)
    }
  }

  private func emit(_ guarded: StateGuard, to writer: inout SwiftWriter) {
    for line in guarded.condition.opening(head: "if ", room: writer.room) { writer.line(line) }
    writer.indented { writer in
      writer.line("// \(guarded.comment)")
      writer.line("turn.unexpected(\(arguments(guarded.leaf.enumCase)))")
      writer.line("return")
    }
    writer.line("}")
  }

  private func emit(_ tree: DecisionTree, to writer: inout SwiftWriter) {
    var tree = tree
    var head = "if "
    while true {
      let condition: SwiftExpression
      let then: DecisionTree
      let otherwise: DecisionTree
      switch tree {
      case .leaf(let outcome):
        emit(outcome, to: &writer)
        return
      case .branch(let questions, let yes, let no):
        condition = .all(questions.map { .atom(text(of: $0)) })
        (then, otherwise) = (yes, no)
      case .clause(let clause, let yes, let no):
        condition = scope.swift(scope.clauses[clause].condition, names.ofState)
        (then, otherwise) = (yes, no)
      }
      for line in condition.opening(head: head, room: writer.room) { writer.line(line) }
      writer.indented { emit(then, to: &$0) }
      if case .leaf = otherwise {
        writer.line("} else {")
        writer.indented { emit(otherwise, to: &$0) }
        writer.line("}")
        return
      }
      head = "} else if "
      tree = otherwise
    }
  }

  private func text(of question: Question) -> String {
    let variable = names.space.variables[question.variable]
    let state = names.ofState
    let properties: [String]
    if case .fact = variable.origin {
      properties = variable.facts.map(state.fact)
    } else {
      properties = ["now.\(swiftName(names.atomProperties[question.variable] ?? variable.name))"]
    }
    switch question.form {
    case .isTrue: return properties[0]
    case .isFalse: return "!\(properties[0])"
    case .equals(let value): return "\(properties[0]) == .\(swiftName(value))"
    case .differs(let value): return "\(properties[0]) != .\(swiftName(value))"
    case .less(let first, let last): return "\(properties[first]) < \(properties[last])"
    case .equal(let first, let last): return "\(properties[first]) == \(properties[last])"
    }
  }

  private func emit(_ outcome: Outcome, to writer: inout SwiftWriter) {
    switch outcome {
    case .fire(let rule): emitFire(rule, to: &writer)
    case .fireFirst(let rule):
      writer.line("// Other clauses hold too, and the rules do not say which wins.")
      emitFire(rule, to: &writer)
    case .wait(let waits):
      for wait in waits {
        writer.line("// \(title(wait))")
        var call = "turn.wait(\(arguments(leaves[wait].enumCase))"
        if case .wait(_, let warning?) = scope.clauses[wait].kind {
          call += ", warnAfter: \(swiftDuration(milliseconds: warning))"
        }
        writer.line(call + ")")
      }
    case .reachGoal(let goals):
      writer.line("// \(goals.map(title).joined(separator: ", "))")
      writer.line("turn.reachGoal(\(arguments(leaves[goals[0]].enumCase)))")
    case .unhandled:
      writer.line("// no rule, wait or goal")
      report("unhandled", to: &writer)
    case .inconsistent:
      writer.line("// these facts cannot be true together")
      report("inconsistent", to: &writer)
    }
  }

  private func report(_ name: String, to writer: inout SwiftWriter) {
    let leaf = leaves.last { $0.name == name }
    writer.line("turn.unexpected(\(arguments(leaf?.enumCase ?? name)))")
  }

  private func emitFire(_ rule: Int, to writer: inout SwiftWriter) {
    let clause = scope.clauses[rule]
    let leaf = arguments(leaves[rule].enumCase)
    writer.line("// \(title(rule))")
    let call = "try rule\(clause.name)(\(scope.each?.name ?? ""))"
    let flat = "turn.fire(\(leaf)) { \(call) }"
    if flat.count <= writer.room {
      writer.line(flat)
    } else {
      writer.block("turn.fire(\(leaf))") { $0.line(call) }
    }
    if let delay = clause.stayDelay {
      writer.block("if \(names.readCall).word == now.word") { writer in
        writer.line("turn.stay(for: \(swiftDuration(milliseconds: delay)), \(leaf))")
      }
    }
    for wakeUp in wakeUps where wakeUp.clause == clause.name {
      let (path, isOptional) = wakeUp.path(element: names.subject)
      let name = swiftName(wakeUp.lastName)
      let binding = path == name ? name : "\(name) = \(path)"
      let wake = isOptional ? "if let \(binding) { turn.wake(\(name)) }" : "turn.wake(\(path))"
      let comment = "// \(wakeUp.reasonText)"
      if wake.count + 2 + comment.count <= writer.room {
        writer.line("\(wake)  \(comment)")
      } else {
        writer.line(comment)
        writer.line(wake)
      }
    }
  }

  /// `R1 "no backup server selected"`; a goal without its number: `goal "replica complete"`.
  func title(_ clause: Int) -> String {
    let clause = scope.clauses[clause]
    return clause.name + (clause.label.map { " \"\($0)\"" } ?? "")
  }

  /// One method a rule, with the action's text.
  func emitRules(to writer: inout SwiftWriter) {
    for (index, clause) in scope.clauses.enumerated() {
      guard case .rule(let action, _) = clause.kind else { continue }
      writer.gap()
      if let doc = clause.doc {
        writer.documentation("\(title(index))\n\n\(doc)")
      } else {
        writer.documentation(title(index))
      }
      writer.block("private func rule\(clause.name)(\(names.parameter)) throws") { writer in
        source.write(action, to: &writer)
      }
    }
  }
}

extension ClauseModel {
  /// The delay of a `stay after` among the rule's effects, in milliseconds.
  var stayDelay: Int? {
    guard case .rule(_, let effects) = kind else { return nil }
    for case .stay(let delay?) in effects { return delay }
    return nil
  }
}
