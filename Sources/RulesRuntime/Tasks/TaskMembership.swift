/// A task's place in its pool. Stored by the task, changed only by the pool.
public final class TaskMembership {
  /// Allocated here and freed in `deinit`. A pool that points to it keeps this object.
  @usableFromInline let record: UnsafeMutablePointer<TaskRecord>

  /// In no pool yet.
  public init() {
    record = .allocate(capacity: 1)
    record.initialize(to: TaskRecord())
  }

  deinit {
    record.deinitialize(count: 1)
    record.deallocate()
  }

  /// Has the task evaluated in the pool's next turn. Generated code calls this when an event
  /// happened or when what the task waits for may have come true; actions never need to.
  ///
  /// No effect when the task is active already or in no pool. O(1), allocates nothing. On the pool's
  /// thread only.
  @inlinable
  public func activate() {
    if record.pointee.engine != nil { enqueue() }
  }

  @usableFromInline
  func enqueue() {
    guard let engine = record.pointee.engine else { return }
    record.pointee.causes.note(engine.pointee.context)
    guard !record.pointee.isActive else { return }
    engine.pointee.active.append(record, turn: engine.pointee.turn + 1)
  }
}
