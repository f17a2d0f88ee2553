/// An Int fact that is compared with numbers only, while the program is being bound: every mention
/// cuts its number line.
struct IntegerFact: Sendable {
  var name: String
  /// Where it is declared.
  var scope: ScopeID
  /// The least value, inclusive; nil: no bound.
  var lower: Int?
  /// The greatest value, inclusive; nil: no bound.
  var upper: Int?
  /// Cut `c` stands between `c - 1` and `c`.
  private var cuts: Set<Int> = []

  init(name: String, scope: ScopeID) {
    self.name = name
    self.scope = scope
  }

  func allows(_ number: Int) -> Bool {
    (lower ?? .min) <= number && number <= (upper ?? .max)
  }

  mutating func cut(before number: Int) { cuts.insert(number) }

  /// Nothing is greater than the greatest Int.
  mutating func cut(after number: Int) {
    if number < .max { cuts.insert(number + 1) }
  }

  mutating func cut(around number: Int) {
    cut(before: number)
    cut(after: number)
  }

  mutating func cut(_ relation: Condition.Relation, _ number: Int) {
    switch relation {
    case .less, .greaterOrEqual: cut(before: number)
    case .lessOrEqual, .greater: cut(after: number)
    case .equal, .notEqual: cut(around: number)
    }
  }

  /// The intervals between the cuts inside the bounds.
  var domain: IntegerDomain {
    let inside = cuts.filter { $0 > lower ?? .min && $0 <= upper ?? .max }
    return IntegerDomain(lower: lower, upper: upper, cuts: inside.sorted())
  }
}

extension Resolver {
  /// `fact 0 <= n < 10 : Int`: one name, at most one number a side.
  mutating func resolveBoundedFact(
    _ terms: [ValueSyntax], _ links: [VariableModel.ChainLink], _ fact: FactSyntax,
    _ scope: ScopeID
  ) {
    checkStable(fact, false)
    guard let index = terms.firstIndex(where: { $0.kind == .name }) else {
      return report("type", at: terms[0].position, "there is no fact's name among these numbers")
    }
    let name = terms[index].name
    if index > 1 || terms.count > index + 2 {
      enter(name, .fact(.unusable), scope)
      return report(
        "type", at: terms[index > 1 ? 1 : index + 2].position,
        "`\(name.text)` has two numbers on one side; one bounds it")
    }
    var bounded = IntegerFact(name: name.text, scope: scope)
    var isEmpty = false
    if index == 1, let number = Int(terms[0].text) {
      let (lower, overflow) = number.addingReportingOverflow(links[0] == .less ? 1 : 0)
      bounded.lower = lower
      isEmpty = overflow
    }
    if terms.count > index + 1, let number = Int(terms[index + 1].text) {
      let (upper, overflow) = number.subtractingReportingOverflow(links[index] == .less ? 1 : 0)
      bounded.upper = upper
      isEmpty = isEmpty || overflow
    }
    if isEmpty || (bounded.lower ?? .min) > (bounded.upper ?? .max) {
      enter(name, .fact(.unusable), scope)
      return report(
        "type", at: terms[terms.count - 1].position,
        "no number lies between the bounds of `\(name.text)`")
    }
    resolveIntegers([bounded], [name], fact, scope)
  }

  /// Enters Int facts and the numbers they start with.
  mutating func resolveIntegers(
    _ facts: [IntegerFact], _ names: [NameSyntax], _ fact: FactSyntax, _ scope: ScopeID
  ) {
    var isWrong: Set<SourcePosition> = []
    let initially = initialValues(fact, for: names)
    for value in fact.initially where !checkInitialNumber(value, facts[0]) {
      isWrong.insert(value.position)
    }
    for ((integer, name), value) in zip(zip(facts, names), initially) {
      enter(name, .fact(.integer(integers.count)), scope)
      integers.append(integer)
      var start: String?
      if let value, !isWrong.contains(value.position), let number = Int(value.text) {
        integers[integers.count - 1].cut(around: number)
        start = value.text
      }
      declare(name, .integer(integer.domain), initially: start, fact, scope)
    }
  }

  private mutating func checkInitialNumber(_ value: ValueSyntax, _ fact: IntegerFact) -> Bool {
    switch value.kind {
    case .name: unknown(value.name, "an Int has no value", among: .list([]))
    case .boolean: report("type", at: value.position, "`\(value.text)` is no number")
    case .integer:
      guard let number = Int(value.text), !fact.allows(number) else { return true }
      report(
        "type", at: value.position, "`\(value.text)` is outside the bounds of `\(fact.name)`")
    }
    return false
  }

  /// Every mention is known now: the domains of one scope's Int facts become final.
  func finishIntegers(_ body: inout ScopeBody, _ scope: ScopeID) {
    for index in body.variables.indices {
      guard case .integer = body.variables[index].kind,
        case .fact(.integer(let fact))? = tables[scope]?.meanings[body.variables[index].name]
      else { continue }
      body.variables[index].kind = .integer(integers[fact].domain)
    }
  }
}
