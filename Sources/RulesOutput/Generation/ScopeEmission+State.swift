import RulesAnalysis
import RulesLanguage

extension ScopeEmission {
  /// `struct ReplicaState`: a property a fact, and the word they make.
  func emitState(to writer: inout SwiftWriter) {
    writer.gap()
    writer.line("/// The facts of one evaluation, each read once.")
    writer.block("private struct \(names.stateType)") { writer in
      for (index, variable) in names.space.variables.enumerated() {
        for property in names.properties(index) {
          if variable.isLazy { writer.line("/// Lazy: nil until the decision asks for it.") }
          writer.line(
            variable.isLazy
              ? "var \(swiftName(property.name)): \(property.type)!"
              : "let \(swiftName(property.name)): \(property.type)")
        }
      }
      writer.gap()
      writer.line("@inline(__always)")
      writer.block("var word: \(wordType)") { writer in
        writer.line("var word = \(wordType)()")
        for (index, field) in layout.fields.enumerated() {
          for line in putLines(field, index) { writer.line(line) }
        }
        writer.line("return word")
      }
    }
  }

  /// `StateWord`, `WideStateWord<2>`
  var wordType: String {
    layout.wordCount == 1 ? "StateWord" : "WideStateWord<\(layout.wordCount)>"
  }

  private func putLines(_ field: StateWordLayout.Field, _ index: Int) -> [String] {
    let variable = field.variable
    let place = "at: \(field.shift))"
    if let chain = variable.chain {
      let members = variable.members.map { fact in
        fact.isNumber ? fact.name : swiftName(names.factProperties[fact] ?? fact.name)
      }
      let bits = chain.openLinks.enumerated().map { bit, link in
        "word.put(\(members[link]) < \(members[link + 1]), at: \(field.shift + bit))"
      }
      guard variable.isLazy, let first = names.properties(index).first else { return bits }
      return lazily(first.name, bits, field)
    }
    guard let property = names.properties(index).first else { return [] }
    let name = swiftName(property.name)
    let value: String
    if let domain = variable.integer {
      value = domain.cuts.enumerated().reversed().reduce("\(domain.cuts.count)") { rest, cut in
        "\(name) < \(cut.element) ? \(cut.offset) : \(rest)"
      }
    } else if let declaration = source.program.enumeration(property.type) {
      value = declaration.isExtern ? "index(of: \(name))" : "\(name).rawValue"
    } else {
      value = name
    }
    let put = ["word.put(\(value), \(place)"]
    return variable.isLazy ? lazily(property.name, put, field) : put
  }

  /// What is put for a lazy fact: its value, or that it was not read.
  private func lazily(_ property: String, _ put: [String], _ field: StateWordLayout.Field)
    -> [String]
  {
    let name = swiftName(property)
    let notRead = "word.put(\(field.values.count - 1), at: \(field.shift))"
    return ["if let \(name) {"] + put.map { "  " + $0 } + ["} else {", "  " + notRead, "}"]
  }

  // MARK: - Reading

  /// `readReplica`: every fact that is not lazy, each at its line of the rules file.
  func emitReader(to writer: inout SwiftWriter) {
    for fact in scope.each?.body.variables ?? [] {
      guard let text = fact.swift else { continue }
      writer.gap()
      writer.line("/// `fact \(fact.name)`, \(source.place(fact.position))")
      if let tuple = ChainTuple(fact) {
        let whole = scope.factReader(tuple.name)
        writer.block("private func \(whole)(\(names.parameter)) -> \(tuple.type)") {
          source.write(text, to: &$0)
        }
        for (name, element) in tuple.elements {
          writer.line(
            "private func \(scope.factReader(name))(\(names.parameter)) -> Int { "
              + "\(whole)(\(names.subject)).\(element) }")
        }
        continue
      }
      writer.block(
        "private func \(scope.factReader(fact.name))(\(names.parameter)) -> "
          + fact.swiftType
      ) { source.write(text, to: &$0) }
    }
    writer.gap()
    let head = "private func read\(names.stem)(\(names.parameter)) -> \(names.stateType)"
    writer.line("@inline(__always)")
    writer.block(head) { writer in
      let variables = names.space.variables
      let eager = variables.indices.filter { !variables[$0].isLazy }
      let end = SourcePosition(file: .max, line: 0, column: 0)
      let inTextOrder = eager.sorted {
        (position(of: variables[$0]) ?? end, $0) < (position(of: variables[$1]) ?? end, $1)
      }
      var place = LinePlace()
      for index in inTextOrder {
        let properties = names.properties(index)
        let bindings = zip(properties, readings(index)).map { property, reading in
          "\(swiftName(property.name)): \(property.type) = \(reading)"
        }
        place.move(to: position(of: variables[index]), &writer, source)
        place.line(bindings, &writer)
      }
      place.end(&writer)
      let arguments = eager.flatMap(names.properties).map { property in
        SwiftWriter.Argument.plain("\(property.name): \(swiftName(property.name))")
      }
      writer.call("return \(names.stateType)(", arguments, tail: ")")
    }
    emitReadingAgain(to: &writer)
  }

  /// The expressions that read a variable's properties.
  func readings(_ index: Int) -> [String] {
    let reading = scope.reading(element: names.subject)
    switch names.space.variables[index].origin {
    case .fact:
      return names.properties(index).compactMap { property in
        guard let fact = property.fact else { return nil }
        return fact.owner == .task ? "self.\(reading.fact(fact))" : reading.fact(fact)
      }
    case .related(let related, let name):
      return [reading.related(RelatedName(related: related, name: name)).text]
    case .quantifier(let each, let body):
      let property = names.propertyName(index)
      if scope.task.body.define(property) != nil { return ["self.\(swiftName(property))"] }
      return [reading.quantifier(UniversalQuantifier(each: each, body: body)).text]
    }
  }

  private func position(of variable: StateVariable) -> SourcePosition? {
    switch variable.origin {
    case .fact(_, let model): model.position
    case .related(let related, _): scope.task.related(related)?.position
    case .quantifier: nil
    }
  }

  /// After a rule the state is read again, with the lazy facts that were read before.
  private func emitReadingAgain(to writer: inout SwiftWriter) {
    guard isReadAgain else { return }
    let lazies = names.space.variables.indices.filter { names.space.variables[$0].isLazy }
    let parameters = [names.parameter, "like old: \(names.stateType)"].filter { !$0.isEmpty }
    writer.gap()
    writer.line("/// The state now, with the lazy facts that `old` has.")
    writer.block(
      "private func read\(names.stem)(\(parameters.joined(separator: ", "))) -> \(names.stateType)"
    ) { writer in
      writer.line("var now = \(names.readCall)")
      for index in lazies {
        let pairs = zip(names.properties(index), readings(index))
        let reads = pairs.map { "now.\(swiftName($0.name)) = \($1)" }
        guard let first = names.properties(index).first else { continue }
        writer.line("if old.\(swiftName(first.name)) != nil { \(reads.joined(separator: "; ")) }")
      }
      writer.line("return now")
    }
  }

  /// Whether there is a rule and some fact is lazy.
  private var isReadAgain: Bool {
    names.space.variables.contains(where: \.isLazy) && scope.clauses.contains(where: \.isRule)
  }

  /// The state after a rule has fired, to compare with one before.
  func rereadCall(like old: String) -> String {
    guard isReadAgain else { return names.readCall }
    let arguments = [names.elementType == nil ? "" : names.subject, "like: \(old)"]
    return "read\(names.stem)(\(arguments.filter { !$0.isEmpty }.joined(separator: ", ")))"
  }
}

/// Lines of generated code that stand for lines of rules files, with as few directives as possible.
private struct LinePlace {
  /// The place that the next line written stands for; nil: its own.
  private var next: SourcePosition?
  /// What is to stand on the next line.
  private var pending: [String] = []
  private var pendingPosition: SourcePosition?

  mutating func move(
    to position: SourcePosition?, _ writer: inout SwiftWriter, _ source: SourceText
  ) {
    let isSameLine =
      position != nil && position?.file == pendingPosition?.file
      && position?.line == pendingPosition?.line
    if isSameLine { return }
    flush(&writer)
    pendingPosition = position
    guard let position else {
      end(&writer)
      return
    }
    if next?.file != position.file || next?.line != position.line {
      source.writeDirective(position, to: &writer)
      next = position
    }
  }

  /// Adds bindings of a `let` to the line.
  mutating func line(_ bindings: [String], _ writer: inout SwiftWriter) {
    pending += bindings
    if next == nil { flush(&writer) }
  }

  mutating func flush(_ writer: inout SwiftWriter) {
    guard !pending.isEmpty else { return }
    writer.line("let \(pending.joined(separator: ", "))")
    pending = []
    next?.line += 1
  }

  /// What follows stands for itself.
  mutating func end(_ writer: inout SwiftWriter) {
    flush(&writer)
    if next != nil { writer.endSource() }
    next = nil
    pendingPosition = nil
  }
}
