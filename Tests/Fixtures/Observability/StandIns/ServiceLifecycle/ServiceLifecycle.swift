/// Stands in for swift-service-lifecycle: the part that the adapter uses. The group asks its services
/// to end as soon as they run.
public protocol Service: Sendable {
  func run() async throws
}

public func gracefulShutdown() async throws {
  print("graceful shutdown")
}
