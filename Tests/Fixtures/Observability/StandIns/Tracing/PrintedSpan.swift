import Synchronization

/// A span that is printed when it ends.
final class PrintedSpan: Span {
  let context: ServiceContext
  private let parent: ServiceContext
  private let state = Mutex((attributes: SpanAttributes(), events: [SpanEvent]()))

  init(_ name: String, parent: ServiceContext) {
    context = ServiceContext(name: name)
    self.parent = parent
  }

  var attributes: SpanAttributes {
    get { state.withLock { $0.attributes } }
    set { state.withLock { $0.attributes = newValue } }
  }

  func addEvent(_ event: SpanEvent) { state.withLock { $0.events.append(event) } }

  func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
    let (attributes, events) = state.withLock { ($0.attributes, $0.events) }
    print("span \(context.name) of \(parent.name): \(attributes.text)")
    for event in events { print("  event \(event.name): \(event.attributes.text)") }
  }
}
