import RulesAnalysis
import RulesLanguage

/// Reads a condition of generated code: comparisons of `now`'s properties under `!`, `&&`, `||`,
/// brackets and `oneOf`.
struct ConditionReader {
  /// What a property of `now` is: a variable, and which member of a chain.
  struct Property {
    var variable: Int
    var member: Int
  }

  private let space: StateSpace
  /// By name, as Swift has it.
  let properties: [String: Property]
  private var tokens: [Substring] = []
  private var next = 0
  /// The properties that the last condition asked for.
  private(set) var asked: Set<String> = []

  /// Why a condition could not be read, or is not about the state's values.
  enum Failure: Error {
    case unreadable(String)
    case tooMany
  }

  init(_ names: ScopeNames) {
    space = names.space
    var properties: [String: Property] = [:]
    for (index, variable) in names.space.variables.enumerated() {
      for property in names.properties(index) {
        let member = property.fact.flatMap { variable.members.firstIndex(of: $0) } ?? 0
        properties[swiftName(property.name)] = Property(variable: index, member: member)
      }
    }
    self.properties = properties
  }

  /// The condition as a function.
  mutating func read(
    _ text: String, _ functions: inout StateFunctions
  ) throws(Failure) -> Int {
    tokens = Self.tokens(of: text)
    next = 0
    asked = []
    do {
      let result = try disjunction(&functions)
      if next < tokens.count { throw Failure.unreadable(text) }
      return result
    } catch let failure as Failure {
      throw failure
    } catch {
      throw .tooMany
    }
  }

  private static func tokens(of text: String) -> [Substring] {
    var tokens: [Substring] = []
    var rest = text[...]
    while let first = rest.first {
      if first == " " {
        rest = rest.dropFirst()
        continue
      }
      let isWord = first.isLetter || first.isNumber || "._`-".contains(first)
      let token =
        isWord
        ? rest.prefix { $0.isLetter || $0.isNumber || "._`-".contains($0) }
        : "(),".contains(first)
          ? rest.prefix(1)
          : first == "!" && !rest.hasPrefix("!=")
            ? rest.prefix(1) : rest.prefix { "&|=!<>".contains($0) }
      if token.isEmpty { return tokens + [rest] }
      tokens.append(token)
      rest = rest[token.endIndex...]
    }
    return tokens
  }

  private mutating func disjunction(_ functions: inout StateFunctions) throws -> Int {
    var result = try conjunction(&functions)
    while take("||") { result = try functions.or(result, try conjunction(&functions)) }
    return result
  }

  private mutating func conjunction(_ functions: inout StateFunctions) throws -> Int {
    var result = try part(&functions)
    while take("&&") { result = try functions.and(result, try part(&functions)) }
    return result
  }

  private mutating func part(_ functions: inout StateFunctions) throws -> Int {
    if take("!") { return try functions.not(try part(&functions)) }
    if take("(") {
      let inner = try disjunction(&functions)
      guard take(")") else { throw unreadable }
      return inner
    }
    if take("true") { return StateFunctions.always }
    if take("false") { return StateFunctions.never }
    if take("oneOf") { return try oneOf(&functions) }
    return try comparison(&functions)
  }

  private mutating func oneOf(_ functions: inout StateFunctions) throws -> Int {
    guard take("(") else { throw unreadable }
    var none = StateFunctions.always
    var one = StateFunctions.never
    repeat {
      let holds = try disjunction(&functions)
      one = try functions.choose(holds, none, one)
      none = try functions.choose(holds, StateFunctions.never, none)
    } while take(",")
    guard take(")") else { throw unreadable }
    return one
  }

  // MARK: - Comparisons

  private enum Operand {
    case property(Property)
    case number(Int)
    case value(String)
  }

  private mutating func comparison(_ functions: inout StateFunctions) throws -> Int {
    let left = try operand()
    guard next < tokens.count,
      let relation = Condition.Relation(rawValue: String(tokens[next]))
    else {
      guard case .property(let property) = left, space.variables[property.variable].isBool else {
        throw unreadable
      }
      return try functions.literal(property.variable, in: [1])
    }
    next += 1
    let right = try operand()
    switch (left, right) {
    case (.property(let property), .value(let value)):
      let values = space.variables[property.variable].values
      guard let index = values.firstIndex(of: value) else { throw unreadable }
      let literal = try functions.literal(property.variable, in: [index])
      switch relation {
      case .equal: return literal
      case .notEqual: return try functions.not(literal)
      default: throw unreadable
      }
    case (.property(let property), .number(let number))
    where space.variables[property.variable].integer != nil:
      return try compare(property.variable, relation, number, &functions)
    default:
      return try compareMembers(left, relation, right, &functions)
    }
  }

  /// The intervals in which all numbers compare so; none may have both kinds.
  private func compare(
    _ variable: Int, _ relation: Condition.Relation, _ number: Int,
    _ functions: inout StateFunctions
  ) throws -> Int {
    let intervals = space.variables[variable].integer?.intervals ?? []
    var values: [Int] = []
    for (index, interval) in intervals.enumerated() {
      let lowest = interval.lower ?? .min
      let highest = interval.upper ?? .max
      let isConstant = relation.isOrder || !interval.contains(number) || lowest == highest
      let atLowest = relation.holds(lowest, number)
      guard isConstant, atLowest == relation.holds(highest, number) else { throw unreadable }
      if atLowest { values.append(index) }
    }
    return try functions.literal(variable, in: values)
  }

  private func compareMembers(
    _ left: Operand, _ relation: Condition.Relation, _ right: Operand,
    _ functions: inout StateFunctions
  ) throws -> Int {
    let variable: Int
    switch (left, right) {
    case (.property(let property), _), (_, .property(let property)): variable = property.variable
    default: throw unreadable
    }
    guard let chain = space.variables[variable].chain, let i = member(left, of: variable),
      let j = member(right, of: variable)
    else { throw unreadable }
    return try functions.literal(
      variable, in: (0..<chain.count).filter { chain.holds(i, relation, j, in: $0) })
  }

  private func member(_ operand: Operand, of variable: Int) -> Int? {
    switch operand {
    case .property(let property): property.variable == variable ? property.member : nil
    case .number(let number):
      space.variables[variable].members.firstIndex { fact in
        Int(fact.name.filter { $0 != "_" }) == number
      }
    case .value: nil
    }
  }

  private mutating func operand() throws -> Operand {
    guard next < tokens.count else { throw unreadable }
    let token = tokens[next]
    next += 1
    if token.hasPrefix("now.") {
      let name = String(token.dropFirst(4))
      guard let property = properties[name] else { throw unreadable }
      asked.insert(name)
      return .property(property)
    }
    if token.hasPrefix(".") { return .value(token.dropFirst().filter { $0 != "`" }) }
    guard let number = Int(token.filter { $0 != "_" }) else { throw unreadable }
    return .number(number)
  }

  private mutating func take(_ token: String) -> Bool {
    guard next < tokens.count, tokens[next] == token else { return false }
    next += 1
    return true
  }

  private var unreadable: Failure { .unreadable(tokens.joined(separator: " ")) }
}

extension Condition.Relation {
  /// Whether it is about more and less.
  fileprivate var isOrder: Bool { self != .equal && self != .notEqual }

  fileprivate func holds(_ a: Int, _ b: Int) -> Bool {
    switch self {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }
}
