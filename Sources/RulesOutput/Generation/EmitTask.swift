import RulesAnalysis
import RulesLanguage

/// The extension of a task's class: its table, defines, events and the rules of its scopes.
func emitTask(
  _ task: TaskModel, _ source: SourceText, _ analysis: Analysis, _ mutants: MutantList? = nil,
  listed: [RuleMutant] = [], to writer: inout SwiftWriter
) {
  let scopes = analysis.scopes.filter { $0.partition.scope.task.name == task.name }
    .enumerated().map { ScopeEmission(number: $0, $1, source, analysis.wakeUps) }
  writer.documentation(task.doc)
  writer.block("nonisolated extension \(task.name): RuleTask") { writer in
    emitRuleTable(task, scopes, source, listed, to: &writer)
    emitTaskProperties(task, source, mutants, to: &writer)
    emitEvents(task, analysis.wakeUps, source, to: &writer)
    writer.gap()
    writer.block("func applyRules(_ turn: inout Turn)") { writer in
      for scope in scopes { scope.emitCall(to: &writer) }
    }
    for scope in scopes { scope.emit(mutants, to: &writer) }
  }
}

/// Facts that the rules give an expression for, and defines: properties, so that other tasks and
/// the application see them too.
private func emitTaskProperties(
  _ task: TaskModel, _ source: SourceText, _ mutants: MutantList?, to writer: inout SwiftWriter
) {
  for fact in task.body.variables {
    guard let text = fact.swift else { continue }
    writer.gap()
    if let tuple = ChainTuple(fact) {
      writer.line("/// `fact \(fact.name)`, \(source.place(fact.position))")
      writer.block("private var \(tuple.name): \(tuple.type)") { source.write(text, to: &$0) }
      for (name, element) in tuple.elements {
        writer.documentation(fact.doc ?? "`fact \(fact.name)`, \(source.place(fact.position))")
        writer.line("var \(swiftName(name)): Int { \(tuple.name).\(element) }")
      }
      continue
    }
    writer.documentation(fact.doc ?? "`fact \(fact.name)`, \(source.place(fact.position))")
    writer.block("var \(swiftName(fact.name)): \(fact.swiftType)") { source.write(text, to: &$0) }
  }
  let scope = Scope(source.program, task, nil)
  if !task.body.defines.isEmpty { writer.gap() }
  for define in task.body.defines {
    writer.documentation(define.doc ?? "`define \(define.name)`, \(source.place(define.position))")
    if let mutants, emitMutatedDefine(define, task, source.program, mutants, to: &writer) {
      continue
    }
    let body = scope.swift(define.condition, scope.reading(element: ""))
    let head = "var \(swiftName(define.name)): Bool { "
    let lines = body.lines(head: head, tail: " }", room: writer.room)
    if lines.count == 1 {
      writer.line(lines[0])
    } else {
      writer.block("var \(swiftName(define.name)): Bool") { writer in
        for line in body.lines(head: "", tail: "", room: writer.room) { writer.line(line) }
      }
    }
  }
}

/// What the environment may do, and what follows from it.
private func emitEvents(
  _ task: TaskModel, _ wakeUps: [WakeUp], _ source: SourceText, to writer: inout SwiftWriter
) {
  let events = (task.body.events + task.eaches.flatMap(\.body.events))
    .sorted { $0.position < $1.position }
  guard !events.isEmpty else { return }
  let waking = events.map { event in
    (event, wakeUps.filter { $0.task == task.name && $0.clause == event.name })
  }.filter { !$0.1.isEmpty }

  writer.gap()
  writer.line("/// What happens to the task from outside, as the rules name it.")
  if events.contains(where: { $0.doc != nil || $0.label != nil }) {
    writer.block("enum Event") { writer in
      for event in events {
        writer.documentation(event.doc ?? event.label)
        writer.line("case \(swiftName(event.name))")
      }
    }
  } else {
    let cases = events.map { swiftName($0.name) }.joined(separator: ", ")
    writer.line("enum Event { case \(cases) }")
  }
  writer.gap()
  writer.line("/// Say so after the change, on the pool's thread.")
  writer.block("func happened(_ event: Event)") { writer in
    writer.line("membership.activate()")
    guard !waking.isEmpty else { return }
    writer.line("switch event {")
    for (event, wakeUps) in waking {
      writer.line("case .\(swiftName(event.name)):")
      writer.indented { writer in
        for wakeUp in wakeUps {
          let (path, isOptional) = wakeUp.path(element: "")
          let link = isOptional ? "?." : "."
          writer.line("\(path)\(link)membership.activate()  // \(wakeUp.reasonText)")
        }
      }
    }
    if waking.count < events.count { writer.line("default: break") }
    writer.line("}")
  }
}

extension WakeUp {
  /// The Swift expression of the task to wake, in a method of the changing task, and whether it is
  /// optional. `element`: what a step to an owner starts from.
  func path(element: String) -> (text: String, isOptional: Bool) {
    var text = ""
    if case .owner? = steps.first { text = element }
    var isOptional = false
    for step in steps {
      let dot = text.isEmpty ? "" : isOptional ? "?." : "."
      switch step {
      case .owner(let task): text += dot + swiftName(uncapitalized(task))
      case .related(let related, let nextIsOptional):
        text += dot + swiftName(related)
        isOptional = isOptional || nextIsOptional
      }
    }
    return (text, isOptional)
  }

  /// The name of the last step.
  var lastName: String {
    switch steps.last {
    case .owner(let task): uncapitalized(task)
    case .related(let related, _): related
    case nil: "self"
    }
  }

  var reasonText: String { reasons.joined(separator: ", ") }
}

extension VariableModel {
  /// The Swift type of the fact.
  var swiftType: String {
    switch kind {
    case .bool: "Bool"
    case .enumeration(let name): name
    case .chain, .integer: "Int"
    }
  }
}
