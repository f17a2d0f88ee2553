import RulesNetwork
import RulesRuntime
import Synchronization

/// A reading in a pool of its own, and whoever takes what it brings.
///
/// `@unchecked Sendable` is sound because its state is that of one iteration, which makes one call at a
/// time: the language lets nobody share an iterator.
final class ReadSession: @unchecked Sendable {
  /// What comes from the pool: a part, which the pool then waits for, or the end.
  private enum News: Sendable {
    case part(SegmentPart)
    case ended(Result<LogReadSummary, LogError>)
  }

  private enum State {
    case new
    case reading(Pool<LogReading>)
    case ended
  }

  private let configuration: LogConfiguration
  private let scope: ReadScope
  private let makeCalls: MakeCalls
  private var state = State.new
  private var news: AsyncStream<News>.Iterator
  private let sender: AsyncStream<News>.Continuation
  /// Once it has ended without an error.
  private(set) var summary = LogReadSummary()

  init(_ configuration: LogConfiguration, _ scope: ReadScope, makeCalls: @escaping MakeCalls) {
    self.configuration = configuration
    self.scope = scope
    self.makeCalls = makeCalls
    // At most two: one part is lent at a time, and the end comes once.
    let (stream, sender) = AsyncStream.makeStream(of: News.self, bufferingPolicy: .unbounded)
    news = stream.makeAsyncIterator()
    self.sender = sender
  }

  /// The next part, once the one before is taken; nil at the end, and after an error.
  func next() async throws(LogError) -> SegmentPart? {
    if case .new = state { try await start() }
    guard case .reading(let pool) = state else { return nil }
    let item = await news.next()
    if case .part(let part) = item { return part }
    state = .ended
    await pool.shutdown()
    // The stream ends when this task is cancelled, and never by itself.
    guard case .ended(let result) = item else { throw .cancelled }
    summary = try result.get()
    return nil
  }

  /// The part that came last is taken, or is not wanted, nor is anything after it.
  func take(_ refusal: LogError? = nil) {
    if case .reading(let pool) = state { pool.post { $0.taken(refusal) } }
  }

  private func start() async throws(LogError) {
    state = .ended
    try configuration.check()
    let (configuration, scope, makeCalls, sender) = (configuration, scope, makeCalls, sender)
    do {
      state = .reading(
        try await Pool(name: "reading \(configuration.name)", log: configuration.log) { core in
          LogReading(
            core: core, configuration: configuration, calls: try makeCalls(core), scope: scope,
            take: { part in
              sender.yield(.part(part))
              return .lent
            },
            ended: { sender.yield(.ended($0)) })
        })
    } catch {
      throw .system("\(error)")
    }
  }
}
