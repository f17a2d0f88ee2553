/// Every name of a program with every place it stands: what an editor asks for. Made as well as it
/// can be also of text that is in error.
public struct SymbolIndex: Sendable {
  /// One thing that has a name.
  public struct Symbol: Hashable, Sendable {
    public enum Kind: String, Sendable {
      case enumeration, value, task, parameter, fact, define, related, each, event, rule, wait
      case goal, pool
    }

    public var kind: Kind
    public var name: String
    /// Where it is declared: `` for a type, `Rpc` for a value, `Segment`, `Segment.replica`.
    public var container: String

    public init(_ kind: Kind, _ name: String, in container: String) {
      self.kind = kind
      self.name = name
      self.container = container
    }
  }

  /// One place where a name stands.
  public struct Occurrence: Hashable, Sendable {
    public var symbol: Symbol
    public var range: SourceRange
    public var isDeclaration: Bool

    public init(_ symbol: Symbol, _ range: SourceRange, isDeclaration: Bool) {
      self.symbol = symbol
      self.range = range
      self.isDeclaration = isDeclaration
    }
  }

  /// The body of a task or of an each, and the names that can be seen in it.
  struct NamedScope: Sendable {
    var name: String
    /// From its `{` to behind its `}`.
    var range: SourceRange
    var symbols: [Symbol]
  }

  /// What stands behind names, as far as completion needs it.
  struct Types: Sendable {
    /// What is declared directly in something, in text order, by container.
    var members: [String: [Symbol]] = [:]
    /// What an enum fact or a member of a chain may be compared with.
    var values: [Symbol: [Symbol]] = [:]
    /// The container that a related or an each leads to.
    var containers: [Symbol: String] = [:]
  }

  /// What positions index.
  public var files: [SourceFile]
  /// By place.
  public var occurrences: [Occurrence]
  var scopes: [NamedScope] = []
  var types = Types()

  public init(files: [SourceFile], occurrences: [Occurrence]) {
    self.files = files
    self.occurrences = occurrences
  }

  /// The name at a place, or that ends there; nil when there is none.
  public func symbol(at position: SourcePosition) -> Occurrence? {
    var low = 0
    var high = occurrences.count
    while low < high {
      let middle = (low + high) / 2
      if occurrences[middle].range.end < position { low = middle + 1 } else { high = middle }
    }
    let near = occurrences[low...].prefix { $0.range.start <= position }
    return near.first { $0.range.contains(position) } ?? near.first { $0.range.end == position }
  }

  /// Every place where a symbol stands, its declarations among them, by place.
  public func occurrences(of symbol: Symbol) -> [Occurrence] {
    occurrences.filter { $0.symbol == symbol }
  }
}
