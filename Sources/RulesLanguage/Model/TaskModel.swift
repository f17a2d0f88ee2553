/// A task: what stands directly in it, and its eaches.
public struct TaskModel: Sendable {
  public var name: String
  /// Its `///` comment.
  public var doc: String?
  /// Where its name stands.
  public var position: SourcePosition
  public var parameters: [ParameterModel] = []
  public var relateds: [RelatedModel] = []
  public var body: ScopeBody = ScopeBody()
  public var eaches: [EachModel] = []

  public init(name: String, doc: String?, position: SourcePosition) {
    self.name = name
    self.doc = doc
    self.position = position
  }
}

/// A parameter of a task: the Swift side gets it, rules cannot see it.
public struct ParameterModel: Sendable {
  public var name: String
  public var type: String
  public var isOptional: Bool

  public init(name: String, type: String, isOptional: Bool) {
    self.name = name
    self.type = type
    self.isOptional = isOptional
  }
}

/// `related prior : Segment? absent closed`
public struct RelatedModel: Sendable {
  public var name: String
  public var task: String
  public var isOptional: Bool
  /// Names that count as true when the related task is nil.
  public var absent: [String]
  /// Where its name stands.
  public var position: SourcePosition

  public init(
    name: String, task: String, isOptional: Bool, absent: [String], position: SourcePosition
  ) {
    self.name = name
    self.task = task
    self.isOptional = isOptional
    self.absent = absent
    self.position = position
  }
}

/// `each replica : Replica in replicas { ... }`
public struct EachModel: Sendable {
  public enum Element: Hashable, Sendable {
    /// Elements of a Swift type that belong to this task alone.
    case swift(type: String)
    /// Elements of another task's each, seen from here ("foreign").
    case each(task: String, each: String)
  }

  public var name: String
  public var element: Element
  public var collection: SwiftText
  /// Its `///` comment.
  public var doc: String?
  /// Where its name stands.
  public var position: SourcePosition
  public var body: ScopeBody

  public init(
    name: String, element: Element, collection: SwiftText, doc: String?,
    position: SourcePosition, body: ScopeBody
  ) {
    self.name = name
    self.element = element
    self.collection = collection
    self.doc = doc
    self.position = position
    self.body = body
  }
}
