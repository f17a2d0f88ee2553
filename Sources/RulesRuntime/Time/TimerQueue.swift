/// The armed timers of one pool: a binary heap in which each timer knows its index, so that a
/// cancelled one leaves at once and memory is bounded by what is armed.
///
/// Timers with equal deadlines come out in the order in which they were armed.
final class TimerQueue {
  // Unchecked: no method calls out of this file while it changes the heap.
  @exclusivity(unchecked) private var heap: [PoolTimer] = []
  /// The number the next armed timer gets.
  private(set) var nextSequence: UInt64 = 0

  var count: Int { heap.count }
  /// The first one's; kept apart, since it is asked for more often than it changes.
  @exclusivity(unchecked) private(set) var nextDeadline: PoolInstant?

  /// Arms a timer, or moves an armed one. O(log n).
  func arm(_ timer: PoolTimer, at deadline: PoolInstant) {
    disarm(timer)
    timer.deadline = deadline
    timer.sequence = nextSequence
    nextSequence += 1
    timer.queue = self
    timer.position = heap.count
    heap.append(timer)
    siftUp(from: timer.position)
    nextDeadline = heap[0].deadline
  }

  /// Takes a timer out. No effect when it is not armed here. O(log n).
  func disarm(_ timer: PoolTimer) {
    guard timer.queue === self else { return }
    let hole = timer.position
    let last = heap.removeLast()
    timer.queue = nil
    if last !== timer {
      heap[hole] = last
      last.position = hole
      siftUp(from: hole)
      siftDown(from: last.position)
    }
    nextDeadline = heap.first?.deadline
  }

  /// Takes out the next timer that is due at `now` and was armed before `sequence`, so that a timer
  /// armed by a timer waits for the next turn.
  func popDue(at now: PoolInstant, armedBefore sequence: UInt64) -> PoolTimer? {
    guard let first = heap.first, first.deadline <= now, first.sequence < sequence else {
      return nil
    }
    disarm(first)
    return first
  }

  /// Cancels every timer.
  func removeAll() {
    let armed = heap
    heap = []
    nextDeadline = nil
    for timer in armed {
      timer.queue = nil
      timer.cancel()
    }
  }

  private func isBefore(_ a: PoolTimer, _ b: PoolTimer) -> Bool {
    (a.deadline, a.sequence) < (b.deadline, b.sequence)
  }

  private func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard isBefore(heap[child], heap[parent]) else { return }
      swap(child, parent)
      child = parent
    }
  }

  private func siftDown(from start: Int) {
    var parent = start
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && isBefore(heap[child], heap[least]) {
        least = child
      }
      guard least != parent else { return }
      swap(parent, least)
      parent = least
    }
  }

  private func swap(_ a: Int, _ b: Int) {
    heap.swapAt(a, b)
    heap[a].position = a
    heap[b].position = b
  }
}
