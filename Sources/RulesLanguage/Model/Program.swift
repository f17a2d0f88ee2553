// The resolved model: what a program means once every name is bound and every type is checked.
// The parser makes a syntax tree, `Resolver` makes this, and all analysis starts from this.

/// All files of one compilation, resolved. Nothing in it refers to a name that does not exist.
public struct Program: Sendable {
  public var files: [SourceFile]
  /// The Swift modules that each file imports, in text order; same indices as `files`.
  public var swiftImports: [[String]]
  public var enums: [EnumModel]
  public var tasks: [TaskModel]
  public var pools: [PoolModel]

  public init(
    files: [SourceFile], swiftImports: [[String]], enums: [EnumModel], tasks: [TaskModel],
    pools: [PoolModel]
  ) {
    self.files = files
    self.swiftImports = swiftImports
    self.enums = enums
    self.tasks = tasks
    self.pools = pools
  }
}

/// `enum Server { none, chosen }`
public struct EnumModel: Sendable {
  public var name: String
  public var values: [String]
  /// Declared in Swift; the rules list its values again.
  public var isExtern: Bool
  /// Its `///` comment.
  public var doc: String?
  /// Where its name stands.
  public var position: SourcePosition

  public init(
    name: String, values: [String], isExtern: Bool, doc: String?, position: SourcePosition
  ) {
    self.name = name
    self.values = values
    self.isExtern = isExtern
    self.doc = doc
    self.position = position
  }
}
