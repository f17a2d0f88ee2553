/// The names of the subjects that have fired, as lines of a trace's text: a handler of a fatal signal
/// can ask no object for its name.
///
/// Only pools that leave traces have it. Memory of a fixed size; when it is full the pool fills it
/// anew with the names that its trace still needs.
struct CrashNames {
  /// 1 MiB: some 30,000 subjects.
  static let capacity = 1 << 20

  private(set) var bytes: UnsafeMutablePointer<UInt8>
  /// Grows only after the bytes were written: the handler may come in between.
  private(set) var count = 0
  /// A name found no room.
  private(set) var isFull = false

  init() { bytes = .allocate(capacity: Self.capacity) }

  func deallocate() { bytes.deallocate() }

  /// Keeps the name of a subject that fires for the first time.
  mutating func append(_ subject: any RuleSubject) {
    append(subject.subjectName, of: subject.subjectID)
  }

  /// Begins anew with some names; those for which there is no room are left out.
  mutating func refill(_ names: [UInt64: String]) {
    count = 0
    isFull = false
    for (id, name) in names.sorted(by: { $0.key < $1.key }) { append(name, of: id) }
    // Full again at once it would be filled anew after every turn.
    isFull = false
  }

  private mutating func append(_ name: String, of id: UInt64) {
    let line = "subject \(id) \(escapedLine(name))\n"
    var end = count
    for byte in line.utf8 {
      guard end < Self.capacity else {
        isFull = true
        return
      }
      bytes[end] = byte
      end += 1
    }
    count = end
  }
}
