/// Binds every name of a program and checks every type: syntax trees to the model.
///
/// All errors are reported in one run. What depends on a name that is itself in error is not
/// reported again: such names are `unusable`, and a scope in which a syntax error swallowed
/// something (`isDamaged`) reports no unknown names.
struct Resolver {
  /// What the name of a type, task or pool stands for.
  enum TypeMeaning {
    case bool
    case int
    case pool
    /// Declared as two different things: whatever uses it is not reported again.
    case ambiguous
    /// Index into `enums`.
    case enumeration(Int)
    /// Index into `tasks`.
    case task(Int)

    var kind: String {
      switch self {
      case .bool, .int: "a built-in type"
      case .enumeration: "an enum"
      case .task: "a task"
      case .pool: "a pool"
      case .ambiguous: "two things"
      }
    }
  }

  let trees: [FileSyntax]
  /// Some declaration of a file could not be read, so unknown types and tasks may be in it.
  let isDamaged: Bool
  var diagnostics: [Diagnostic] = []
  private var suggestionCost = 0

  var types: [String: TypeMeaning] = ["Bool": .bool, "Int": .int]
  var enums: [EnumModel] = []
  /// Those of which a syntax error swallowed some values.
  var damagedEnums: Set<Int> = []
  var taskTrees: [TaskSyntax] = []
  var chains: [Chain] = []
  var integers: [IntegerFact] = []
  /// Names directly in each task, and in its eaches.
  var tables: [ScopeID: NameTable] = [:]
  /// For each task and name, the eaches in which it stands.
  var eachesByName: [[String: [Int]]] = []
  /// For each task, whether a syntax error swallowed something in one of its eaches.
  var hasDamagedEach: [Bool] = []
  /// For an each over another task's each: that each.
  var foreign: [ScopeID: ScopeID] = [:]
  var variables: [ScopeID: [VariableModel]] = [:]
  var views: [ScopeID: View] = [:]
  var purity = PurityChecks()
  var records = NameRecords()
  /// The last fact that was compared with a value in the condition at hand, and its enum: in
  /// `colour == red or green` it is meant again.
  var compared: (path: String, enumeration: Int)?

  init(trees: [FileSyntax]) {
    self.trees = trees
    isDamaged = trees.contains { $0.isDamaged }
  }

  /// - Parameter asking: called when all names are known, and before Ints are finished.
  /// - Returns: the program, meaningful only if `diagnostics` stay without an error.
  mutating func resolve(
    files: [SourceFile], asking: (inout Resolver) -> Void = { _ in }
  ) -> Program {
    collectTypes()
    collectNames()
    var tasks = taskTrees.indices.map { resolveTask($0) }
    asking(&self)
    checkPurity()
    checkChainNumbers()
    for task in tasks.indices {
      finishIntegers(&tasks[task].body, ScopeID(task: task, each: nil))
      for each in tasks[task].eaches.indices {
        finishIntegers(&tasks[task].eaches[each].body, ScopeID(task: task, each: each))
      }
    }
    let pools = resolvePools()
    let imports = trees.map { tree in
      tree.imports.compactMap { item in
        if case .module(let name) = item.target { name } else { nil }
      }
    }
    return Program(files: files, swiftImports: imports, enums: enums, tasks: tasks, pools: pools)
  }

  // MARK: Errors

  mutating func report(
    _ code: String, at position: SourcePosition, _ message: String,
    notes: [Diagnostic.Note] = [], fixes: [Diagnostic.Fix] = []
  ) {
    diagnostics.append(Diagnostic(code, at: position, message, notes: notes, fixes: fixes))
  }

  mutating func unsupported(_ construct: String, at position: SourcePosition) {
    report("unsupported", at: position, "\(construct) is not supported by this version")
  }

  /// Where the nearest name is looked for. Lists are made only when they are needed.
  enum Candidates {
    case list([String])
    case view(View)
    case table(NameTable)
    case tasks
    case factTypes
  }

  /// Reports that no such name is known, with the nearest one.
  mutating func unknown(_ name: NameSyntax, _ what: String, among candidates: Candidates) {
    var message = "\(what) `\(name.text)`"
    var fixes: [Diagnostic.Fix] = []
    if let nearest = nearest(to: name, among: candidates) {
      message += "; did you mean `\(nearest)`?"
      fixes = [.replace(name.range, with: nearest)]
    }
    report("unknown-name", at: name.position, message, fixes: fixes)
  }

  /// The name that is most likely meant, as long as looking for it is cheap.
  private mutating func nearest(to name: NameSyntax, among candidates: Candidates) -> String? {
    guard suggestionCost < Limits.suggestionCost else { return nil }
    let names = list(candidates)
    suggestionCost += nearestNameCost(name.text, among: names)
    return nearestName(to: name.text, among: names)
  }

  private func list(_ candidates: Candidates) -> [String] {
    switch candidates {
    case .list(let names): names
    case .view(let view): view.names
    case .table(let table): table.meanings.keys.sorted()
    case .tasks: types.filter { $0.value.isTask }.keys.sorted()
    case .factTypes: types.filter { $0.value.isFactType }.keys.sorted()
    }
  }
}

extension Resolver.TypeMeaning {
  /// Nil for what no file declares.
  var symbolKind: SymbolIndex.Symbol.Kind? {
    switch self {
    case .bool, .int, .ambiguous: nil
    case .pool: .pool
    case .enumeration: .enumeration
    case .task: .task
    }
  }

  var isTask: Bool { if case .task = self { true } else { false } }

  /// A fact can have this type.
  var isFactType: Bool {
    switch self {
    case .bool, .int, .enumeration: true
    case .task, .pool, .ambiguous: false
    }
  }
}
