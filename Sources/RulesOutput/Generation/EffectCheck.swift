import RulesAnalysis
import RulesLanguage

/// What generated code compares the state after an action with: the outcomes of the rule's `then`
/// in the variables of the state word.
///
/// The rule answers for the facts: its task's, its each's, and those of what the each ranges over.
/// It does not answer for what it only looks at - names of related tasks, which their tasks change,
/// and quantifiers, which other instances change too - unless its `then` names it.
struct EffectCheck {
  /// What a variable may become.
  struct Outcome {
    var variable: StateVariable
    /// By old value, in ascending order.
    var rows: [[Int]]
  }

  /// One for each alternative.
  let alternatives: [[Outcome]]
  /// The names of the variables that are not compared.
  let unchecked: [String]

  /// With more values than this, outcomes that depend on the old value are not spelt out, and the
  /// variable is not compared.
  private static let rowLimit = 16

  init(_ effects: [Effect], _ scope: Scope, _ space: StateSpace) {
    var tooLarge: Set<Int> = []
    var named: Set<Int> = []
    alternatives = (effects.isEmpty ? [.stay(afterMilliseconds: nil)] : effects).map { effect in
      VariableChange.grouped(effect.changes) { space.slot(of: $0) }.compactMap { change in
        let variable = space.variables[change.slot]
        named.insert(change.slot)
        guard var rows = try? checkedOutcomes(of: variable, change.changes) else {
          tooLarge.insert(change.slot)
          return nil
        }
        if let absent = scope.absentValue(of: variable) {
          // Nothing happens to a neighbour that there is not.
          rows = rows.map { Set($0 + [absent]).sorted() }
        }
        if rows.count > Self.rowLimit, rows.contains(where: { $0 != rows[0] }) {
          tooLarge.insert(change.slot)
          return nil
        }
        return Outcome(variable: variable, rows: rows)
      }
    }
    unchecked = space.variables.indices.filter { index in
      if tooLarge.contains(index) { return true }
      switch space.variables[index].origin {
      case .fact: return false
      case .related, .quantifier: return !named.contains(index)
      }
    }.map { space.variables[$0].name }
  }
}

extension Scope {
  /// The value of a related task's name where there is no such task; nil if there always is one, or
  /// the variable is something else.
  fileprivate func absentValue(of variable: StateVariable) -> Int? {
    guard case .related(let related, let name) = variable.origin,
      let model = task.related(related), model.isOptional
    else { return nil }
    return model.absent.contains(name) ? 1 : 0
  }
}

extension ScopeEmission {
  /// `checkR4(now, replica, &turn)`: what follows the firing of a rule.
  func checkCall(_ rule: String) -> String {
    let arguments = ["now", names.elementType == nil ? "" : names.subject, "&turn"]
    return "check\(rule)(\(arguments.filter { !$0.isEmpty }.joined(separator: ", ")))"
  }

  /// `checkR4`: compares what the action did with what the rule says. Empty in release builds.
  func emitCheck(_ rule: ClauseModel, _ effects: [Effect], to writer: inout SwiftWriter) {
    let check = EffectCheck(effects, scope, names.space)
    let declared = effectsText(effects)
    let parameters = ["_ \(before): \(names.stateType)", names.parameter, "_ turn: inout Turn"]
    writer.gap()
    writer.line("/// In debug builds: \(rule.name) may do nothing else than \(declared).")
    writer.line(
      "private func check\(rule.name)("
        + parameters.filter { !$0.isEmpty }.joined(separator: ", ") + ") {")
    writer.verbatim("#if DEBUG")
    writer.indented { writer in
      writer.line("turn.check(")
      writer.indented { writer in
        writer.line(
          "\(names.leafType).\(swiftName(leaf(of: rule).enumCase)), \(before).word, "
            + "\(rereadCall(like: before)).word, \(names.subject),")
        writer.line("then: \(quoted(declared)),")
        emitOutcomes(check, to: &writer)
      }
    }
    writer.verbatim("#endif")
    writer.line("}")
  }

  /// What the state before is called, unless an element is called so.
  private var before: String { names.subject == "old" ? "before" : "old" }

  private func leaf(of rule: ClauseModel) -> Leaf {
    leaves[scope.clauses.firstIndex { $0.name == rule.name } ?? 0]
  }

  private func emitOutcomes(_ check: EffectCheck, to writer: inout SwiftWriter) {
    let list = check.unchecked.map(quoted).joined(separator: ", ")
    let tail = check.unchecked.isEmpty ? "])" : "], unchecked: [\(list)])"
    guard check.alternatives.contains(where: { !$0.isEmpty }) else {
      writer.line("outcomes: [[]" + tail)
      return
    }
    writer.line("outcomes: [")
    writer.indented { writer in
      for alternative in check.alternatives {
        guard !alternative.isEmpty else {
          writer.line("[],")
          continue
        }
        writer.line("[")
        writer.indented { writer in
          for outcome in alternative { writer.line(text(of: outcome)) }
        }
        writer.line("],")
      }
    }
    writer.line(tail)
  }

  private func text(of outcome: EffectCheck.Outcome) -> String {
    let name = quoted(outcome.variable.name)
    guard let first = outcome.rows.first, outcome.rows.contains(where: { $0 != first }) else {
      let values = (outcome.rows.first ?? []).map { quoted(outcome.variable.values[$0]) }
      return ".init(\(name), [\(values.joined(separator: ", "))]),"
    }
    let rows = outcome.rows.map { "[\($0.map(String.init).joined(separator: ", "))]" }
    return ".init(\(name), from: [\(rows.joined(separator: ", "))]),"
  }
}
