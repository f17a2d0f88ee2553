import RulesLanguage

/// Random resolved programs, small enough to write every state down.
///
/// `T` has facts, an each `e` and relateds `r` and `q`; `V` has an each `g` over `T.e`. Conditions use
/// everything: Ints, chains with and without a number, enums, defines, names and enums of related
/// tasks, quantifiers; waits have causes, and clauses are over others.
struct RandomProgram {
  private var random: SeededGenerator
  private var line = 0

  static func make(seed: UInt64) -> Program {
    var maker = RandomProgram(random: SeededGenerator(seed: seed))
    return maker.program()
  }

  private mutating func position() -> SourcePosition {
    line += 1
    return SourcePosition(file: 0, line: line, column: 1)
  }

  private mutating func program() -> Program {
    var t = TaskModel(name: "T", doc: nil, position: position())
    t.relateds = [
      RelatedModel(
        name: "r", task: "T", isOptional: true, absent: ["x"], position: position()),
      RelatedModel(
        name: "q", task: "T", isOptional: false, absent: [], position: position()),
    ]
    t.body.variables = variables(prefix: "t", limit: 2)
    var e = each("e", .swift(type: "E"), limit: 2)
    let taskView = View(task: t.body.variables)
    let elementView = View(task: t.body.variables, element: e.body.variables)
    t.body.always = always(taskView, chance: 40)
    e.body.always = always(elementView, chance: 60)
    e.body.defines = defines("ed", elementView)
    var clauseView = elementView
    clauseView.defines = e.body.defines.map { (.element, $0.name) }
    clauseView.hasRelated = true
    clauseView.relatedEnum = t.body.variables.first(where: \.isEnum)?.name
    clauseView.quantified = ("e", elementView)
    t.body.defines = defines("td", taskView)
    e.body.clauses = clauses("e", clauseView)
    var taskClauses = taskView
    taskClauses.defines = t.body.defines.map { (.task, $0.name) }
    taskClauses.hasRelated = true
    taskClauses.relatedEnum = clauseView.relatedEnum
    taskClauses.quantified = ("e", elementView)
    t.body.clauses = clauses("t", taskClauses)
    if random.chance(30) { t.body.events = [event("tick", taskClauses)] }
    t.eaches = [e]

    var v = TaskModel(name: "V", doc: nil, position: position())
    v.body.variables = variables(prefix: "v", limit: 1)
    var g = each("g", .each(task: "T", each: "e"), limit: 1)
    var visitor = View(task: v.body.variables, element: g.body.variables)
    visitor.foreignTask = t.body.variables
    visitor.foreignElement = e.body.variables
    g.body.always = always(visitor, chance: 40)
    var visitorClauses = visitor
    visitorClauses.defines =
      e.body.defines.map { (.foreignElement, $0.name) }
      + t.body.defines.map { (.foreignTask, $0.name) }
    if random.chance(50) { visitorClauses.quantified = ("g", visitor) }
    g.body.clauses = clauses("g", visitorClauses)
    v.eaches = [g]

    return Program(
      files: [SourceFile(path: "random.rules", text: "")], swiftImports: [[]],
      enums: [
        EnumModel(
          name: "Color", values: ["red", "green", "blue"], isExtern: false, doc: nil,
          position: position())
      ],
      tasks: [t, v], pools: [])
  }

  private mutating func each(_ name: String, _ element: EachModel.Element, limit: Int) -> EachModel
  {
    var each = EachModel(
      name: name, element: element, collection: SwiftText("all", at: position()), doc: nil,
      position: position(), body: ScopeBody())
    each.body.variables = variables(prefix: name, limit: limit)
    return each
  }

  private mutating func variables(prefix: String, limit: Int) -> [VariableModel] {
    (0..<Int.random(in: 1...limit, using: &random)).map { index in
      let name = "\(prefix)\(index)"
      let kind: VariableModel.Kind
      switch Int.random(in: 0..<6, using: &random) {
      case 0, 1: kind = .bool
      case 2: kind = .enumeration("Color")
      case 3: kind = .integer(integerDomain())
      default:
        let links: [VariableModel.ChainLink] =
          random.chance(70)
          ? [.lessOrEqual] : [random.pick([.less, .lessOrEqual]), .lessOrEqual]
        var members = (0...links.count).map { "\(name)m\($0)" }
        if links.count > 1 && random.chance(60) { members[random.pick([0, 1, 2])] = "0" }
        kind = .chain(members: members, links: links)
      }
      return VariableModel(
        name: name, kind: kind, initially: nil, swift: nil, isStable: false, doc: nil,
        position: position())
    }
  }

  /// Two or three intervals, with ends or without.
  private mutating func integerDomain() -> IntegerDomain {
    let cuts = random.chance(50) ? [5] : [5, 6]
    return IntegerDomain(
      lower: random.chance(50) ? 0 : nil, upper: random.chance(50) ? 9 : nil, cuts: cuts)
  }

  private mutating func event(_ name: String, _ view: View) -> EventModel {
    EventModel(
      name: name, label: nil, isFair: false, condition: condition(view, depth: 1), effects: [],
      doc: nil, position: position())
  }

  /// What a condition may mention.
  private struct View {
    var task: [VariableModel] = []
    var element: [VariableModel] = []
    var foreignTask: [VariableModel] = []
    var foreignElement: [VariableModel] = []
    var defines: [(FactReference.Owner, String)] = []
    var hasRelated = false
    /// An enum fact of the task, seen through `q`.
    var relatedEnum: String?
    var quantified: (each: String, Any)?

    var variables: [(FactReference.Owner, VariableModel)] {
      task.map { (.task, $0) } + element.map { (.element, $0) }
        + foreignTask.map { (.foreignTask, $0) } + foreignElement.map { (.foreignElement, $0) }
    }
  }

  private mutating func condition(_ view: View, depth: Int) -> Condition {
    if depth == 0 || random.chance(25) { return atom(view) }
    let count = Int.random(in: 1...3, using: &random)
    func parts(_ maker: inout Self) -> [Condition] {
      (0..<count).map { _ in maker.condition(view, depth: depth - 1) }
    }
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1, 2: return .and(parts(&self))
    case 3, 4: return .or(parts(&self))
    case 5: return .oneOf(parts(&self))
    default: return .not(condition(view, depth: depth - 1))
    }
  }

  private mutating func atom(_ view: View) -> Condition {
    if let (owner, name) = view.defines.randomElement(using: &random), random.chance(15) {
      return .define(owner, name)
    }
    if let name = view.relatedEnum, random.chance(15) {
      return .relatedIn(
        "q", name, values: ["red", "green", "blue"].filter { _ in random.chance(45) })
    }
    if view.hasRelated, random.chance(15) { return .related("r", random.pick(["x", "y"])) }
    if let (each, body) = view.quantified, let body = body as? View, random.chance(25) {
      return .quantified(
        random.pick([.all, .some, .none]), each: each, condition(body, depth: 1))
    }
    let (owner, variable) = random.pick(view.variables)
    switch variable.kind {
    case .bool: return .fact(FactReference(owner, variable.name))
    case .enumeration:
      let values = ["red", "green", "blue"].filter { _ in random.chance(45) }
      return .isIn(FactReference(owner, variable.name), values: values)
    case .integer(let domain):
      let fact = FactReference(owner, variable.name)
      let cut = random.pick(domain.cuts)
      if domain.cuts.count == 2, random.chance(30) {
        return .compareNumber(fact, random.pick([.equal, .notEqual]), 5)
      }
      return random.chance(50)
        ? .compareNumber(fact, random.pick([.less, .greaterOrEqual]), cut)
        : .compareNumber(fact, random.pick([.lessOrEqual, .greater]), cut - 1)
    case .chain(let members, _):
      let facts = members.filter { $0 != "0" }
      return .compare(
        FactReference(owner, random.pick(facts)),
        random.pick([.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]),
        FactReference(owner, random.pick(members)))
    }
  }

  private mutating func always(_ view: View, chance: Int) -> [AlwaysModel] {
    guard random.chance(chance) else { return [] }
    return [
      AlwaysModel(
        label: nil, condition: .or([condition(view, depth: 1), condition(view, depth: 1)]),
        text: "random", position: position())
    ]
  }

  private mutating func defines(_ name: String, _ view: View) -> [DefineModel] {
    [
      DefineModel(
        name: name, condition: condition(view, depth: 2), isStable: false, doc: nil,
        position: position())
    ]
  }

  private mutating func clauses(_ prefix: String, _ view: View) -> [ClauseModel] {
    let count = Int.random(in: 2...5, using: &random)
    var names: [String] = []
    return (0..<count).map { index in
      let kind: ClauseModel.Kind
      var name = "\(prefix)C\(index)"
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1: kind = .rule(action: SwiftText("act()", at: position()), effects: [])
      case 2: kind = .wait(causes: causes(view), warnAfterMilliseconds: nil)
      default:
        kind = .goal
        name = names.contains("goal") ? "goal\(index)" : "goal"
      }
      var over = names.isEmpty || random.chance(50) ? [] : [random.pick(names)]
      if random.chance(10) { over.append("goal") }
      if case .goal = kind { over = [] }
      names.append(name)
      return ClauseModel(
        name: name, label: nil, kind: kind, over: over, condition: condition(view, depth: 2),
        doc: nil, position: position())
    }
  }

  private mutating func causes(_ view: View) -> [Cause] {
    if view.hasRelated, random.chance(20) { return [.related(related: "r", name: "z")] }
    let bools = (view.task + view.element).filter(\.isBool)
    guard let fact = bools.first, random.chance(40) else { return [.event("tick")] }
    return [.name(fact.name)]
  }
}

extension VariableModel {
  fileprivate var isEnum: Bool {
    if case .enumeration = kind { return true }
    return false
  }

  fileprivate var isBool: Bool {
    if case .bool = kind { return true }
    return false
  }
}
