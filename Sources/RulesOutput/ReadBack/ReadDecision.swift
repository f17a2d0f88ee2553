import RulesAnalysis
import RulesLanguage

/// The generated methods of one scope, read back into one function of the state.
struct DecisionReader {
  /// `turn.fire(ReplicaLeaf.R1, ...)`
  struct End: Hashable {
    var call: String
    var leaf: String
    /// Reported only if no wait came before.
    var unlessWaiting = false
  }

  private(set) var functions: StateFunctions
  private var conditions: ConditionReader
  private let lazies: Set<String>
  /// The lines of each method, by name.
  private let methods: [String: [Substring]]
  /// What leaves stand for: the ends of one evaluation, in order.
  private(set) var ends: [[End]] = [[]]
  private var known: [[End]: Int] = [[]: 0]
  private var done: [Key: Int] = [:]
  private var depth = 0

  private struct Key: Hashable {
    var method: String
    var read: Set<String>
  }

  /// Why the text could not be read back.
  enum Failure: Error {
    case unreadable(String)
    case tooMany
  }

  init(_ names: ScopeNames, order: [Int], methods: [String: [Substring]]) {
    functions = StateFunctions(order: order, sizes: names.space.variables.map(\.values.count))
    conditions = ConditionReader(names)
    self.methods = methods
    lazies = Set(
      names.space.variables.indices.filter { names.space.variables[$0].isLazy }
        .flatMap { names.properties($0).map { swiftName($0.name) } })
  }

  /// The function of a method: its leaves index `ends`.
  mutating func read(_ method: String) throws(Failure) -> Int {
    try read(method, read: [])
  }

  /// What a condition of the text means.
  mutating func read(condition: String) throws(Failure) -> Int {
    try function(of: condition, read: lazies)
  }

  /// A function of the analysis among those of the text.
  mutating func convert(
    _ root: DecisionDiagram.Node, of diagram: DecisionDiagram
  ) throws(Failure) -> Int {
    do { return try functions.convert(root, of: diagram) } catch { throw .tooMany }
  }

  /// The condition that `condition` holds and `other` does not.
  mutating func exclude(_ other: Int, from condition: Int) throws(Failure) -> Int {
    try choose(other, StateFunctions.never, condition)
  }

  /// The statements of a method.
  func statements(of method: String) throws(Failure) -> [ReadStatement] {
    guard let lines = methods[method] else { throw .unreadable("no method \(method)") }
    var reader = StatementReader(lines)
    do {
      return try reader.read()
    } catch {
      throw .unreadable(error.line)
    }
  }

  private mutating func read(
    _ method: String, read: Set<String>
  ) throws(Failure) -> Int {
    let key = Key(method: method, read: read)
    if let function = done[key] { return function }
    // Methods that call each other in a circle decide nothing.
    guard depth < 500 else { throw .unreadable("calls of \(method)") }
    depth += 1
    let function = try value(of: try statements(of: method)[...], then: 0, read: read)
    depth -= 1
    done[key] = function
    return function
  }

  /// The function of some statements and what follows them.
  /// - Parameters:
  ///   - rest: the function of what follows.
  ///   - read: the lazy properties that have a value.
  private mutating func value(
    of statements: ArraySlice<ReadStatement>, then rest: Int, read: Set<String>
  ) throws(Failure) -> Int {
    guard let first = statements.first else { return rest }
    let others = statements.dropFirst()
    switch first {
    case .return: return try constant([])
    case .read(let property):
      return try value(of: others, then: rest, read: read.union([property]))
    case .call(let method):
      guard others.isEmpty, rest == (try constant([])) else {
        throw .unreadable("statements after \(method)")
      }
      return try self.read(method, read: read)
    case .end(let call, let leaf):
      let after = try value(of: others, then: rest, read: read)
      return try map(after) { [End(call: call, leaf: leaf)] + $0 }
    case .isWaiting:
      let after = try value(of: others, then: rest, read: read)
      return try map(after) { ends in ends.filter { !$0.unlessWaiting } }
    case .ifElse("!isWaiting", let then, _):
      let inner = try value(of: then[...], then: rest, read: read)
      return try map(inner) { ends in
        ends.map { End(call: $0.call, leaf: $0.leaf, unlessWaiting: true) }
      }
    case .ifElse(let text, let then, let otherwise):
      let condition = try function(of: text, read: read)
      let after = try value(of: others, then: rest, read: read)
      let yes = try value(of: then[...], then: after, read: read)
      let no = try value(of: otherwise[...], then: after, read: read)
      return try choose(condition, yes, no)
    case .select(let name, let cases):
      let after = try value(of: others, then: rest, read: read)
      return try select(name, cases, after, read)
    }
  }

  /// A `switch`: a value that no case names goes on after it.
  private mutating func select(
    _ name: String, _ cases: [(values: [String], body: [ReadStatement])], _ after: Int,
    _ read: Set<String>
  ) throws(Failure) -> Int {
    var result = after
    for part in cases.reversed() {
      let body = try value(of: part.body[...], then: after, read: read)
      let text = part.values.map { "now.\(name) == .\($0)" }.joined(separator: " || ")
      result = try choose(try function(of: text, read: read), body, result)
    }
    return result
  }

  private mutating func function(of text: String, read: Set<String>) throws(Failure) -> Int {
    let function: Int
    do {
      function = try conditions.read(text, &functions)
    } catch {
      switch error {
      case .unreadable(let text): throw .unreadable(text)
      case .tooMany: throw .tooMany
      }
    }
    let unread = conditions.asked.intersection(lazies).subtracting(read)
    if let first = unread.min() { throw .unreadable("\(first), before it was read") }
    return function
  }

  private mutating func choose(_ a: Int, _ b: Int, _ c: Int) throws(Failure) -> Int {
    do { return try functions.choose(a, b, c) } catch { throw .tooMany }
  }

  private mutating func constant(_ list: [End]) throws(Failure) -> Int {
    do { return try functions.constant(number(of: list)) } catch { throw .tooMany }
  }

  private mutating func map(
    _ function: Int, _ change: ([End]) -> [End]
  ) throws(Failure) -> Int {
    var (ends, known) = (self.ends, self.known)
    let result: Int
    do {
      result = try functions.map(function) { leaf in
        let list = change(ends[leaf])
        if let number = known[list] { return number }
        known[list] = ends.count
        ends.append(list)
        return ends.count - 1
      }
    } catch {
      throw .tooMany
    }
    (self.ends, self.known) = (ends, known)
    return result
  }

  private mutating func number(of list: [End]) -> Int {
    if let number = known[list] { return number }
    known[list] = ends.count
    ends.append(list)
    return ends.count - 1
  }
}
