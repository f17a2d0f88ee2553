import RulesRuntime
import Tracing

extension RuleTracer {
  /// A span for each turn that fired a rule and took so long, with an event for each firing.
  public static func spans(minimum: Duration = .zero) -> RuleTracer {
    RuleTracer(minimum: minimum) { turn in
      let end = DefaultTracerClock.now
      let start = DefaultTracerClock.Timestamp(
        nanosecondsSinceEpoch: end.nanosecondsSinceEpoch
          - UInt64(turn.duration.saturatedNanoseconds))
      let span = startSpan("turn", at: start, context: .topLevel)
      span.attributes["rules.pool"] = turn.pool
      for firing in turn.firings {
        span.addEvent(
          SpanEvent(
            name: firing.rule, at: start,
            attributes: [
              "rules.scope": .string(firing.scope),
              "rules.subject": .string("\(firing.subjectID)"),
              "code.file.path": .string(firing.file),
              "code.line.number": .int64(Int64(firing.line)),
            ]))
      }
      span.end(at: end)
    }
  }
}

extension Pool {
  /// As `read`, in a span of its own. `body` runs in the caller's task and so with its context.
  public nonisolated func tracedRead<Result: Sendable>(
    _ operation: String, _ body: @Sendable (State) throws -> Result
  ) async throws -> Result {
    try await withSpan(operation) { _ in try await read(body) }
  }

  /// As `send`; `body` runs with the caller's context, which posts do not have by themselves.
  public nonisolated func tracedSend(
    _ body: @escaping @Sendable (State) -> Void
  ) async throws {
    let context = ServiceContext.current
    try await send { state in ServiceContext.withValue(context) { body(state) } }
  }
}
