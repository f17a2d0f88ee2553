/// A JSON value, as RFC 8259 defines it; without Foundation, whose loading alone would double the
/// start-up time of the command.
public enum JSONValue: Hashable, Sendable {
  /// A member of an object; their order is kept.
  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  case null
  case bool(Bool)
  /// A number as written, so that counts of any size stay exact.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])
}
