import RulesAnalysis

/// Swift tests that reach the states which tests have not seen: for each scope with such states its
/// facts as a structure, what somebody must be able to do to an instance as a protocol, and a test for
/// each sequence of moves. A state that a longer sequence has evaluated on its way has no test of its
/// own: every state of a sequence is expected.
///
/// The tests use a type `<Scope>TestDriver` that whoever has them compiled declares.
public func coverageTests(_ report: CoverageReport) -> String {
  var writer = SwiftWriter()
  writer.line("\(generatedFileMark)\(toolVersion): tests that reach states which none has seen.")
  writer.line("// Do not edit: `rulesc coverage --emit-tests` writes this file.")
  writer.line("// swift-format-ignore-file")
  writer.gap()
  writer.line("import Testing")
  for scope in report.scopes {
    let emission = TestEmission(scope)
    if !emission.ends.isEmpty { emission.emit(to: &writer) }
  }
  return writer.text
}

/// The tests of one scope.
private struct TestEmission {
  /// The most sequences of one scope; what is more is told.
  static let limit = 500

  let scope: ScopeCoverage
  /// The entries that no other unseen state's way leads through.
  let ends: [Int]
  /// `SegmentReplica`
  let stem: String
  /// For each variable its property.
  private let properties: [String]
  /// For each move the driver's method; nil for a rule of the scope.
  private let methods: [String?]

  init(_ scope: ScopeCoverage) {
    self.scope = scope
    let entries = scope.states.entries
    let unseen = entries.indices.filter {
      entries[$0].steps != nil && entries[$0].tests == 0 && !entries[$0].isExcepted
    }
    let rules = Set(scope.clauses.filter { $0.kind == "rule" }.map(\.name))
    // Evaluating a state in which a rule fires leaves it, so a sequence that goes on there with
    // another move has not seen it.
    var isPassed: Set<Int> = []
    var isFollowed: Set<Int> = []
    for index in unseen {
      var next = index
      while isFollowed.insert(next).inserted, let (entry, move) = entries[next].parent {
        if !entries[entry].fires || rules.contains(scope.states.moves[move]) {
          isPassed.insert(entry)
        }
        next = entry
      }
    }
    ends = scope.total.tests == nil ? [] : unseen.filter { !isPassed.contains($0) }
    stem = capitalized(camelCase(scope.name))
    var names = UniqueNames()
    properties = scope.states.variables.map { names.make(camelCase($0.name)) }
    var methodNames = UniqueNames(["evaluate", "fire", "facts", "init"])
    methods = scope.states.moves.map { move in
      rules.contains(move) ? nil : methodNames.make(camelCase(move))
    }
  }

  func emit(to writer: inout SwiftWriter) {
    writer.gap()
    writer.line("// MARK: \(scope.name), \(scope.file):\(scope.line)")
    emitFacts(to: &writer)
    emitProtocol(to: &writer)
    emitTests(to: &writer)
  }

  private func emitFacts(to writer: inout SwiftWriter) {
    writer.gap()
    writer.line("/// What the rules of \(scope.name) see.")
    writer.block("struct \(stem)Facts: Equatable, Sendable") { writer in
      for (variable, property) in zip(scope.states.variables, properties) {
        writer.line("/// `\(variable.name)`\(variable.isBool ? "" : ": " + values(of: variable))")
        writer.line("var \(swiftName(property)): \(variable.isBool ? "Bool" : "String")")
      }
    }
  }

  private func values(of variable: StateVariable) -> String {
    variable.values.map { "`\($0)`" }.joined(separator: ", ")
  }

  private func emitProtocol(to writer: inout SwiftWriter) {
    var used: Set<Int> = []
    for end in ends.prefix(Self.limit) { used.formUnion(path(to: end).compactMap(\.move)) }
    writer.gap()
    writer.line("/// What a test does to an instance to lead it from state to state.")
    writer.block("protocol \(stem)Driver") { writer in
      writer.line("/// A new instance whose facts are these.")
      writer.line("init(_ start: \(stem)Facts) throws")
      for (move, method) in methods.enumerated() where used.contains(move) {
        guard let method else { continue }
        writer.line("/// `\(scope.states.moves[move])` happens, so that the facts are these.")
        writer.line("mutating func \(swiftName(method))(_ then: \(stem)Facts) throws")
      }
      writer.line("/// Has the rules evaluated once, whatever they do.")
      writer.line("mutating func evaluate() throws")
      writer.line("/// Has the rules evaluated once: this rule fires, so that the facts are these.")
      writer.line("mutating func fire(_ rule: String, _ then: \(stem)Facts) throws")
      writer.line("/// The facts as they are.")
      writer.line("var facts: \(stem)Facts { get throws }")
    }
  }

  private func emitTests(to writer: inout SwiftWriter) {
    writer.gap()
    writer.line("@Suite(\(quoted("\(scope.name): states that no test has seen")))")
    writer.block("struct \(stem)StateTests") { writer in
      for (number, end) in ends.prefix(Self.limit).enumerated() {
        let path = path(to: end)
        let moves = path.compactMap(\.move).map { scope.states.moves[$0] }
        let title = moves.isEmpty ? "a new instance" : moves.joined(separator: ", ")
        if number > 0 { writer.gap() }
        writer.line("@Test(\(quoted(title)))")
        writer.block("func sequence\(number + 1)() throws") { writer in
          writer.line("\(path.count > 1 ? "var" : "let") facts = \(facts(path[0].entry))")
          writer.line("var driver = try \(stem)TestDriver(facts)")
          writer.line("#expect(try driver.facts == facts)")
          for (before, step) in zip(path, path.dropFirst()) {
            if !scope.states.entries[before.entry].fires { writer.line("try driver.evaluate()") }
            for change in changes(before.entry, step.entry) { writer.line(change) }
            guard let move = step.move else { continue }
            let call =
              methods[move].map { "\(swiftName($0))(facts)" }
              ?? "fire(\(quoted(scope.states.moves[move])), facts)"
            writer.line("try driver.\(call)")
            writer.line("#expect(try driver.facts == facts)")
          }
          writer.line("try driver.evaluate()")
        }
      }
      let rest = ends.count - min(ends.count, Self.limit)
      if rest > 0 { writer.line("// \(rest) more sequences are left out.") }
    }
  }

  /// The entries on the way to one, each with the move that leads to it.
  private func path(to end: Int) -> [(entry: Int, move: Int?)] {
    var path: [(entry: Int, move: Int?)] = []
    var next: Int? = end
    while let entry = next {
      let parent = scope.states.entries[entry].parent
      path.append((entry, parent?.move))
      next = parent?.entry
    }
    return path.reversed()
  }

  private func facts(_ entry: Int) -> String {
    let arguments = properties.indices.map { "\(properties[$0]): \(literal(entry, $0))" }
    return "\(stem)Facts(\(arguments.joined(separator: ", ")))"
  }

  private func changes(_ before: Int, _ after: Int) -> [String] {
    let entries = scope.states.entries
    return properties.indices.filter { entries[before].values[$0] != entries[after].values[$0] }
      .map { "facts.\(swiftName(properties[$0])) = \(literal(after, $0))" }
  }

  private func literal(_ entry: Int, _ variable: Int) -> String {
    let model = scope.states.variables[variable]
    let value = scope.states.entries[entry].values[variable]
    return model.isBool ? (value == 1 ? "true" : "false") : quoted(model.values[value])
  }
}

extension StateCatalogue.Entry {
  /// Whether evaluating the state has a rule fire.
  fileprivate var fires: Bool {
    switch stateClass.kind {
    case .rule, .overlap: true
    case .wait, .goal, .unhandled, .broken, .inconsistent: false
    }
  }
}

/// `prior.closed becomes true` as `priorClosedBecomesTrue`.
private func camelCase(_ text: String) -> String {
  let words = identifiers(in: text)
  guard let first = words.first else { return "value" }
  let name = uncapitalized(first) + words.dropFirst().map(capitalized).joined()
  return name.first?.isNumber == true ? "value" + name : name
}
