import RulesAnalysis
import RulesLanguage

/// `static let ruleTable`: what the runtime knows about a task.
func emitRuleTable(
  _ task: TaskModel, _ scopes: [ScopeEmission], _ source: SourceText, _ mutants: [RuleMutant],
  to writer: inout SwiftWriter
) {
  writer.line("/// What an evaluation can end in, and how its state word is read.")
  writer.line("static let ruleTable = RuleTable(")
  writer.indented { writer in
    let hash = swiftHexadecimal(contentHash(of: task, in: source.program))
    writer.fill(
      [
        "task: \(quoted(task.name)),", "file: \(quoted(source.shownPath(task.position.file))),",
        "contentHash: \(hash),",
      ])
    guard !scopes.isEmpty else {
      writer.line("scopes: [])")
      return
    }
    writer.line("scopes: [")
    writer.indented { writer in
      for scope in scopes { emitScope(scope, to: &writer) }
    }
    guard !mutants.isEmpty else {
      writer.line("])")
      return
    }
    writer.line("],")
    emitMutantTable(mutants, to: &writer)
  }
}

private func emitScope(_ scope: ScopeEmission, to writer: inout SwiftWriter) {
  let position = scope.names.scope.position
  writer.line("RuleTable.Scope(")
  writer.indented { writer in
    writer.line("name: \(quoted(scope.names.scope.name)), line: \(position.line),")
    writer.line("variables: [")
    writer.indented { writer in
      for field in scope.layout.fields {
        writer.call(
          ".init(",
          [
            .plain(quoted(field.variable.name)), .list("", field.values.map(quoted)),
            .plain("shift: \(field.shift)"), .plain("width: \(field.width)"),
          ], tail: "),")
      }
    }
    writer.line("],")
    if scope.leaves.count > longestLiteral {
      emitLeafText(scope.leaves, to: &writer)
      return
    }
    writer.line("leaves: [")
    writer.indented { writer in
      for leaf in scope.leaves { emitLeaf(leaf, to: &writer) }
    }
    writer.line("]),")
  }
}

/// A longer array literal of leaves takes the Swift compiler too long: 7 s at a thousand.
private let longestLiteral = 50

/// The leaves as one text, which the runtime takes apart.
private func emitLeafText(_ leaves: [Leaf], to writer: inout SwiftWriter) {
  writer.line("leaves: RuleTable.leaves(")
  writer.indented { writer in
    writer.line("\"\"\"")
    for leaf in leaves {
      var line = "\(leaf.kind) \(leaf.line) \(leaf.name)"
      if !leaf.causes.isEmpty { line += " for \(leaf.causes.joined(separator: ", "))" }
      if let label = leaf.label { line += " | \(quoted(label).dropFirst().dropLast())" }
      writer.line(line)
    }
    writer.line("\"\"\")),")
  }
}

private func emitLeaf(_ leaf: Leaf, to writer: inout SwiftWriter) {
  var arguments: [SwiftWriter.Argument] = [
    .plain(quoted(leaf.name)), .plain(".\(leaf.kind)"), .plain("line: \(leaf.line)"),
  ]
  if let label = leaf.label { arguments.append(.plain("label: \(quoted(label))")) }
  if !leaf.causes.isEmpty { arguments.append(.list("causes: ", leaf.causes.map(quoted))) }
  writer.call(".init(", arguments, tail: "),")
}
