import Glibc
import Synchronization

/// Counters that one thread counts with and others may read at any time.
///
/// Plain memory, for the reason `SubjectList` has; who holds the array calls `deallocate` before
/// dropping it. Memory that was never counted in costs nothing: `calloc` takes large blocks from
/// the kernel, which gives a page when it is first written to.
struct CounterArray {
  /// Sound: the block is `count` atomics long, lives until `deallocate`, and is zero, which is what
  /// `Atomic<UInt64>(0)` is: the eight bytes of its value and nothing else. Atomics need no deinit.
  private let base: UnsafeMutablePointer<Atomic<UInt64>>
  let count: Int

  /// Counters at zero; nil if there is no memory.
  init?(count: Int) {
    guard let block = calloc(max(1, count), MemoryLayout<Atomic<UInt64>>.stride) else { return nil }
    base = block.bindMemory(to: Atomic<UInt64>.self, capacity: max(1, count))
    self.count = count
  }

  func deallocate() { free(base) }

  /// Adds one. Only the one thread that counts may: as nobody else writes, a relaxed load and a
  /// relaxed store lose nothing, and cost what plain ones do.
  /// - Returns: the count before.
  @inline(__always)
  func increment(_ index: Int) -> UInt64 {
    precondition(index >= 0 && index < count, "no counter \(index)")
    return increment(known: index)
  }

  /// The same for an index that was checked before, in another way.
  @inline(__always)
  func increment(known index: Int) -> UInt64 {
    let old = base[index].load(ordering: .relaxed)
    base[index].store(old &+ 1, ordering: .relaxed)
    return old
  }

  /// The count now, from any thread.
  subscript(index: Int) -> UInt64 {
    precondition(index >= 0 && index < count, "no counter \(index)")
    return base[index].load(ordering: .relaxed)
  }

  /// Puts a count into an array that nobody else knows of yet.
  func set(_ index: Int, to value: UInt64) {
    precondition(index >= 0 && index < count, "no counter \(index)")
    base[index].store(value, ordering: .relaxed)
  }
}
