/// The tasks to be evaluated, first in first out: a list linked through the records themselves, so
/// that to activate, to evaluate and to leave are O(1) and allocate nothing.
///
/// The pointers are sound because a record is in the list only while its task is in the pool, and
/// the pool keeps the membership that owns the record until the record has left the list.
struct ActiveList {
  private var first: UnsafeMutablePointer<TaskRecord>?
  private var last: UnsafeMutablePointer<TaskRecord>?
  private(set) var count = 0

  var isEmpty: Bool { first == nil }

  /// Puts a record that is in no list at the end; it is due from turn `turn` on.
  mutating func append(_ record: UnsafeMutablePointer<TaskRecord>, turn: UInt64) {
    record.pointee.isActive = true
    record.pointee.activeFrom = turn
    record.pointee.previousActive = last
    record.pointee.nextActive = nil
    if let last { last.pointee.nextActive = record } else { first = record }
    last = record
    count += 1
  }

  /// Takes the longest active record out, unless it was activated for a later turn.
  mutating func popFirst(in turn: UInt64) -> UnsafeMutablePointer<TaskRecord>? {
    guard let record = first, record.pointee.activeFrom <= turn else { return nil }
    remove(record)
    return record
  }

  /// Takes out a record that is in the list.
  mutating func remove(_ record: UnsafeMutablePointer<TaskRecord>) {
    let (previous, next) = (record.pointee.previousActive, record.pointee.nextActive)
    if let previous { previous.pointee.nextActive = next } else { first = next }
    if let next { next.pointee.previousActive = previous } else { last = previous }
    record.pointee.isActive = false
    record.pointee.previousActive = nil
    record.pointee.nextActive = nil
    count -= 1
  }
}
