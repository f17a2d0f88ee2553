/// The statuses of one task's subjects, in the order in which the newest evaluation reported them.
///
/// A plain buffer instead of an array, because a status is changed in place many million times a
/// second: no uniqueness check, no retain. A pointer from `subscript` is valid until the next
/// `insert` or `removeLast`; who holds the list calls `removeAll` before dropping it.
struct SubjectList {
  private var base: UnsafeMutablePointer<SubjectStatus>?
  private var capacity = 0
  private(set) var count = 0

  /// The status at an index below `count`.
  subscript(index: Int) -> UnsafeMutablePointer<SubjectStatus> {
    guard let base, index >= 0, index < count else {
      preconditionFailure("no subject \(index) of \(count)")
    }
    return base + index
  }

  /// Makes room at an index up to `count`. O(count).
  mutating func insert(_ status: SubjectStatus, at index: Int) {
    precondition(index >= 0 && index <= count, "no place \(index) of \(count)")
    if count == capacity { grow() }
    guard let base else { return }
    (base + index + 1).moveInitialize(from: base + index, count: count - index)
    (base + index).initialize(to: status)
    count += 1
  }

  /// Takes the last status out of a list that is not empty.
  mutating func removeLast() -> SubjectStatus {
    let last = self[count - 1]
    count -= 1
    return last.move()
  }

  /// Exchanges two statuses.
  func swapAt(_ a: Int, _ b: Int) {
    guard a != b else { return }
    swap(&self[a].pointee, &self[b].pointee)
  }

  /// Releases all subjects and the memory.
  mutating func removeAll() {
    base?.deinitialize(count: count)
    base?.deallocate()
    self = SubjectList()
  }

  /// When the first notice falls due, if none of the subjects is evaluated before.
  var nextNotice: PoolInstant {
    var earliest = PoolInstant.distantFuture
    for index in 0..<count {
      // Field by field: a copy of the status would retain what it refers to.
      let status = self[index]
      let ending = status.pointee.ending
      guard ending.isNoticed else { continue }
      earliest = min(earliest, status.pointee.nextNotice)
    }
    return earliest
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<SubjectStatus>.allocate(capacity: max(1, 2 * capacity))
    if let base {
      larger.moveInitialize(from: base, count: count)
      base.deallocate()
    }
    base = larger
    capacity = max(1, 2 * capacity)
  }
}
