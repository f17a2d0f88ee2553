/// Hands a tracer the turns of one pool.
struct TracerFeed {
  private let tracer: RuleTracer
  /// The first firing that was not told of.
  private var next: UInt64

  init(_ tracer: RuleTracer, _ core: PoolCore) {
    self.tracer = tracer
    next = core.engine.pointee.trace.total
  }

  /// A turn has ended. O(firings of the turn).
  mutating func noteTurn(of core: PoolCore) {
    let total = core.engine.pointee.trace.total
    guard total > next else { return }
    defer { next = total }
    let start = core.engine.pointee.now
    let duration = core.now - start
    guard duration >= tracer.minimum else { return }
    let firings = (next..<total).compactMap { core.tracedFiring($0) }
    tracer.record(
      TracedTurn(
        pool: core.name, turn: core.engine.pointee.turn, start: start, duration: duration,
        firings: firings, lost: total - next - UInt64(firings.count)))
  }
}

extension PoolCore {
  /// A firing that the trace still has.
  fileprivate func tracedFiring(_ sequence: UInt64) -> TracedTurn.Firing? {
    guard let record = engine.pointee.trace[sequence] else { return nil }
    let table = kinds[Int(record.kind)].pointee.table
    let scope = table.scopes[Int(record.scope)]
    let leaf = scope.leaves[Int(record.leaf)]
    return .init(
      sequence: sequence, subjectID: record.subjectID, scope: scope.name, rule: leaf.name,
      label: leaf.label, file: table.file, line: leaf.line,
      cause: record.cause.cause)
  }
}
