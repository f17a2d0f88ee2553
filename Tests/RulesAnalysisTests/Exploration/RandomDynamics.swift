import RulesLanguage

/// Random resolved programs with events, effects, promises and neighbours, small enough to explore
/// by hand.
///
/// `T` has facts, eaches `e` and sometimes `f`, and a related `r`; `V` has an each `g` over `T.e`
/// and sometimes a related `t` of `T`.
struct RandomDynamics {
  private var random: SeededGenerator
  private var line = 0

  static func make(seed: UInt64) -> Program {
    var maker = RandomDynamics(random: SeededGenerator(seed: seed))
    return maker.program()
  }

  private mutating func position() -> SourcePosition {
    line += 1
    return SourcePosition(file: 0, line: line, column: 1)
  }

  /// What conditions and effects of a scope may mention.
  private struct View {
    var facts: [(FactReference.Owner, VariableModel)] = []
    var defines: [(FactReference.Owner, String)] = []
    var related: [String] = []
    /// Eaches to quantify over, with what their bodies may mention.
    var quantified: [(each: String, facts: [(FactReference.Owner, VariableModel)])] = []
    /// At task level, facts of all elements.
    var everywhere: [(each: String, VariableModel)] = []
    /// Facts of related tasks that may be set.
    var settable: [(related: String, VariableModel)] = []
    var events: [String] = []
  }

  private mutating func program() -> Program {
    var t = TaskModel(name: "T", doc: nil, position: position())
    let isOptional = random.chance(60)
    t.relateds = [
      RelatedModel(
        name: "r", task: "T", isOptional: isOptional, absent: [], position: position())
    ]
    t.body.variables = variables("t", Int.random(in: 1...2, using: &random))
    let task = t.body.variables.map { (FactReference.Owner.task, $0) }
    var e = each("e", .swift(type: "E"), Int.random(in: 1...2, using: &random))
    let element = e.body.variables.map { (FactReference.Owner.element, $0) }
    t.body.always = always(task, 25)
    e.body.always = always(task + element, 40)

    var plain = View(facts: task)
    if random.chance(35) { plain.quantified = [("e", task + element)] }
    t.body.defines = [
      define("x", plain, isStable: random.chance(25)),
      define("y", View(facts: task), isStable: false),
    ]
    e.body.defines = [define("ed", View(facts: task + element), isStable: random.chance(20))]

    let settable = t.body.variables.filter { if case .bool = $0.kind { true } else { false } }
    var view = View(facts: task, defines: [(.task, "x"), (.task, "y")])
    if random.chance(35) { view.related = [random.pick(["x", "y"])] }
    if random.chance(30) { view.settable = settable.map { ("r", $0) } }
    var elementView = view
    elementView.facts = task + element
    elementView.defines = [(.element, "ed"), (.task, "y")]
    elementView.settable = random.chance(15) ? view.settable : []
    if random.chance(30) { elementView.quantified = [("e", task + element)] }
    view.everywhere = e.body.variables.map { ("e", $0) }
    if random.chance(30) { view.quantified = [("e", task + element)] }
    t.body.events = events("t", view)
    elementView.events = t.body.events.map(\.name)
    view.events = elementView.events
    if random.chance(65) { t.body.clauses = clauses("t", view) }
    e.body.events = events("e", elementView)
    elementView.events += e.body.events.map(\.name)
    e.body.clauses = clauses("e", elementView)
    t.eaches = [e]
    if random.chance(25) {
      var f = each("f", .swift(type: "F"), 1)
      var other = View(facts: task + f.body.variables.map { (.element, $0) })
      if random.chance(40) { other.quantified = [("e", task + element)] }
      f.body.events = events("f", other)
      other.events = t.body.events.map(\.name)
      f.body.clauses = clauses("f", other)
      t.eaches.append(f)
    }

    return Program(
      files: [SourceFile(path: "random.rules", text: "")], swiftImports: [[]],
      enums: [
        EnumModel(
          name: "Color", values: ["red", "green", "blue"], isExtern: false, doc: nil,
          position: position())
      ],
      tasks: [t] + (random.chance(60) ? [visitor(t, e, settable)] : []), pools: [])
  }

  private mutating func visitor(
    _ t: TaskModel, _ e: EachModel, _ settable: [VariableModel]
  ) -> TaskModel {
    var v = TaskModel(name: "V", doc: nil, position: position())
    v.body.variables = variables("v", Int.random(in: 0...1, using: &random))
    var g = each("g", .each(task: "T", each: "e"), Int.random(in: 0...1, using: &random))
    let own =
      v.body.variables.map { (FactReference.Owner.task, $0) }
      + g.body.variables.map { (FactReference.Owner.element, $0) }
    let foreign =
      t.body.variables.map { (FactReference.Owner.foreignTask, $0) }
      + e.body.variables.map { (FactReference.Owner.foreignElement, $0) }
    g.body.always = always(own + foreign, 25)
    var view = View(facts: own + foreign, defines: [(.foreignElement, "ed")])
    if random.chance(25) { view.quantified = [("g", own + foreign)] }
    if random.chance(25) {
      v.relateds = [
        RelatedModel(name: "t", task: "T", isOptional: true, absent: [], position: position())
      ]
      view.settable = settable.map { ("t", $0) }
    }
    g.body.events = events("g", view)
    view.events = g.body.events.map(\.name)
    g.body.clauses = clauses("g", view)
    if random.chance(30), !v.body.variables.isEmpty {
      var task = View(facts: v.body.variables.map { (.task, $0) })
      task.settable = view.settable
      if random.chance(40) { task.quantified = [("g", own + foreign)] }
      v.body.clauses = clauses("v", task)
    }
    v.eaches = [g]
    return v
  }

  private mutating func each(_ name: String, _ element: EachModel.Element, _ count: Int)
    -> EachModel
  {
    var each = EachModel(
      name: name, element: element, collection: SwiftText("all", at: position()), doc: nil,
      position: position(), body: ScopeBody())
    each.body.variables = variables(name, count)
    return each
  }

  private mutating func variables(_ prefix: String, _ count: Int) -> [VariableModel] {
    (0..<count).map { index in
      let name = "\(prefix)\(index)"
      let kind: VariableModel.Kind
      var initial = ["false", "true"]
      switch Int.random(in: 0..<8, using: &random) {
      case 0...3: kind = .bool
      case 4:
        kind = .enumeration("Color")
        initial = ["red", "green", "blue"]
      case 5:
        let lower = random.chance(50) ? 0 : nil
        kind = .integer(
          IntegerDomain(lower: lower, upper: random.chance(30) ? 6 : nil, cuts: [1, 3]))
        initial = ["1"]
      default:
        let links: [VariableModel.ChainLink] =
          random.chance(50)
          ? [.lessOrEqual] : [random.pick([.less, .lessOrEqual]), .lessOrEqual]
        var members = (0...links.count).map { "\(name)m\($0)" }
        // Each chain of a scope has a number of its own.
        if random.chance(25) { members[random.chance(50) ? 0 : 1] = "\(7 + index)" }
        kind = .chain(members: members, links: links)
        initial = links.contains(.less) ? [] : ["\(7 + index)"]
      }
      // An Int that starts with 1 needs the interval 1...1.
      var model = VariableModel(
        name: name, kind: kind, initially: nil, swift: nil, isStable: false, doc: nil,
        position: position())
      if random.chance(75) { model.initially = initial.isEmpty ? nil : random.pick(initial) }
      if case .integer(let domain) = kind, model.initially != nil {
        model.kind = .integer(
          IntegerDomain(lower: domain.lower, upper: domain.upper, cuts: [1, 2, 3]))
      }
      if case .bool = kind { model.isStable = random.chance(15) }
      return model
    }
  }

  private mutating func define(_ name: String, _ view: View, isStable: Bool) -> DefineModel {
    DefineModel(
      name: name, condition: condition(view, 1), isStable: isStable, doc: nil, position: position())
  }

  private mutating func always(
    _ facts: [(FactReference.Owner, VariableModel)], _ chance: Int
  ) -> [AlwaysModel] {
    guard random.chance(chance), !facts.isEmpty else { return [] }
    let view = View(facts: facts)
    return [
      AlwaysModel(
        label: nil, condition: .or([condition(view, 0), condition(view, 0)]), text: "random",
        position: position())
    ]
  }

  // MARK: Conditions

  private mutating func condition(_ view: View, _ depth: Int) -> Condition {
    if depth == 0 || random.chance(45) { return atom(view) }
    let parts = (0..<2).map { _ in condition(view, depth - 1) }
    switch Int.random(in: 0..<7, using: &random) {
    case 0...2: return .and(parts)
    case 3, 4: return .or(parts)
    case 5: return .oneOf(parts)
    default: return .not(parts[0])
    }
  }

  private mutating func atom(_ view: View) -> Condition {
    if !view.related.isEmpty, random.chance(30) { return .related("r", random.pick(view.related)) }
    if !view.defines.isEmpty, random.chance(12) {
      let (owner, name) = random.pick(view.defines)
      return .define(owner, name)
    }
    if let (each, facts) = view.quantified.first, random.chance(35) {
      let body = View(facts: facts)
      return .quantified(random.pick([.all, .some, .none]), each: each, condition(body, 0))
    }
    guard !view.facts.isEmpty else { return .constant(random.chance(50)) }
    let (owner, model) = random.pick(view.facts)
    let reference = FactReference(owner, model.name)
    switch model.kind {
    case .bool: return random.chance(50) ? .fact(reference) : .not(.fact(reference))
    case .enumeration:
      return .isIn(reference, values: ["red", "green", "blue"].filter { _ in random.chance(50) })
    case .integer(let domain):
      // Comparisons that the cuts are made for: on both sides of a number only where both are cut.
      return .compareNumber(
        reference, random.pick([.less, .greaterOrEqual]), random.pick(domain.cuts))
    case .chain(let members, _):
      return .compare(
        FactReference(owner, changeable(model)),
        random.pick([.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]),
        FactReference(owner, random.pick(members)))
    }
  }

  // MARK: Effects

  private mutating func effects(_ view: View) -> [Effect] {
    if random.chance(8) { return [] }
    return (0..<(random.chance(75) ? 1 : 2)).map { _ in
      if random.chance(12) { return .stay(afterMilliseconds: random.chance(50) ? 100 : nil) }
      var changes: [Change] = []
      for _ in 0..<(random.chance(65) ? 1 : 2) {
        let change = change(view)
        if !changes.contains(where: { $0.target == change?.target }), let change {
          changes.append(change)
        }
      }
      return changes.isEmpty ? .stay(afterMilliseconds: nil) : .changes(changes)
    }
  }

  private mutating func change(_ view: View) -> Change? {
    if !view.settable.isEmpty, random.chance(35) {
      let (related, model) = random.pick(view.settable)
      return Change(.related(related, fact: model.name), to: value(model, model.name))
    }
    if !view.everywhere.isEmpty, random.chance(40) {
      let (each, model) = random.pick(view.everywhere)
      let member = changeable(model)
      return Change(.every(each: each, fact: member), to: value(model, member))
    }
    guard !view.facts.isEmpty else { return nil }
    let (owner, model) = random.pick(view.facts)
    let member = changeable(model)
    return Change(.fact(FactReference(owner, member)), to: value(model, member))
  }

  private mutating func changeable(_ model: VariableModel) -> String {
    guard case .chain(let members, _) = model.kind else { return model.name }
    return random.pick(members.filter { Int($0) == nil })
  }

  private mutating func value(_ model: VariableModel, _ member: String) -> Change.Value {
    if random.chance(10) { return .any }
    switch model.kind {
    case .bool: return .exactly(random.pick(["false", "true"]))
    case .enumeration:
      return random.chance(70)
        ? .exactly(random.pick(["red", "green", "blue"])) : .anyOf(["red", "blue"])
    case .integer:
      if random.chance(40) { return .exactly(random.pick(["0", "1", "2", "5"])) }
      return .range(
        from: random.pick(["min", member, member, "1"]), includesFrom: random.chance(50),
        to: random.pick(["max", member, "3"]), includesTo: random.chance(50))
    case .chain(let members, _):
      let number = members.first { Int($0) != nil } ?? "7"
      if random.chance(50) { return .exactly(random.pick(members + [number])) }
      return .range(
        from: random.pick(members + ["min", number]), includesFrom: random.chance(50),
        to: random.pick(members + ["max", number]), includesTo: random.chance(50))
    }
  }

  private mutating func events(_ prefix: String, _ view: View) -> [EventModel] {
    (0..<Int.random(in: 0...1, using: &random)).map { index in
      EventModel(
        name: "\(prefix)Event\(index)", label: nil, isFair: random.chance(50),
        condition: condition(view, 1), effects: effects(view), doc: nil, position: position())
    }
  }

  private mutating func clauses(_ prefix: String, _ view: View) -> [ClauseModel] {
    var names: [String] = []
    return (0..<Int.random(in: 2...4, using: &random)).map { index in
      let kind: ClauseModel.Kind
      var name = "\(prefix)C\(index)"
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1: kind = .rule(action: SwiftText("act()", at: position()), effects: effects(view))
      case 2: kind = .wait(causes: [cause(view)], warnAfterMilliseconds: nil)
      default:
        kind = .goal
        name = names.contains("goal") ? "goal\(index)" : "goal"
      }
      var over = names.isEmpty || random.chance(50) ? [] : [random.pick(names)]
      if case .goal = kind { over = [] }
      names.append(name)
      return ClauseModel(
        name: name, label: nil, kind: kind, over: over, condition: condition(view, 1), doc: nil,
        position: position())
    }
  }

  private mutating func cause(_ view: View) -> Cause {
    if !view.events.isEmpty, random.chance(50) { return .event(random.pick(view.events)) }
    if !view.related.isEmpty, random.chance(50) {
      return .related(related: "r", name: random.pick(view.related))
    }
    let names =
      view.defines.map(\.1)
      + view.facts.compactMap { if case .bool = $0.1.kind { $0.1.name } else { nil } }
    return names.isEmpty ? .event("never") : .name(random.pick(names))
  }
}
