/// Stands in for the context of swift-distributed-tracing, of which nothing but a name is kept.
public struct ServiceContext: Sendable {
  public let name: String

  public static var topLevel: ServiceContext { ServiceContext(name: "top level") }

  @TaskLocal public static var current: ServiceContext?

  public static func withValue<T>(
    _ value: ServiceContext?, operation: () throws -> T
  ) rethrows -> T {
    try $current.withValue(value, operation: operation)
  }
}
