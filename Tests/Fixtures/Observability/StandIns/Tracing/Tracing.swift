/// Stands in for swift-distributed-tracing: the part that the adapter uses. Prints the spans.
public protocol TracerInstant: Sendable {
  var nanosecondsSinceEpoch: UInt64 { get }
}

public struct DefaultTracerClock {
  public struct Timestamp: TracerInstant {
    public let nanosecondsSinceEpoch: UInt64
    public init(nanosecondsSinceEpoch: UInt64) {
      self.nanosecondsSinceEpoch = nanosecondsSinceEpoch
    }
  }

  public static var now: Timestamp { Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000) }
}

public enum SpanKind: Sendable { case server, client, producer, consumer, `internal` }

public enum SpanAttribute: SpanAttributeConvertible {
  case int64(Int64)
  case string(String)
  public func toSpanAttribute() -> SpanAttribute { self }
}

public protocol SpanAttributeConvertible: Sendable {
  func toSpanAttribute() -> SpanAttribute
}

extension String: SpanAttributeConvertible {
  public func toSpanAttribute() -> SpanAttribute { .string(self) }
}

extension Int64: SpanAttributeConvertible {
  public func toSpanAttribute() -> SpanAttribute { .int64(self) }
}

public struct SpanAttributes: ExpressibleByDictionaryLiteral, Sendable {
  private var values: [String: SpanAttribute] = [:]

  public init(dictionaryLiteral elements: (String, SpanAttribute)...) {
    values = Dictionary(uniqueKeysWithValues: elements)
  }

  public subscript(name: String) -> (any SpanAttributeConvertible)? {
    get { values[name] }
    set { values[name] = newValue?.toSpanAttribute() }
  }

  var text: String {
    values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }
}

public struct SpanEvent: Sendable {
  let name: String
  let attributes: SpanAttributes

  public init<Instant: TracerInstant>(
    name: String, at instant: @autoclosure () -> Instant, attributes: SpanAttributes = [:]
  ) {
    self.name = name
    self.attributes = attributes
  }
}

public protocol Span: Sendable {
  var context: ServiceContext { get }
  var attributes: SpanAttributes { get nonmutating set }
  func addEvent(_ event: SpanEvent)
  func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant)
}

public func startSpan<Instant: TracerInstant>(
  _ operationName: String, at instant: @autoclosure () -> Instant,
  context: @autoclosure () -> ServiceContext = .current ?? .topLevel,
  ofKind kind: SpanKind = .internal, function: String = #function,
  file fileID: String = #fileID, line: UInt = #line
) -> any Span {
  PrintedSpan(operationName, parent: context())
}

public func withSpan<T>(
  _ operationName: String, context: @autoclosure () -> ServiceContext = .current ?? .topLevel,
  ofKind kind: SpanKind = .internal, isolation: isolated (any Actor)? = #isolation,
  function: String = #function, file fileID: String = #fileID, line: UInt = #line,
  _ operation: (any Span) async throws -> T
) async rethrows -> T {
  let span = PrintedSpan(operationName, parent: context())
  defer { span.end(at: DefaultTracerClock.now) }
  return try await ServiceContext.$current.withValue(span.context) { try await operation(span) }
}
