import RulesAnalysis
import RulesLanguage

/// The evaluation of one scope as text: the apply method, and the methods it is divided into.
struct DecisionEmission {
  /// Stands above clauses that are tried one after the other.
  static let chainComment =
    "// Too much to ask fact by fact: one clause after the other."

  let interface: ScopeEmission
  let decision: Decision

  init(_ interface: ScopeEmission) {
    self.interface = interface
    decision = buildDecision(interface.partition, interface.names)
  }

  var names: ScopeNames { interface.names }
  var scope: Scope { interface.scope }
  var guards: [StateGuard] { interface.guards }

  /// `applyReplicaRules`: read, guard, decide; then the other methods.
  func emit(_ mutants: MutantList? = nil, to writer: inout SwiftWriter) {
    let parameters = (names.parameter.isEmpty ? [] : [names.parameter]) + ["_ turn: inout Turn"]
    writer.gap()
    writer.block(
      "private func apply\(names.stem)Rules(\(parameters.joined(separator: ", ")))"
    ) { writer in
      if mutants != nil {
        let arguments = (names.elementType == nil ? [] : [names.subject]) + ["&turn"]
        writer.line(
          "if RuleMutants.areSelected(of: Self.ruleTable) { "
            + "return applyMutated\(names.stem)Rules(\(arguments.joined(separator: ", "))) }")
      }
      let binding = decision.root.readsLazily ? "var" : "let"
      writer.line("\(binding) now = \(names.readCall)")
      writer.line("\(binding) word = now.word")
      let live = guards.filter { $0.condition.text != "false" && $0.lazies.isEmpty }
      if !live.isEmpty {
        writer.gap()
        writer.line("// States that must not exist.")
      }
      for guarded in live { emit(guarded, to: &writer) }
      writer.gap()
      if decision.isChain { writer.line(Self.chainComment) }
      emit(decision.root, read: [], to: &writer)
    }
    for method in decision.methods {
      writer.gap()
      let parameters =
        ["_ now: \(names.stateType)", "_ word: \(interface.wordType)"] + parameters
      if method.comment != "true" {
        writer.line("/// Here: \(shortened(method.comment, to: writer.room - 10))")
      }
      writer.call("private func \(method.name)(", parameters.map { .plain($0) }, tail: ") {")
      writer.indented { writer in
        if method.tree.readsLazily { writer.line("var (now, word) = (now, word)") }
        emit(method.tree, read: [], to: &writer)
      }
      writer.line("}")
    }
    if let mutants { emitMutated(mutants, to: &writer) }
  }

  /// As many conditions as there is room for.
  private func shortened(_ text: String, to room: Int) -> String {
    guard text.count > room else { return text }
    let start = text.prefix(room - 5)
    return (start.lastIndex(of: ",").map { start[..<$0] } ?? start) + ", ..."
  }

  func emit(_ guarded: StateGuard, to writer: inout SwiftWriter) {
    for line in guarded.condition.opening(head: "if ", room: writer.room) { writer.line(line) }
    writer.indented { writer in
      writer.line("// \(guarded.comment)")
      writer.line("turn.unexpected(\(interface.arguments(guarded.leaf.enumCase)))")
      writer.line("return")
    }
    writer.line("}")
  }

  /// - Parameter read: the lazy variables that were certainly read before.
  private func emit(_ tree: DecisionTree, read: Set<Int>, to writer: inout SwiftWriter) {
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
      case .call(let method):
        let arguments = ["now", "word", names.elementType == nil ? "" : names.subject, "&turn"]
        let list = arguments.filter { !$0.isEmpty }.joined(separator: ", ")
        writer.line("\(decision.methods[method].name)(\(list))")
        return
      case .read(let variable, let then):
        emitRead(of: variable, read: read, to: &writer)
        emit(then, read: read.union([variable]), to: &writer)
        return
      case .select(let variable, let cases):
        emitSwitch(variable, cases, read: read, to: &writer)
        return
      case .waits(let steps, let otherwise):
        emitWaits(steps, otherwise, to: &writer)
        return
      case .branch(let questions, let yes, let no):
        condition = .all(questions.map { .atom(text(of: $0)) })
        (then, otherwise) = (yes, no)
      case .clause(let clause, let unless, let yes, let no):
        condition = self.condition(of: clause, unless: unless)
        (then, otherwise) = (yes, no)
      }
      for line in condition.opening(head: head, room: writer.room) { writer.line(line) }
      writer.indented { emit(then, read: read, to: &$0) }
      switch otherwise {
      case .branch, .clause:
        head = "} else if "
        tree = otherwise
      default:
        writer.line("} else {")
        writer.indented { emit(otherwise, read: read, to: &$0) }
        writer.line("}")
        return
      }
    }
  }

  private func condition(of clause: Int, unless: [Int]) -> SwiftExpression {
    let own = scope.swift(scope.clauses[clause].condition, names.ofState)
    return .all(
      [own]
        + unless.map {
          scope.swift(scope.clauses[$0].condition, names.ofState, isNegated: true)
        })
  }

  private func emitSwitch(
    _ variable: Int, _ cases: [DecisionTree.Case], read: Set<Int>, to writer: inout SwiftWriter
  ) {
    writer.line("switch \(names.operands(variable)[0]) {")
    for part in cases {
      let values = part.values.map { ".\(swiftName(names.space.variables[variable].values[$0]))" }
      writer.line("case \(values.joined(separator: ", ")):")
      writer.indented { emit(part.tree, read: read, to: &$0) }
    }
    writer.line("}")
  }

  /// Reads a lazy fact, and reports what is now known not to be possible.
  private func emitRead(of variable: Int, read: Set<Int>, to writer: inout SwiftWriter) {
    for (property, reading) in zip(names.properties(variable), interface.readings(variable)) {
      writer.line("now.\(swiftName(property.name)) = \(reading)")
    }
    writer.line("word = now.word")
    let known = read.union([variable])
    for guarded in guards
    where guarded.lazies.contains(variable) && guarded.lazies.isSubset(of: known) {
      emit(guarded, to: &writer)
    }
  }

  private func emitWaits(
    _ steps: [DecisionTree.WaitStep], _ otherwise: DecisionTree, to writer: inout SwiftWriter
  ) {
    writer.line("var isWaiting = false")
    for step in steps {
      let condition = condition(of: step.wait, unless: step.unless)
      for line in condition.opening(head: "if ", room: writer.room) { writer.line(line) }
      writer.indented { writer in
        emitWait(step.wait, to: &writer)
        writer.line("isWaiting = true")
      }
      writer.line("}")
    }
    writer.line("if !isWaiting {")
    writer.indented { emit(otherwise, read: [], to: &$0) }
    writer.line("}")
  }

  private func text(of question: Question) -> String {
    let properties = names.operands(question.variable)
    switch question.form {
    case .isTrue: return properties[0]
    case .isFalse: return "!\(properties[0])"
    case .equals(let value): return "\(properties[0]) == .\(swiftName(value))"
    case .differs(let value): return "\(properties[0]) != .\(swiftName(value))"
    case .less(let first, let last): return "\(properties[first]) < \(properties[last])"
    case .equal(let first, let last): return "\(properties[first]) == \(properties[last])"
    case .below(let number): return "\(properties[0]) < \(number)"
    case .atLeast(let number): return "\(properties[0]) >= \(number)"
    case .equalsNumber(let number): return "\(properties[0]) == \(number)"
    case .differsFromNumber(let number): return "\(properties[0]) != \(number)"
    }
  }

  private func emit(_ outcome: Outcome, to writer: inout SwiftWriter) {
    switch outcome {
    case .fire(let rule): emitFire(rule, to: &writer)
    case .fireFirst(let rule):
      writer.line("// Other clauses hold too, and the rules do not say which wins.")
      emitFire(rule, to: &writer)
    case .wait(let waits):
      for wait in waits { emitWait(wait, to: &writer) }
    case .reachGoal(let goals):
      writer.line("// \(goals.map(interface.title).joined(separator: ", "))")
      writer.line("turn.reachGoal(\(interface.arguments(interface.leaves[goals[0]].enumCase)))")
    case .unhandled:
      writer.line("// no rule, wait or goal")
      report("unhandled", to: &writer)
    case .inconsistent:
      writer.line("// these facts cannot be true together")
      report("inconsistent", to: &writer)
    }
  }

  func emitWait(_ wait: Int, to writer: inout SwiftWriter) {
    writer.line("// \(interface.title(wait))")
    var call = "turn.wait(\(interface.arguments(interface.leaves[wait].enumCase))"
    if case .wait(_, let warning?) = scope.clauses[wait].kind {
      call += ", warnAfter: \(swiftDuration(milliseconds: warning))"
    }
    writer.line(call + ")")
  }

  private func report(_ name: String, to writer: inout SwiftWriter) {
    let leaf = interface.leaves.last { $0.name == name }
    writer.line("turn.unexpected(\(interface.arguments(leaf?.enumCase ?? name)))")
  }

  func emitFire(_ rule: Int, _ mutants: MutantList? = nil, to writer: inout SwiftWriter) {
    let clause = scope.clauses[rule]
    let leaf = interface.arguments(interface.leaves[rule].enumCase)
    writer.line("// \(interface.title(rule))")
    let call = "try rule\(clause.name)(\(scope.each == nil ? "" : names.subject))"
    let flat = "turn.fire(\(leaf)) { \(call) }"
    if flat.count <= writer.room {
      writer.line(flat)
    } else {
      writer.block("turn.fire(\(leaf))") { $0.line(call) }
    }
    writer.line(interface.checkCall(clause.name))
    if let delay = clause.stayDelay {
      writer.block("if \(interface.rereadCall(like: "now")).word == word") { writer in
        writer.line("turn.stay(for: \(swiftDuration(milliseconds: delay)), \(leaf))")
      }
    }
    if let mutants { emitUnseen(rule, mutants, to: &writer) }
    for wakeUp in interface.wakeUps where wakeUp.clause == clause.name {
      let (path, isOptional) = wakeUp.path(element: names.subject)
      let name = swiftName(wakeUp.lastName)
      let binding = path == name ? name : "\(name) = \(path)"
      var wake = isOptional ? "if let \(binding) { turn.wake(\(name)) }" : "turn.wake(\(path))"
      if let mutants {
        let number = mutants.add(
          .asleep, "\(scope.name) \(clause.name)", path, at: clause.position)
        mutants.leaveOut(wakeUp, of: rule, in: scope.name)
        wake = "if !mutants.has(\(number)) { \(wake) }"
      }
      let comment = "// \(wakeUp.reasonText)"
      if wake.count + 2 + comment.count <= writer.room {
        writer.line("\(wake)  \(comment)")
      } else {
        writer.line(comment)
        writer.line(wake)
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
