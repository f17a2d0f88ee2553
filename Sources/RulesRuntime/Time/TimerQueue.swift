/// The armed timers of one pool: a binary heap in which each timer knows its index, so that a
/// cancelled one leaves at once and memory is bounded by what is armed.
///
/// Timers with equal deadlines come out in the order in which they were armed.
final class TimerQueue {
  // Unchecked: no method calls out of this file while it changes the heap.
  @exclusivity(unchecked) private var heap: [Entry] = []
  /// The number the next armed timer gets.
  private(set) var nextSequence: UInt64 = 0

  /// A timer with what it is ordered by, which is compared more often than it is moved.
  private struct Entry {
    var deadline: PoolInstant
    var sequence: UInt64
    var timer: PoolTimer

    func isBefore(_ other: Entry) -> Bool {
      deadline != other.deadline ? deadline < other.deadline : sequence < other.sequence
    }
  }

  var count: Int { heap.count }
  /// The first one's; kept apart, since it is asked for more often than it changes.
  @exclusivity(unchecked) private(set) var nextDeadline: PoolInstant?

  /// Arms a timer, or moves an armed one. O(log n).
  func arm(_ timer: PoolTimer, at deadline: PoolInstant) {
    disarm(timer)
    timer.queue = self
    heap.append(Entry(deadline: deadline, sequence: nextSequence, timer: timer))
    nextSequence += 1
    siftUp(from: heap.count - 1)
    nextDeadline = heap[0].deadline
  }

  /// Takes a timer out. No effect when it is not armed here. O(log n).
  func disarm(_ timer: PoolTimer) {
    guard timer.queue === self else { return }
    let hole = timer.position
    let last = heap.removeLast()
    timer.queue = nil
    if hole < heap.count {
      heap[hole] = last
      siftDown(from: hole)
      siftUp(from: hole)
    }
    nextDeadline = heap.first?.deadline
  }

  /// Takes out the next timer that is due at `now` and was armed before `sequence`, so that a timer
  /// armed by a timer waits for the next turn.
  func popDue(at now: PoolInstant, armedBefore sequence: UInt64) -> PoolTimer? {
    guard let first = heap.first, first.deadline <= now, first.sequence < sequence else {
      return nil
    }
    disarm(first.timer)
    return first.timer
  }

  /// Cancels every timer.
  func removeAll() {
    let armed = heap
    heap = []
    nextDeadline = nil
    for entry in armed {
      entry.timer.queue = nil
      entry.timer.cancel()
    }
  }

  private func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBefore(heap[parent]) else { break }
      swap(child, parent)
      child = parent
    }
    heap[child].timer.position = child
  }

  private func siftDown(from start: Int) {
    var parent = start
    while let least = child(before: parent) {
      swap(parent, least)
      parent = least
    }
    heap[parent].timer.position = parent
  }

  /// The child that has to be above its parent.
  private func child(before parent: Int) -> Int? {
    let left = 2 * parent + 1
    guard left < heap.count else { return nil }
    let right = left + 1
    let least = right < heap.count && heap[right].isBefore(heap[left]) ? right : left
    return heap[least].isBefore(heap[parent]) ? least : nil
  }

  /// The second is on its way to where it belongs, and is told so there.
  private func swap(_ a: Int, _ b: Int) {
    heap.swapAt(a, b)
    heap[a].timer.position = a
  }
}
