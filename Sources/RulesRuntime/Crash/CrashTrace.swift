import Glibc

/// Has the trace of a pool written when the process gets a fatal signal: everything that needs memory
/// or a lock is done in advance, here.
///
/// Belongs to the pool's thread, which calls `end` before the core is gone.
final class CrashTrace {
  /// What the handler reads.
  struct Block {
    /// Made if it is not there.
    var folder: UnsafeMutablePointer<CChar>
    var path: UnsafeMutablePointer<CChar>
    var head: UnsafeMutablePointer<CrashHead>
    var names: UnsafeMutablePointer<CrashNames>
    var engine: UnsafeMutablePointer<Engine>
  }

  private unowned let core: PoolCore
  private let block: UnsafeMutablePointer<Block>
  private var heads: [UnsafeMutablePointer<CrashHead>]
  private let slot: Int
  private let stack = SignalStack()

  /// nil: the process has another pool of that name, or 64 others.
  /// - Parameter name: what the file's name begins with; it is made only in a crash.
  init?(_ core: PoolCore, folder: String, name: String) {
    self.core = core
    let head = Self.makeHead(core)
    heads = [head]
    let names = UnsafeMutablePointer<CrashNames>.allocate(capacity: 1)
    names.initialize(to: CrashNames())
    names.pointee.refill(core.namesOfFired)
    block = .allocate(capacity: 1)
    block.initialize(
      to: Block(
        folder: strdup(folder), path: strdup("\(folder)/\(name)-crash.rulestrace"), head: head,
        names: names, engine: core.engine))
    guard let slot = FatalSignals.add(block) else {
      Self.free(block, heads)
      stack?.end()
      return nil
    }
    self.slot = slot
    core.engine.pointee.crashNames = names
  }

  /// The pool has seen a new kind of task, or a new name of a cause.
  func prepare() {
    let head = Self.makeHead(core)
    heads.append(head)
    block.pointee.head = head
  }

  /// After a turn.
  func noteTurn() {
    guard block.pointee.names.pointee.isFull else { return }
    let traced = Set(core.engine.pointee.trace.contents.map(\.record.subjectID))
    block.pointee.names.pointee.refill(core.namesOfFired.filter { traced.contains($0.key) })
  }

  /// The pool ends: there is nothing to write any more. Once.
  func end() {
    FatalSignals.remove(slot)
    // Not by way of the core, whose own end this may be.
    block.pointee.engine.pointee.crashNames = nil
    stack?.end()
    Self.free(block, heads)
  }

  private static func makeHead(_ core: PoolCore) -> UnsafeMutablePointer<CrashHead> {
    let head = UnsafeMutablePointer<CrashHead>.allocate(capacity: 1)
    head.initialize(to: CrashHead(core))
    return head
  }

  private static func free(
    _ block: UnsafeMutablePointer<Block>, _ heads: [UnsafeMutablePointer<CrashHead>]
  ) {
    for head in heads {
      head.pointee.deallocate()
      head.deallocate()
    }
    block.pointee.names.pointee.deallocate()
    block.pointee.names.deallocate()
    Glibc.free(block.pointee.path)
    Glibc.free(block.pointee.folder)
    block.deallocate()
  }
}
